//! Several projects in one repository: each directory belongs to the nearest one, which has its own environment.
#![cfg(unix)]

use std::fs;

use git_pyenv::formats::manager_directory_name;
use serde_json::Value;

use crate::support::environments as env;
use crate::support::health::{about, python, venv};
use crate::support::pythons::{a_python, two_pythons};
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;

/// A project of uv, one of poetry and one with nothing but a list of requirements, all committed.
fn three_projects() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("uv/pyproject.toml", "[project]\nname = 'a'\nversion = '1'\ndependencies = ['six']\n");
    sandbox.write("uv/uv.lock", "version = 1\n");
    sandbox
        .write("poetry/pyproject.toml", "[tool.poetry]\nname = 'b'\n[tool.poetry.dependencies]\nsix = '*'\n");
    sandbox.write("poetry/poetry.lock", "");
    sandbox.write("plain/requirements.txt", "six\n");
    sandbox.write("plain/src/a.py", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "projects"]);
    sandbox
}

/// The paths of the environments that `list` marks as chosen.
#[track_caller]
fn chosen(place: &Place<'_>) -> Vec<String> {
    let answer = place.json(&["list", "--no-size"]);
    let environments = answer["environments"].as_array().expect("environments").clone();
    let chosen = environments.iter().filter(|environment| environment["chosen"] == true);
    chosen.map(|environment| environment["path"].as_str().unwrap_or("-").to_owned()).collect()
}

/// The place that `create` would make an environment at.
#[track_caller]
fn place_to_create(place: &Place<'_>) -> String {
    let answer = place.json(&["create", "--dry-run", "--without-pip"]);
    answer["create"]["environment"]["path"].as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned()
}

