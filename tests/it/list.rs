//! `list`: every environment of a project, wherever it is, and what is known of it.

use std::fs;
use std::path::Path;

use git_pyenv::formats::manager_directory_name;
use serde_json::Value;

use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Place, tool};

/// What `list` says of each environment, by path.
#[track_caller]
fn listed(place: &Place<'_>, arguments: &[&str]) -> Vec<Value> {
    let answer = place.json(&[&["list"], arguments].concat());
    crate::support::schema::assert_fits(&answer);
    assert_eq!(answer["status"], "clean", "{answer:#}");
    answer["environments"].as_array().expect("environments").clone()
}

/// One field of each.
fn each<'l>(listed: &'l [Value], field: &str) -> Vec<&'l str> {
    listed.iter().map(|environment| environment[field].as_str().unwrap_or("-")).collect()
}

#[test]
fn linked_work_trees_belong_to_the_repository() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "x\n");
    env::venv(12).under(".venv").write(&sandbox);
    env::uv().under("other").write(&sandbox);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox.git(&["worktree", "add", "--quiet", "inside/another"]);
    sandbox.git(&["worktree", "add", "--quiet", "../gone"]);
    fs::remove_dir_all(sandbox.path("gone")).expect("a removed work tree");
    env::venv(8).under("env").write_to(&sandbox, "linked");
    env::venv(9).under(".venv").write_to(&sandbox, "repo/inside/another");
    let found = listed(&sandbox.at("repo"), &[]);
    let linked = sandbox.path("linked/env").display().to_string();
    let paths = [".venv", "other", &linked, "inside/another/.venv"];
    let mut shown = each(&found, "path");
    shown[2..].sort_unstable();
    assert_eq!(shown, paths);
    let chosen: Vec<&Value> = found.iter().filter(|environment| environment["chosen"] == true).collect();
    assert!(chosen.iter().any(|environment| environment["path"] == ".venv"), "{chosen:#?}");
    assert!(chosen.iter().all(|environment| environment["path"] != "other"), "{chosen:#?}");
    let from_linked = listed(&sandbox.at("linked"), &[]);
    assert_eq!(each(&from_linked, "path")[0], "env");
    assert_eq!(from_linked.len(), 4);
}

#[test]
fn variables_that_name_this_repository_do_not_reach_another() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "x\n");
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    env::venv(8).under("env").write_to(&sandbox, "linked");
    let place = sandbox
        .at("repo")
        .with("GIT_DIR", sandbox.path("repo/.git"))
        .with("GIT_WORK_TREE", sandbox.path("repo"));
    let place = place.with("GIT_INDEX_FILE", sandbox.path("repo/.git/index"));
    assert_eq!(each(&listed(&place, &[]), "worktree"), [&*sandbox.path("linked").to_string_lossy()]);
}

/// Makes two environments of conda that its list names, and returns where the one is that is called `science`.
fn write_conda(sandbox: &Sandbox) -> String {
    for name in ["science", "art"] {
        env::conda().write_to(sandbox, &format!("conda/envs/{name}"));
    }
    let recorded = ["science", "art"]
        .map(|name| sandbox.path(&format!("conda/envs/{name}")).display().to_string() + "\n");
    sandbox.make_directory("home/.conda");
    fs::write(sandbox.path("home/.conda/environments.txt"), recorded.concat()).expect("a list");
    sandbox.path("conda/envs/science").display().to_string()
}

