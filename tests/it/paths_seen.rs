//! Text names paths as they are seen from the working directory, as git does; JSON and what is stored names them as seen
//! from the top of the work tree.

use serde_json::Value;

use crate::support::environments as env;
use crate::support::removable;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{CHECK_OF_GIT, Finished, Place};

/// Directories of the repository, and what `venv` and `app/env` are called there.
const PLACES: [(&str, &str, &str); 7] = [
    ("repo", "venv", "app/env"),
    ("repo/app", "../venv", "env"),
    ("repo/app/src/deep", "../../../venv", "../../env"),
    ("repo/venv", ".", "../app/env"),
    ("repo/app/env/lib", "../../../venv", ".."),
    ("repo/..x", "../venv", "../app/env"),
    ("repo/..x/...", "../../venv", "../../app/env"),
];

/// A repository with two staged environments.
fn staged() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.commit("README.md", "x\n");
    for (name, _, _) in &PLACES[1..] {
        sandbox.make_directory(name);
    }
    env::venv(12).under("venv").write(&sandbox);
    env::venv(12).under("app/env").write(&sandbox);
    sandbox.git(&["add", "--force", "venv", "app"]);
    sandbox
}

fn text(place: &Place<'_>, arguments: &[&str]) -> Finished {
    place.pyenv(&[arguments, &["--output", "text"]].concat())
}

fn check(place: &Place<'_>) -> String {
    text(place, &CHECK_OF_GIT).ended(1).out()
}

fn has_line(text: &str, line: &str) -> bool {
    text.lines().any(|other| other == line)
}

/// The messages, places and evidence of an answer.
fn told(answer: &Value) -> Vec<Value> {
    let findings = answer["findings"].as_array().expect("findings");
    let fields = |found: &Value| ["message", "path", "evidence"].map(|name| found[name].clone()).to_vec();
    findings.iter().flat_map(fields).collect()
}

#[test]
fn findings_name_paths_as_git_status_does() {
    let sandbox = staged();
    let from_top = told(&sandbox.json(&CHECK_OF_GIT));
    assert!(from_top.len() == 6, "{from_top:?}");
    for (directory, venv, env) in PLACES {
        let place = sandbox.at(directory);
        let said = check(&place);
        for path in [venv, env] {
            let file = if path == "." { "pyvenv.cfg".to_owned() } else { format!("{path}/pyvenv.cfg") };
            assert!(said.contains(&format!("virtual environment `{path}` (")), "{directory}: {said}");
            assert!(said.contains(&format!("evidence: {file}: ")), "{directory}: {said}");
            assert!(said.contains(&format!("fix: git pyenv fix {path}  ")), "{directory}: {said}");
            assert!(has_line(&place.git_ok(&["status", "--short"]), &format!("A  {file}")), "{directory}");
        }
        assert_eq!(told(&place.json(&CHECK_OF_GIT)), from_top, "{directory}");
    }
}

#[test]
fn what_is_printed_can_be_typed_there() {
    let sandbox = staged();
    for (directory, venv, _) in PLACES {
        let place = sandbox.at(directory);
        let said = text(&place, &[&CHECK_OF_GIT, [venv].as_slice()].concat()).ended(1).out();
        assert!(said.contains(&format!("`{venv}` (")) && said.contains(": 1 error"), "{directory}: {said}");
        text(&place, &["fix", "--dry-run", venv]).ended(0);
    }
    let missing = text(&sandbox.at("repo/app"), &["check", "nothing", "../venv"]).ended(2).err();
    assert!(missing.contains("path `nothing` did not match any files"), "{missing}");
    let missing = text(&sandbox.at("repo/app"), &["check", ":/none"]).ended(2).err();
    assert!(missing.contains("path `../none` did not match any files"), "{missing}");
    let answer = sandbox.at("repo/app").json(&["check", "nothing"]);
    assert_eq!(answer["error"]["message"], "path `app/nothing` did not match any files");
}