#[test]
fn a_named_directory_is_checked_as_from_inside() {
    let sandbox = Sandbox::repository();
    sandbox.write("repo/README", "");
    let project = "[project]\nname = 'a'\nversion = '1'\ndependencies = ['six']\n";
    sandbox.write("new/pyproject.toml", project);
    let own = "[[package]]\nname = 'a'\nversion = '1'\nsource = { virtual = '.' }\n";
    sandbox.write("new/uv.lock", format!("version = 1\nrequires-python = '>=3.9'\n{own}"));
    sandbox.write("tests/data/pyproject.toml", project);
    let found = |directory: &str, arguments: &[&str]| {
        let answer = sandbox.at(directory).json(&[&["check"], arguments].concat());
        let findings = answer["findings"].as_array().expect("findings").clone();
        findings.iter().map(|found| format!("{} {}", found["code"], found["path"])).collect::<Vec<_>>()
    };
    let inside = found("repo/new", &[]);
    assert_eq!(inside, [r#""PYE301" "new/pyproject.toml""#, r#""PYE501" "new/uv.lock""#]);
    for place in ["new", "./new/"] {
        assert_eq!(found("repo", &[place]), inside, "{place}");
    }
    // A file that a hook names is no reason to look at data for tests.
    for place in ["tests", "tests/data/pyproject.toml", "."] {
        assert_eq!(found("repo", &[place]), [""; 0], "{place}");
    }
    assert_eq!(found("repo", &["tests/data"]), found("repo/tests/data", &[]));
    // What is not of this work tree has no project of it.
    sandbox.write("../outside/pyproject.toml", project);
    sandbox.at("repo").run("ln", &["-s", "../outside", "link"]).ended(0);
    sandbox.write(".git/pyproject.toml", project);
    sandbox.write("other/pyproject.toml", project);
    sandbox.at("repo").run("git", &["init", "--quiet", "other"]).ended(0);
    for place in ["link", ".git", "other"] {
        assert_eq!(found("repo", &[place]), [""; 0], "{place}");
    }
}

#[test]
fn each_project_has_its_environment() {
    if a_python().is_none() {
        return;
    }
    let sandbox = three_projects();
    let missing = [
        "info PYE301 plain/requirements.txt",
        "info PYE301 poetry/pyproject.toml",
        "info PYE301 uv/pyproject.toml",
    ];
    for directory in ["repo", "repo/uv", "repo/poetry", "repo/plain", "repo/plain/src"] {
        assert_eq!(about(&sandbox.at(directory).json(&["check"])), missing, "{directory}");
    }
    assert_eq!(about(&sandbox.at("repo").json(&["check", "uv"])), [missing[2]]);
    let made = [("repo/uv", "uv/.venv"), ("repo/poetry", "poetry/.venv"), ("repo/plain/src", "plain/venv")];
    for (number, (directory, place)) in made.iter().enumerate() {
        assert_eq!(place_to_create(&sandbox.at(directory)), *place);
        sandbox.at(directory).pyenv(&["create", "--without-pip"]).ended(0);
        assert_eq!(about(&sandbox.at("repo").json(&["check"])).len(), 2 - number.min(2), "{directory}");
    }
    for directory in ["repo", "repo/uv", "repo/poetry", "repo/plain/src"] {
        assert_eq!(about(&sandbox.at(directory).json(&["check", "--require-env"])), [""; 0], "{directory}");
        assert_eq!(chosen(&sandbox.at(directory)), ["plain/venv", "poetry/.venv", "uv/.venv"], "{directory}");
    }
    let prefix = |directory: &str| {
        let program = "import sys; print(sys.prefix, end='')";
        sandbox.at(directory).pyenv(&["run", "--", "python", "-c", program]).ended(0).out()
    };
    for (directory, place) in made {
        assert_eq!(prefix(directory), sandbox.path("repo").join(place).display().to_string());
        assert!(sandbox.at(directory).pyenv(&["activate", "--shell", "sh"]).ended(0).out().contains(place));
    }
    sandbox.at("repo").pyenv(&["run", "--", "python", "-c", ""]).ended(2);
}

#[test]
fn settings_choose_for_their_project() {
    let Some(python) = python(12) else { return };
    let sandbox = three_projects();
    for place in ["uv/.venv", "uv/other", "poetry/.venv", "top"] {
        venv(&sandbox, &python, place);
    }
    sandbox.at("repo/uv").pyenv(&["use", "other"]).ended(0);
    assert_eq!(chosen(&sandbox.at("repo")), ["poetry/.venv", "top", "uv/other"]);
    let shown = |directory: &str| {
        sandbox.at(directory).json(&["use"])["use"]["directory"].as_str().unwrap_or_default().to_owned()
    };
    assert!(shown("repo/uv").ends_with("uv/other") && shown("repo/poetry").ends_with("poetry/.venv"));
    sandbox.at("repo/poetry").pyenv(&["use", "../top"]).ended(0);
    assert_eq!(shown("repo/poetry/"), "top", "somewhere else, if the user says so");
    assert_eq!(shown("repo/uv"), "uv/other", "each project has its own choice");
    sandbox.at("repo/poetry").pyenv(&["use", "-"]).ended(0);
    assert_eq!(shown("repo/poetry"), "poetry/.venv");
    let of_one_run = sandbox.at("repo/uv").with("GIT_PYENV_ENVIRONMENT", "uv/.venv");
    assert_eq!(of_one_run.json(&["use"])["use"]["directory"], "uv/.venv");
    sandbox.pyenv(&["use", "uv/.venv"]).ended(0);
    assert_eq!((shown("repo"), shown("repo/uv")), ("uv/.venv".to_owned(), "uv/other".to_owned()));
    for directory in ["repo", "repo/uv"] {
        sandbox.at(directory).pyenv(&["use", "--unset"]).ended(0);
    }
    sandbox.pyenv(&["config"]).ended(0);
    sandbox.write("tools/python-env.json", "{\"venvDirectory\": \"other\"}");
    assert_eq!(place_to_create(&sandbox.at("repo/poetry")), "poetry/other");
    assert_eq!(chosen(&sandbox.at("repo")), ["uv/other"]);
}

#[test]
fn a_typed_path_starts_in_the_working_directory() {
    let Some(python) = python(12) else { return };
    let sandbox = three_projects();
    venv(&sandbox, &python, "venv");
    venv(&sandbox, &python, "plain/env");
    let made = |directory: &str, name: &str| {
        let answer = sandbox.at(directory).json(&["create", "--dry-run", "--without-pip", "--env", name]);
        answer["create"]["environment"]["path"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(made("repo/uv", "./venv"), "uv/venv");
    assert_eq!(made("repo/uv", "venv"), "venv", "only that at the top is there");
    assert_eq!(made("repo/plain/src", "env"), "plain/env", "only that of the project is there");
    assert_eq!(made("repo/plain/src", "../env"), "plain/env");
    assert_eq!(made("repo/uv", "new"), "uv/new");
    sandbox.at("repo/uv").pyenv(&["run", "--env", "./venv", "--", "python"]).ended(2);
    sandbox.at("repo/uv").pyenv(&["run", "--env", "venv", "--", "python", "-c", ""]).ended(0);
}

#[test]
fn requirements_below_a_project_belong_to_it() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    for file in ["docs/requirements.txt", "tests/requirements.txt", "src/native/setup.py"] {
        sandbox.write(file, "six\n");
    }
    sandbox.write("lint/pyproject.toml", "[tool.ruff]\n");
    sandbox.write("src/native/__init__.py", "");
    sandbox.git(&["add", "."]);
    let places = |sandbox: &Sandbox| {
        ["docs", "tests", "src/native", "lint"]
            .map(|directory| place_to_create(&sandbox.at(&format!("repo/{directory}"))))
    };
    assert_eq!(places(&sandbox), ["docs/venv", "tests/venv", "venv", "venv"], "nothing is above");
    sandbox.write("requirements.txt", "six\n");
    assert_eq!(places(&sandbox), ["venv"; 4], "of the list at the top");
    assert_eq!(about(&sandbox.json(&["check"])), ["info PYE301 requirements.txt"]);
    sandbox.remove("requirements.txt");
    venv(&sandbox, &python, ".venv");
    assert_eq!(places(&sandbox), [".venv"; 4], "of the environment at the top");
    assert_eq!(about(&sandbox.json(&["check", "--require-env"])), [""; 0]);
    venv(&sandbox, &python, "docs/env");
    assert_eq!(places(&sandbox)[0], "docs/env", "an environment of its own");
    assert_eq!(chosen(&sandbox.at("repo")), [".venv", "docs/env"]);
}

#[test]
fn members_of_a_workspace_share_the_environment_of_its_root() {
    let sandbox = Sandbox::repository();
    sandbox.write(
        "pyproject.toml",
        "[tool.uv.workspace]\nmembers = ['packages/*']\nexclude = ['packages/old']\n",
    );
    sandbox.write("uv.lock", "version = 1\n");
    for name in ["packages/a", "packages/old", "apart"] {
        sandbox.write(format!("{name}/pyproject.toml"), "[project]\nname = 'x'\ndependencies = ['six']\n");
    }
    sandbox.git(&["add", "."]);
    let place = |directory: &str| place_to_create(&sandbox.at(directory));
    assert_eq!(place("repo/packages/a"), ".venv");
    assert_eq!(place("repo/packages/old"), "packages/old/venv");
    assert_eq!(place("repo/apart"), "apart/venv");
    let missing = [
        "info PYE301 apart/pyproject.toml",
        "info PYE301 packages/old/pyproject.toml",
        "info PYE301 uv.lock",
    ];
    let found = about(&sandbox.json(&["check", "--select", "PYE301"]));
    assert_eq!(found, missing);
    env::uv().under("packages/a/.venv").write(&sandbox);
    assert_eq!(place("repo/packages/a"), ".venv", "a left-over of the member");
}

#[test]
fn what_others_wrote_or_tests_need_is_no_project_of_the_repository() {
    let sandbox = Sandbox::repository();
    let aside = [
        "node_modules/gyp",
        "third_party/lib",
        "src/_vendor/x",
        "tests/data/pkg",
        "src/__tests__/pkg",
        "fixture/pkg",
        "testcases/pkg",
        "examples/web",
        "templates/{{ name }}",
        "{{cookiecutter.slug}}",
        "env/lib/python3.12/site-packages/x",
    ];
    for directory in aside {
        sandbox
            .write(format!("{directory}/pyproject.toml"), "[project]\nname = 'x'\ndependencies = ['six']\n");
    }
    sandbox.git(&["add", "."]);
    assert_eq!(about(&sandbox.json(&["check", "--require-env"])), [""; 0]);
    let here = sandbox.at("repo/examples/web");
    assert_eq!(about(&here.json(&["check"])), ["info PYE301 examples/web/pyproject.toml"], "who works there");
    assert_eq!(place_to_create(&here), "examples/web/venv");
    assert_eq!(place_to_create(&sandbox.at("repo/node_modules/gyp")), "venv");
}

#[test]
fn many_projects_have_one_finding_together() {
    let sandbox = Sandbox::repository();
    for number in 0..12 {
        sandbox
            .write(format!("p{number:02}/pyproject.toml"), "[project]\nname = 'x'\ndependencies = ['six']\n");
    }
    sandbox.git(&["add", "."]);
    let answer = sandbox.json(&["check", "--require-env"]);
    assert_eq!(about(&answer), ["warning PYE301 p00/pyproject.toml"]);
    let message = "no environment for 12 projects: `p00`, `p01`, `p02` and 9 more";
    assert_eq!(answer["findings"][0]["message"], message);
    assert_eq!(about(&sandbox.json(&["check", "p07"])), ["info PYE301 p07/pyproject.toml"]);
    let at_top = sandbox.path("repo/venv");
    let Some(python) = python(12) else { return };
    sandbox
        .at("repo")
        .run(
            &python,
            &["-m", "venv", "--without-pip"]
                .map(str::to_owned)
                .into_iter()
                .chain([at_top.display().to_string()])
                .collect::<Vec<_>>(),
        )
        .ended(0);
    assert_eq!(about(&sandbox.json(&["check", "--require-env"])), [""; 0], "one environment for all");
}

#[test]
fn a_request_that_no_python_can_meet_is_a_finding_of_its_project() {
    let Some(python) = python(12) else { return };
    let sandbox = three_projects();
    sandbox.write("uv/pyproject.toml", "[project]\nname = 'a'\n\nrequires-python = '>=3.6.*'\n");
    sandbox.write("poetry/.python-version", "# x\n3.x\n");
    for place in ["uv/.venv", "poetry/.venv", "plain/.venv"] {
        venv(&sandbox, &python, place);
    }
    let answer = sandbox.json(&["check"]);
    assert_eq!(answer["status"], "findings");
    assert_eq!(about(&answer), ["warning PYE304 poetry/.python-version", "warning PYE304 uv/pyproject.toml"]);
    let findings = answer["findings"].as_array().expect("findings").iter();
    let lines: Vec<&Value> =
        findings.filter(|found| found["code"] == "PYE304").map(|found| &found["line"]).collect();
    assert_eq!(lines, [&Value::from(2), &Value::from(4)]);
    sandbox.at("repo/uv").pyenv(&["create", "--without-pip"]).ended(2);
    let said = sandbox.at("repo/uv").pyenv(&[
        "create",
        "--without-pip",
        "--output",
        "text",
        "--python",
        python.to_str().expect("text"),
    ]);
    let said = said.ended(0).err();
    assert!(said.contains("warning: failed to read `pyproject.toml:4`"), "{said}");
}

#[test]
fn the_command_line_wins_over_the_project() {
    let Some([newer, older]) = two_pythons() else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "[project]\nname = 'a'\nrequires-python = '>=3.99'\n");
    sandbox.write(".python-version", "3.98\n");
    for (number, python) in [newer, older].iter().enumerate() {
        let name = format!("env{number}");
        let arguments =
            ["create", "--without-pip", "--env", &name, "--python", python.to_str().expect("text")];
        let made = sandbox.pyenv(&[&arguments[..], &["--output", "text"]].concat()).ended(0);
        assert!(
            made.err().contains("does not match >=3.99 (required by pyproject.toml:3)"),
            "{}",
            made.said()
        );
        assert!(made.err().contains("is not 3.98 (requested by .python-version:1)"), "{}", made.said());
        let again = sandbox.json(&arguments);
        assert_eq!(again["create"]["warnings"].as_array().map(Vec::len), Some(2), "{again:#}");
        crate::support::schema::assert_fits(&again);
    }
}

#[test]
fn an_ignore_file_says_how_the_environment_is_called() {
    let sandbox = Sandbox::repository();
    sandbox.write("api/requirements.txt", "six\n");
    let place = |ignored: &str| {
        sandbox.write(".gitignore", ignored);
        place_to_create(&sandbox.at("repo/api"))
    };
    assert_eq!(place("*.pyc\n.venv/\n"), "api/.venv");
    assert_eq!(place(".venv\nvenv\n"), "api/venv");
    assert_eq!(place("*.pyc\n"), "api/venv");
    sandbox.write("api/.gitignore", "/.venv\n");
    assert_eq!(place(""), "api/.venv");
}

#[test]
fn environments_that_tools_use_are_selected() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "[project]\nname = 'a'\ndependencies = ['six']\n");
    let project = sandbox.path("repo");
    let project = project.as_os_str().as_encoded_bytes();
    let (hash, of_pdm) =
        (manager_directory_name::hash(project), manager_directory_name::hash_of_pdm(project));
    let kept = |place: &str| {
        sandbox.at("").run(&python, &["-m", "venv", "--without-pip", place]).ended(0);
        sandbox.path(place).display().to_string()
    };
    let used =
        |sandbox: &Sandbox| sandbox.json(&["use"])["use"]["directory"].as_str().unwrap_or("-").to_owned();
    let of_uv = kept("elsewhere/uv");
    let with_uv = sandbox.at("repo").with("UV_PROJECT_ENVIRONMENT", &of_uv);
    assert_eq!(chosen(&with_uv), std::slice::from_ref(&of_uv));
    assert_eq!(about(&with_uv.json(&["check", "--require-env"])), [""; 0]);
    with_uv.pyenv(&["run", "--", "python", "-c", ""]).ended(0);
    let relative = sandbox.at("repo").with("UV_PROJECT_ENVIRONMENT", ".venv-linux");
    assert_eq!(place_to_create(&relative), ".venv-linux");
    // pdm: the file names it, or it is the only one.
    sandbox.write("pdm.lock", "");
    let pdm = kept(&format!("home/.local/share/pdm/venvs/repo-{of_pdm}-3.12"));
    assert_eq!(used(&sandbox), pdm);
    let second = kept(&format!("home/.local/share/pdm/venvs/repo-{of_pdm}-test"));
    assert_ne!(used(&sandbox), second);
    sandbox.write(".pdm-python", format!("{second}/bin/python"));
    assert_eq!(used(&sandbox), second);
    sandbox.git(&["add", "--force", ".pdm-python"]);
    assert_eq!(used(&sandbox), second, "where pdm keeps those of this project");
    sandbox.remove("pdm.lock");
    sandbox.remove(".pdm-python");
    sandbox.git(&["rm", "--quiet", "--cached", ".pdm-python"]);
    // poetry: one in the project counts first, unless its settings say no.
    sandbox.write("poetry.lock", "");
    let poetry = kept(&format!("home/.cache/pypoetry/virtualenvs/a-{hash}-py3.12"));
    assert_eq!(used(&sandbox), poetry);
    venv(&sandbox, &python, ".venv");
    assert_eq!(used(&sandbox), ".venv");
    sandbox.write("poetry.toml", "[virtualenvs]\nin-project = false\n");
    assert_eq!(used(&sandbox), poetry);
    // direnv keeps it in the project, the newest one counts.
    sandbox.remove(".venv");
    sandbox.remove("poetry.lock");
    sandbox.write(".envrc", "# x\nlayout python3\n");
    venv(&sandbox, &python, ".direnv/python-3.9.1");
    venv(&sandbox, &python, ".direnv/python-3.12.1");
    assert_eq!(used(&sandbox), ".direnv/python-3.12.1");
    let refused = sandbox.pyenv(&["create", "--force", "--without-pip"]).ended(2);
    assert!(refused.out().contains("only if it is named"), "{}", refused.said());
}