#[test]
fn what_tools_keep_elsewhere_for_the_project() {
    let sandbox = Sandbox::repository();
    let project = sandbox.path("repo/services/api");
    let hash = |path: &Path| manager_directory_name::hash(path.as_os_str().as_encoded_bytes());
    let (of_pipfile, of_directory) = (hash(&project.join("Pipfile")), hash(&project));
    for manifest in ["Pipfile", "pyproject.toml"] {
        sandbox.write(format!("services/api/{manifest}"), "");
    }
    sandbox.write(".python-version", "3.12.1\n../../../../etc\nof-pyenv\n");
    sandbox.write("environment.yml", "name: science\n");
    sandbox.git(&["add", "services"]);
    let virtualenvs = "home/.local/share/virtualenvs";
    let kept = [
        (format!("{virtualenvs}/api-{of_pipfile}"), true),
        (format!("{virtualenvs}/api-{of_pipfile}-3.9"), true),
        (format!("{virtualenvs}/api-{of_directory}"), false),
        (format!("home/.cache/pypoetry/virtualenvs/any-name-{of_directory}-py3.12"), true),
        ("home/.cache/pypoetry/virtualenvs/any-name-AAAAAAAA-py3.12".to_owned(), false),
        (format!("home/.local/share/hatch/env/virtual/api/{of_directory}/api"), true),
        (format!("home/.local/share/hatch/env/virtual/api/{of_directory}/test"), true),
        ("home/.local/share/hatch/env/virtual/api/AAAAAAAA/api".to_owned(), false),
        ("home/.virtualenvs/noted".to_owned(), true),
        ("home/.virtualenvs/noted-for-another".to_owned(), false),
        ("home/.pyenv/versions/3.12.1/envs/of-pyenv".to_owned(), true),
    ];
    for (place, _) in &kept {
        env::venv(12).write_to(&sandbox, place);
    }
    fs::write(sandbox.path("home/.virtualenvs/noted/.project"), project.as_os_str().as_encoded_bytes())
        .expect("a note");
    fs::write(sandbox.path("home/.virtualenvs/noted-for-another/.project"), "/elsewhere").expect("a note");
    #[cfg(unix)]
    sandbox.link("../home/.pyenv/versions/of-pyenv", "3.12.1/envs/of-pyenv");
    let science = write_conda(&sandbox);
    let mut expected: Vec<String> = kept
        .iter()
        .filter(|(_, is_ours)| *is_ours)
        .map(|(place, _)| sandbox.path(place).display().to_string())
        .collect();
    expected.push(science);
    expected.sort();
    let found = listed(&sandbox.at("repo"), &[]);
    assert_eq!(each(&found, "path"), expected);
    assert!(
        found
            .iter()
            .all(|environment| environment["ignored"].is_null() && environment["files"].as_u64() > Some(10))
    );
    let moved = sandbox.at("repo").with("WORKON_HOME", sandbox.path("nowhere"));
    let moved = moved
        .with("POETRY_CACHE_DIR", sandbox.path("nowhere"))
        .with("HATCH_DATA_DIR", sandbox.path("nowhere"));
    assert_eq!(
        listed(&moved.with("PYENV_ROOT", sandbox.path("nowhere")), &[]).len(),
        2,
        "noted, and of conda"
    );
}

#[test]
fn where_settings_of_tools_say_that_environments_are_kept() {
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "");
    sandbox.git(&["add", "pyproject.toml"]);
    let hash = manager_directory_name::hash(sandbox.path("repo").as_os_str().as_encoded_bytes());
    let home = if cfg!(target_os = "macos") { "home/Library/Application Support" } else { "home/.config" };
    let of_poetry = |home: &str| format!("{home}/any-{hash}-py3.12");
    let of_hatch = |home: &str| format!("{home}/any/{hash}/any");
    let places = [
        of_poetry("kept/virtualenvs"),
        of_poetry("home/own/here"),
        of_hatch("home/data/env/virtual"),
        of_hatch("virtual"),
    ];
    for place in &places {
        env::venv(12).write_to(&sandbox, place);
    }
    let kept = sandbox.path("kept").display().to_string();
    let outside = sandbox.path("virtual").display().to_string();
    let file = |name: &str, text: &str| {
        let path = sandbox.path(&format!("{home}/{name}"));
        fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
        fs::write(path, text).expect("a file");
    };
    let cases = [
        ("pypoetry/config.toml", format!("cache-dir = '{kept}'\n"), 0),
        ("pypoetry/config.toml", "[virtualenvs]\npath = '~/own/here'\n".to_owned(), 1),
        ("hatch/config.toml", "[dirs]\ndata = '~/data'\n".to_owned(), 2),
        ("hatch/config.toml", format!("[dirs.env]\nvirtual = '{outside}'\n"), 3),
    ];
    for (name, text, found) in cases {
        file(name, &text);
        let expected = sandbox.path(&places[found]).display().to_string();
        assert_eq!(each(&listed(&sandbox.at("repo"), &[]), "path"), [expected], "{text}");
        file(name, "");
    }
    for (name, value, found) in [
        ("POETRY_CACHE_DIR", "~/../kept", 0),
        ("POETRY_VIRTUALENVS_PATH", "~/own/here", 1),
        ("HATCH_DATA_DIR", "~/data", 2),
    ] {
        let place = sandbox.at("repo").with(name, value);
        let expected = sandbox.path(&places[found]).display().to_string();
        assert_eq!(each(&listed(&place, &[]), "path"), [expected], "{name}");
    }
    // What the project says wins.
    file("pypoetry/config.toml", "[virtualenvs]\npath = '~/own/here'\n");
    sandbox.write(
        "poetry.toml",
        format!("cache-dir = '{kept}'\n[virtualenvs]\npath = '{{cache-dir}}/virtualenvs'\n"),
    );
    let expected = sandbox.path(&places[0]).display().to_string();
    assert_eq!(each(&listed(&sandbox.at("repo"), &[]), "path"), [expected]);
}