#[test]
fn hostile_names_are_quoted_as_git_quotes_them() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README.md", "x\n");
    env::venv(12).under("a\nb/-x").write(&sandbox);
    env::venv(12).under("a\nb/:/y").write(&sandbox);
    sandbox.git(&["add", "--force", "."]);
    sandbox.make_directory("repo/a\nb/sub");
    let said = check(&sandbox.at("repo/a\nb"));
    assert!(said.contains("environment `-x` (") && said.contains("fix: git pyenv fix './-x'  "), "{said}");
    assert!(said.contains("environment `:/y` (") && said.contains("fix: git pyenv fix './:/y'  "), "{said}");
    let said = text(&sandbox.at("repo/a\nb"), &["fix", "--dry-run", "./-x", "./:/y"]).ended(0).out();
    assert!(said.contains("untrack `-x` (") && said.contains("untrack `:/y` ("), "{said}");
    let said = check(&sandbox.at("repo/.git").elsewhere("repo"));
    assert!(said.contains("environment `\"a\\nb/-x\"` ("), "{said}");
    let other = check(&{
        sandbox.make_directory("repo/c");
        sandbox.at("repo/c")
    });
    assert!(other.contains("environment `\"../a\\nb/-x\"` ("), "{other}");
}

#[test]
fn the_setting_of_git_is_honoured() {
    let sandbox = staged();
    let place = sandbox.at("repo/app");
    for (value, path) in [("false", "venv"), ("true", "../venv"), ("off", "venv"), ("yes", "../venv")] {
        sandbox.git(&["config", "status.relativePaths", value]);
        let said = check(&place);
        assert!(said.contains(&format!("environment `{path}` (")), "{value}: {said}");
        assert!(said.contains("fix: git pyenv fix ../venv  "), "a command can be typed: {said}");
        let status = place.git_ok(&["status", "--short"]);
        assert!(has_line(&status, &format!("A  {path}/pyvenv.cfg")), "{status}");
    }
}

#[test]
fn every_way_to_a_directory_leads_to_the_same_words() {
    let sandbox = staged();
    let there = check(&sandbox.at("repo/app")).lines().next().map(str::to_owned);
    assert!(there.as_ref().is_some_and(|line| line.contains("`env`")), "{there:?}");
    let arguments = ["-C", "repo/app", "pyenv"];
    let given = [&arguments, CHECK_OF_GIT.as_slice(), &["--output", "text"]].concat();
    let by_option = sandbox.at("").with_binary().git(&given).ended(1).out();
    assert_eq!(by_option.lines().next().map(str::to_owned), there);
    sandbox.git(&["config", "alias.look", &format!("!git pyenv {} --output text", CHECK_OF_GIT.join(" "))]);
    let by_alias = sandbox.at("repo/app").with_binary().git(&["look"]).ended(1).out();
    assert_eq!(by_alias.lines().next().map(str::to_owned), there, "git calls it at the top, with GIT_PREFIX");
    let git_directory = sandbox.path("repo/.git");
    let outside = sandbox.at("").with("GIT_DIR", &git_directory).with("GIT_WORK_TREE", sandbox.path("repo"));
    let said = check(&outside);
    assert!(said.contains("environment `app/env` ("), "outside of the work tree: {said}");
}

#[test]
fn a_bare_repository_names_paths_from_its_top() {
    let sandbox = staged();
    sandbox.git(&["commit", "--quiet", "--message", "all"]);
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare"]);
    let place = sandbox.at("bare/objects");
    let said = text(&place, &["check", "--commit", "HEAD"]).ended(1).out();
    assert!(said.contains("environment `venv` (") && said.contains("environment `app/env` ("), "{said}");
}

#[test]
fn the_gate_names_paths_where_the_commit_is_made() {
    let sandbox = staged();
    sandbox.at("repo").with_binary().pyenv(&["hook", "install"]).ended(0);
    let blocked = sandbox.at("repo/app").with_binary().git(&["commit", "--message", "x"]).ended(1).err();
    assert!(blocked.contains("environment `env` (") && blocked.contains("`../venv` ("), "{blocked}");
    assert!(blocked.contains("git pyenv fix env ../venv\n"), "{blocked}");
}