#[test]
fn a_committed_file_does_not_choose_what_is_run_elsewhere() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "[project]\nname = 'a'\n");
    sandbox.at("").run(&python, &["-m", "venv", "--without-pip", "victim"]).ended(0);
    let victim = sandbox.path("victim").display().to_string();
    let cases = [
        (".pdm-python", format!("{victim}/bin/python\n")),
        (".python-envs", "../victim\n".to_owned()),
        (".python-envs", format!("{victim}\n")),
    ];
    for (file, text) in cases {
        sandbox.write(file, &text);
        let run = || sandbox.pyenv(&["run", "--output", "text", "--", "python", "-c", ""]);
        run().ended(0);
        assert_eq!(sandbox.pyenv(&["create", "--force", "--without-pip"]).status, Some(2), "{file}");
        sandbox.git(&["add", "--force", file]);
        let refused = run().ended(2).err();
        assert!(refused.contains("outside of the work tree") && refused.contains(file), "{refused}");
        sandbox.pyenv(&["check"]).ended(0);
        sandbox.pyenv(&["list"]).ended(0);
        sandbox.git(&["rm", "--quiet", "--force", file]);
    }
    assert!(sandbox.path("victim/pyvenv.cfg").is_file());
}

#[test]
fn python_envs_names_environments_the_last_one_first() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    for place in ["envs/a", "envs/b", "venv"] {
        venv(&sandbox, &python, place);
    }
    let used =
        |sandbox: &Sandbox| sandbox.json(&["use"])["use"]["directory"].as_str().unwrap_or("-").to_owned();
    sandbox.write(".python-envs", "envs/a\r\n\nenvs/b\nenvs/gone\n");
    sandbox.git(&["add", ".python-envs"]);
    assert_eq!(used(&sandbox), "envs/b");
    venv(&sandbox, &python, ".venv");
    assert_eq!(used(&sandbox), ".venv", "the last line, though nobody wrote it");
    sandbox.pyenv(&["use", "envs/a"]).ended(0);
    assert_eq!(used(&sandbox), "envs/a", "the user");
}