#[test]
fn what_the_real_tools_keep_elsewhere() {
    let project = "[project]\nname = \"Demo_Thing\"\nversion = \"0.1\"\nrequires-python = \">=3.8\"\n\
        [tool.hatch.envs.default]\nskip-install = true\n";
    let python = tool("python3").map(|python| python.display().to_string()).unwrap_or_default();
    let cases: [(&str, &[&str]); 3] = [
        ("pipenv", &["--python", &python]),
        ("poetry", &["env", "use", &python]),
        ("hatch", &["env", "create"]),
    ];
    for (name, arguments) in cases {
        let Some(program) = tool(name) else { continue };
        let sandbox = Sandbox::repository();
        sandbox.write("pyproject.toml", project);
        sandbox.write("Pipfile", "[packages]\n");
        let made = sandbox.at("repo").run(&program, arguments);
        assert_eq!(made.status, Some(0), "{name}: {}", made.said());
        let found = listed(&sandbox.at("repo"), &[]);
        assert_eq!(found.len(), 1, "{name}: {found:#?}");
        assert!(each(&found, "path")[0].starts_with(&*sandbox.path("home").to_string_lossy()), "{found:#?}");
    }
}

#[test]
fn every_repository_below_a_directory() {
    let sandbox = Sandbox::repository();
    sandbox.make_directory("many/with spaces/deep");
    sandbox.git_in("many", &["init", "--quiet", "one"]);
    sandbox.git_in("many/one", &["init", "--quiet", "vendor/nested"]);
    sandbox.git_in("many/with spaces/deep", &["init", "--quiet", "two"]);
    sandbox.git_in("many", &["init", "--quiet", "--bare", "bare.git"]);
    sandbox.git_in("many", &["init", "--quiet", "empty"]);
    for place in ["one/.venv", "one/vendor/nested/venv", "with spaces/deep/two/env", "loose", "bare.git/venv"]
    {
        env::venv(12).write_to(&sandbox, &format!("many/{place}"));
    }
    // Caches have files of that name which are none for git.
    sandbox.make_directory("many/cache/.git");
    sandbox.make_directory("many/other/deep");
    std::fs::write(sandbox.path("many/other/.git"), "").expect("a file");
    // A repository inside of an environment belongs to whoever made that.
    sandbox.git_in("many/loose", &["init", "--quiet", "src"]);
    let outside = sandbox.at("");
    let found = listed(&outside, &["--directory", "many"]);
    let repositories = each(&found, "repository");
    let top = |place: &str| sandbox.path("many").join(place).display().to_string();
    assert_eq!(repositories, [top("one"), top("one/vendor/nested"), top("with spaces/deep/two")]);
    assert_eq!(each(&found, "path"), [".venv", "venv", "env"]);
    let text = outside.pyenv(&["list", "--directory", "many", "--output", "text"]).ended(0).out();
    for line in ["one:", "one/vendor/nested:", "with spaces/deep/two:"] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(
        text.lines().last().is_some_and(|last| last.starts_with("3 environments, 4 repositories, ")),
        "{text}"
    );
    let quiet = outside.pyenv(&["list", "--directory", "many", "-q", "--output", "text"]).ended(0).out();
    assert_eq!(quiet, "one/.venv\none/vendor/nested/venv\nwith spaces/deep/two/env\n");
    assert_eq!(outside.pyenv(&["list", "--directory", "none"]).status, Some(2));
    assert_eq!(outside.pyenv(&["list"]).status, Some(2), "there is no repository here");
}