#[test]
fn list_and_fix_name_paths_from_here() {
    let sandbox = staged();
    let from_top: Vec<Value> = {
        let answer = sandbox.json(&["list"]);
        answer["environments"].as_array().expect("environments").iter().map(|it| it["path"].clone()).collect()
    };
    for (directory, venv, env) in PLACES {
        let place = sandbox.at(directory);
        let mut listed: Vec<String> =
            text(&place, &["list", "-q"]).out().lines().map(str::to_owned).collect();
        listed.sort();
        let mut expected = vec![venv.to_owned(), env.to_owned()];
        expected.sort();
        assert_eq!(listed, expected, "{directory}");
        let table = text(&place, &["list"]).out();
        let paths: Vec<&str> = table.split_whitespace().collect();
        assert!(paths.contains(&venv) && paths.contains(&env), "{directory}: {table}");
        let answer = place.json(&["list"]);
        let all = answer["environments"].as_array().expect("environments");
        assert_eq!(all.iter().map(|it| it["path"].clone()).collect::<Vec<_>>(), from_top, "{directory}");
        let plan = text(&place, &["fix", "--dry-run", venv]).ended(0).out();
        assert!(plan.contains(&format!("untrack `{venv}` (")), "{directory}: {plan}");
        let plan = text(&place, &["tidy", "--dry-run", "--target", "venv"]).out();
        assert!(plan.contains(&format!("untrack `{venv}` (")), "{directory}: {plan}");
    }
}

#[test]
fn a_linked_work_tree_is_named_from_its_own_top() {
    let sandbox = staged();
    sandbox.git(&["worktree", "add", "--quiet", "../other", "-b", "other"]);
    env::venv(12).write_to(&sandbox, "other/sub/venv");
    sandbox.make_directory("other/docs");
    let said = text(&sandbox.at("other/docs"), &CHECK_OF_GIT).ended(1).out();
    assert!(said.contains("environment `../sub/venv` ("), "{said}");
    let listed = text(&sandbox.at("other/docs"), &["list", "-q"]).out();
    let first = sandbox.path("repo/venv");
    assert!(listed.lines().any(|line| line == "../sub/venv"), "{listed}");
    assert!(
        listed.lines().any(|line| line == first.to_string_lossy()),
        "outside of this work tree: {listed}"
    );
}

#[test]
fn deletions_and_what_is_brought_back_are_named_from_here() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.make_directory("repo/docs/api");
    let place = sandbox.at("repo/docs/api");
    let plan = text(&place, &["cleanup", "--dry-run", "../../venv"]).ended(0).out();
    assert!(plan.contains("deletes `../../venv` ("), "{plan}");
    let inside = text(&sandbox.at("repo/venv"), &["cleanup", "--dry-run", "."]).ended(0).out();
    assert!(inside.contains("deletes `.` ("), "{inside}");
    let done = text(&place, &["cleanup", "--force", "../../venv"]).ended(0).out();
    assert!(done.contains("deleted `../../venv` ("), "{done}");
    let log = text(&place, &["log"]).ended(0).out();
    assert!(log.contains("deleted ../../venv ("), "{log}");
    assert!(text(&place, &["restore"]).ended(0).out().contains(" ../../venv "));
}

#[test]
fn selections_and_errors_are_named_from_here() {
    let sandbox = Sandbox::repository();
    sandbox.commit(".python-version", "3.99\n");
    sandbox.make_directory("repo/docs");
    let place = sandbox.at("repo/docs");
    let missing = text(&place, &["run", "python"]).ended(2).err();
    assert!(missing.contains("error: no environment at `../venv`\n"), "{missing}");
    let answer = place.json(&["install"]);
    assert_eq!(answer["error"]["message"], "no environment at `venv`", "{answer}");
    let shown = text(&place, &["use"]).ended(0).out();
    assert!(shown.starts_with("using `../venv`"), "{shown}");
    let unmet = text(&place, &["create"]).ended(2).err();
    assert!(unmet.contains("(requested by ../.python-version:1)"), "{unmet}");
    let answer = place.json(&["create"]);
    let said = answer["created"].to_string() + &answer["error"].to_string();
    assert!(said.contains("(requested by .python-version:1)"), "{answer}");
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nvenv-directory = 1\n");
    let wrong = text(&place, &["check"]).ended(2).err();
    assert!(wrong.contains("in ../pyproject.toml:2 "), "{wrong}");
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nvenv-directory = 'env'\n");
    let settings = text(&place, &["config"]).ended(0).out();
    assert!(settings.contains("(../pyproject.toml:2)"), "{settings}");
    assert!(sandbox.at("repo/docs").json(&["config"]).to_string().contains("\"pyproject.toml:2\""));
}