#[test]
fn a_hostile_python_envs_is_not_obeyed() {
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "six\n");
    let cases: [(&[u8], &str); 4] = [
        (b"venv\n\xff\n", ".python-envs:2`\n  cause: invalid UTF-8"),
        (b"a\x1b[31mb\n", ".python-envs:1`\n  cause: the path contains a control character"),
        (b"a\0b\n", ".python-envs:1`\n  cause: the path contains a control character"),
        (b"<<<<<<< a\nx\n=======\n>>>>>>> b\n", ".python-envs:1`\n  cause: unresolved merge conflict"),
    ];
    let refuses = |expected: &str| {
        let said = sandbox.pyenv(&["create", "--without-pip", "--output", "text"]);
        assert!(matches!(said.status, Some(2 | 3)) && said.err().contains(expected), "{}", said.said());
        let checked = sandbox.json(&["check"]);
        assert_eq!(checked["status"], "undecided", "{checked:#}");
        assert_eq!(checked["skipped"][0]["path"], ".python-envs");
        assert_eq!(about(&checked), ["info PYE301 requirements.txt"]);
    };
    for (bytes, expected) in cases {
        sandbox.write(".python-envs", bytes);
        refuses(expected);
    }
    sandbox.write(".python-envs", vec![b'a'; 20 * 1024 * 1024]);
    refuses(".python-envs");
    sandbox.remove(".python-envs");
    sandbox.at("repo").run("mkfifo", &[".python-envs"]).ended(0);
    refuses(".python-envs");
    fs::remove_file(sandbox.path("repo/.python-envs")).expect("removed");
    sandbox.make_directory("repo/.python-envs");
    assert_eq!(
        about(&sandbox.json(&["check"])),
        ["info PYE301 requirements.txt"],
        "a directory of environments"
    );
    sandbox.at("repo").run("rmdir", &[".python-envs"]).ended(0);
    sandbox.write(".python-envs", "../../../../etc\n/\n..\n.\n~\n$HOME\n/nonexistent\n");
    assert_eq!(sandbox.json(&["check"])["status"], "clean");
    assert_eq!(place_to_create(&sandbox.at("repo")), ".venv");
}

#[test]
fn check_looks_at_the_environments_that_are_named() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "six\n");
    for place in ["venv", "other"] {
        venv(&sandbox, &python, place);
        sandbox.remove(&format!("{place}/bin/python3.12"));
        sandbox.remove(&format!("{place}/bin/python3"));
        sandbox.remove(&format!("{place}/bin/python"));
    }
    let looked_at = |arguments: &[&str]| about(&sandbox.json(&[&["check"], arguments].concat())).len();
    assert_eq!(looked_at(&[]), 2);
    assert_eq!((looked_at(&["--all-envs"]), looked_at(&["--env", "other"])), (2, 1));
    assert_eq!(looked_at(&["--env", "other", "--env", "venv"]), 2);
    for wrong in [&["--env", "gone"][..], &["--env", "venv", "--all-envs"], &["--staged", "--env", "venv"]] {
        sandbox.pyenv(&[&["check"], wrong].concat()).ended(2);
    }
    let quiet = sandbox.pyenv(&["check", "--quiet", "--output", "text"]).ended(1);
    assert_eq!((quiet.out(), quiet.err()), (String::new(), String::new()));
}