#[test]
fn nothing_is_changed_not_even_access_times() {
    let sandbox = Sandbox::repository();
    env::venv(12).and(Fixture::default().link("linked", "bin")).under("venv").write(&sandbox);
    let settings = sandbox.path("repo/venv/pyvenv.cfg");
    // Older than its content's change, so that reading it in the usual way would set it (`relatime`).
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let file = fs::File::options().write(true).open(&settings).expect("a file");
    file.set_times(fs::FileTimes::new().set_accessed(long_ago)).expect("times");
    let before = sandbox.listing();
    let found = listed(&sandbox.at("repo"), &[]);
    assert_eq!(sandbox.listing(), before);
    let accessed = fs::metadata(&settings).and_then(|metadata| metadata.accessed()).expect("a time");
    if cfg!(target_os = "linux") {
        assert_eq!(accessed, long_ago);
    }
    let [made, used] =
        ["created_at", "used_at"].map(|field| found[0][field].as_str().unwrap_or_default().to_owned());
    assert!(made.ends_with('Z') && used[..16] >= made[..16], "{made} {used}");
}

/// The paths of the environments that are active, the section about it, and what the text says.
fn active(place: &Place<'_>) -> (Vec<String>, Value, String) {
    let answer = place.json(&["list"]);
    crate::support::schema::assert_fits(&answer);
    let listed = answer["environments"].as_array().expect("environments");
    let active = listed.iter().filter(|environment| environment["active"] == true);
    let paths = active.map(|environment| environment["path"].as_str().unwrap_or("-").to_owned());
    let text = place.pyenv(&["list", "--output", "text"]).ended(0).out();
    let line = text.lines().find(|line| line.starts_with("active in this shell")).unwrap_or("-");
    (paths.collect(), answer["active"].clone(), line.to_owned())
}

#[test]
fn which_environment_is_active_in_the_shell() {
    let sandbox = Sandbox::repository();
    env::venv(12).under(".venv").write(&sandbox);
    env::venv(11).under("old").write(&sandbox);
    let science = write_conda(&sandbox);
    sandbox.write("environment.yml", "name: science\n");
    sandbox.git(&["add", "environment.yml"]);
    let place = sandbox.at("repo");
    assert_eq!(active(&place), (Vec::new(), Value::Null, "-".to_owned()));
    let own = sandbox.path("repo/.venv");
    let found = active(&place.clone().with("VIRTUAL_ENV", &own));
    assert_eq!(found.0, [".venv"]);
    assert_eq!(found.1["variable"], "VIRTUAL_ENV");
    assert_eq!(found.2, "active in this shell: .venv");
    let old = active(&place.clone().with("VIRTUAL_ENV", sandbox.path("repo/old")));
    assert_eq!(old.0, ["old"]);
    assert_eq!(old.2, "active in this shell: old, which is not the one that commands use here");
    let conda = active(&place.clone().with("CONDA_PREFIX", &science));
    assert_eq!(conda.0, [science.as_str()]);
    // Of two, the one whose programs come first.
    let path = format!("{science}/bin:/usr/bin:/bin");
    let both = place.clone().with("VIRTUAL_ENV", &own).with("CONDA_PREFIX", &science);
    assert_eq!(active(&both).0, [".venv"]);
    assert_eq!(active(&both.with("PATH", path)).0, [science.as_str()]);
    let elsewhere = sandbox.path("conda/envs/art").display().to_string();
    let foreign = active(&place.clone().with("VIRTUAL_ENV", &elsewhere));
    assert_eq!(foreign.1["path"], elsewhere.as_str());
    assert_eq!(foreign.2, format!("active in this shell: {elsewhere}, which is not one of these"));
    let gone = sandbox.path("gone").display().to_string();
    let deleted = active(&place.with("VIRTUAL_ENV", &gone));
    assert_eq!((deleted.0.len(), &deleted.1["exists"]), (0, &Value::Bool(false)));
    assert_eq!(deleted.2, format!("active in this shell: {gone}, which does not exist"));
}