/// Reasons of locks name files too.
#[test]
fn reasons_of_locks() {
    let sandbox = Sandbox::repository();
    sandbox.write("web/pyproject.toml", "[project]\nname = 'a'\nversion = '1'\n");
    sandbox.write("web/uv.lock", "version = 1\nrequires-python = '>=3.9\n");
    sandbox.write("api/pyproject.toml", "[project\n");
    sandbox.write("api/pdm.lock", "[metadata]\nlock_version = '4.5.0'\ncontent_hash = 'sha256:x'\n");
    sandbox.git(&["add", "."]);
    let said = |directory: &str| sandbox.at(directory).pyenv(&["check", "--output", "text"]).said();
    let (top, web) = (said("repo"), said("repo/web"));
    for (of_top, of_web) in
        [("`web/uv.lock:2`", "`uv.lock:2`"), ("`api/pyproject.toml:1`", "`../api/pyproject.toml:1`")]
    {
        assert!(top.contains(of_top), "{top}");
        assert!(web.contains(of_web) && !web.contains(of_top), "{web}");
    }
}

#[test]
fn what_switches_a_hook_off_is_named_as_seen_from_there() {
    let sandbox = Sandbox::repository();
    sandbox.commit("pyproject.toml", "[tool.git-pyenv]\nhooks.pre-commit = false\n");
    sandbox.make_directory("repo/app/src");
    for (directory, file) in [("repo", "pyproject.toml"), ("repo/app/src", "../../pyproject.toml")] {
        let place = sandbox.at(directory).with_binary();
        let because = format!("does nothing: disabled by `hooks.preCommit` in {file}:2");
        let of_status = because.replace("does nothing", "checks nothing");
        let installed = text(&place, &["hook", "install", "--dry-run"]).ended(0).said();
        assert!(installed.contains(&format!("in {file}:2")), "{directory}: {installed}");
        text(&place, &["hook", "install"]).ended(0);
        let status = text(&place, &["hook", "status"]).ended(1).said();
        assert!(status.contains(&of_status), "{directory}: {status}");
        let json = place.json(&["hook", "status"]).to_string();
        assert!(json.contains("`hooks.preCommit` in pyproject.toml:2"), "{json}");
        let json = place.json(&["hook", "install", "--dry-run"]).to_string();
        assert!(json.contains("`hooks.preCommit` in pyproject.toml:2"), "{json}");
    }
}

#[test]
fn sources_of_requirements_are_named_as_seen_from_there() {
    let compiled = "# This file was autogenerated by uv via the following command:\n\
        #    uv pip compile base.in -o requirements.txt\nsix==1.0\n    # via -r base.in\n";
    let exported = "# This file was autogenerated by uv via the following command:\n\
        #    uv export -o requirements-exported.txt\nsix==1.0\n";
    let sandbox = Sandbox::repository();
    sandbox.write("app/requirements.txt", compiled);
    sandbox.write("app/requirements-exported.txt", exported);
    sandbox.write("app/uv.lock", "version = 1\nrequires-python = \">=3.8\"\n");
    sandbox.write("app/base.in", "six==2.0\n");
    sandbox.make_directory("repo/docs");
    sandbox.git(&["add", "--force", "."]);
    let select = ["check", "--select", "PYE5"];
    for (directory, app) in [("repo", "app/"), ("repo/app", ""), ("repo/docs", "../app/")] {
        let place = sandbox.at(directory);
        let said = text(&place, &select).said();
        for part in [format!("`{app}base.in:1` asks for"), format!("not in `{app}uv.lock`")] {
            assert!(said.contains(&part), "{directory}: no {part}: {said}");
        }
        let json = place.json(&select).to_string();
        assert!(json.contains("`app/base.in:1` asks for") && json.contains("not in `app/uv.lock`"), "{json}");
    }
    sandbox.write("app/base.in", "not a requirement\n");
    sandbox.git(&["add", "--force", "."]);
    let said = text(&sandbox.at("repo/docs"), &select).ended(1).said();
    assert!(said.contains("`../app/base.in:1` cannot be read"), "{said}");
    sandbox.write("app/base.in", "six==1.0\n");
    let removed = compiled.replace("base.in\n", "base.in\nidna==1.0\n    # via -r base.in\n");
    sandbox.write("app/requirements.txt", removed);
    let said = text(&sandbox.at("repo/docs"), &select).said();
    assert!(said.contains("because of `../app/base.in`, which no longer asks for it"), "{said}");
}