#[cfg(unix)]
#[test]
fn an_active_environment_is_known_by_its_directory_not_by_the_path() {
    let sandbox = Sandbox::repository();
    env::venv(12).under(".venv").write(&sandbox);
    sandbox.link("../link", "repo");
    sandbox.link("../another", "repo/.venv");
    for path in ["link/.venv", "another", "repo/../link/./.venv"] {
        let place = sandbox.at("repo").with("VIRTUAL_ENV", sandbox.path("").join(path));
        assert_eq!(active(&place).2, "active in this shell: .venv", "{path}");
    }
    let kept = sandbox.at("repo").with("VIRTUAL_ENV", sandbox.path("another"));
    let plan = kept.pyenv(&["cleanup", "--dry-run", ".venv", "--output", "text"]);
    assert!(plan.said().contains("the shell in which this command was run"), "{}", plan.said());
}

#[test]
fn environments_of_the_settings_have_their_names() {
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "[project]\nname = \"demo\"\nversion = \"0.1\"\n");
    sandbox.git(&["add", "pyproject.toml"]);
    env::venv(12).under(".venv").write(&sandbox);
    env::venv(12).under(".venv-docs").write(&sandbox);
    let set = |name: &str, directory: &str| {
        sandbox.git(&["config", &format!("pyenv.environments.{name}.directory"), directory]);
    };
    set("docs", ".venv-docs");
    set("manual", "./.venv-docs/");
    set("tests", "build/.venv-tests");
    let found = listed(&sandbox.at("repo"), &[]);
    let named: Vec<_> = found.iter().map(|found| (&found["path"], &found["names"])).collect();
    let names = serde_json::json!(["docs", "manual"]);
    assert_eq!(named, [(&".venv".into(), &serde_json::json!([])), (&".venv-docs".into(), &names)]);
    let text = sandbox.pyenv(&["list", "--output", "text"]).ended(0).out();
    let lines: Vec<&str> = text.lines().collect();
    let head: Vec<&str> = lines[0].split_whitespace().take(3).collect();
    assert_eq!(head, ["NAME", "PATH", "KIND"], "{text}");
    assert!(
        lines.iter().any(|line| line.trim_start().starts_with("docs, manual  .venv-docs  venv")),
        "{text}"
    );
    let missing =
        "`tests` at `build/.venv-tests` does not exist; create it with: git pyenv create --env tests";
    assert!(lines.contains(&missing), "{text}");
    // The names are what other commands take, and what they say.
    for arguments in [&["activate", "--env", "tests"][..], &["run", "--env", "tests", "python"]] {
        let said = sandbox.pyenv(arguments).ended(2).said();
        assert!(said.contains("the environment `tests` at `build/.venv-tests` does not exist"), "{said}");
    }
    let plan = sandbox.pyenv(&["cleanup", "--dry-run", "docs", "--output", "text"]).said();
    assert!(plan.contains("`.venv-docs`"), "{plan}");
}

#[test]
fn sizes_can_be_left_out() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    let found = listed(&sandbox.at("repo"), &["--no-size"]);
    assert!(found[0]["bytes"].is_null() && found[0]["files"].is_null(), "{found:#?}");
    let text = sandbox.pyenv(&["list", "--no-size", "--output", "text"]).ended(0);
    assert!(!text.out().contains("SIZE") && text.out().ends_with("1 environment\n"), "{}", text.said());
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    sandbox.write("venv/lib/closed/file", "x");
    let closed = sandbox.path("repo/venv/lib/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
    let reads_all_the_same = fs::read_dir(&closed).is_ok();
    let answer = sandbox.json(&["list"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("permissions");
    // The superuser can read everything.
    let (status, skipped) =
        if reads_all_the_same { ("clean", None) } else { ("undecided", Some("venv/lib/closed")) };
    assert_eq!(answer["status"], status);
    assert_eq!(answer["skipped"][0]["path"].as_str(), skipped, "{answer:#}");
    assert_eq!(answer["environments"][0]["path"], "venv");
}
