//! What `-v` says was looked at, and what the summary counts.

use crate::support::environments as env;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;

/// The lines of the text of a command.
fn lines(place: &Place<'_>, arguments: &[&str]) -> Vec<String> {
    let text = place.pyenv(&[arguments, &["--output", "text"]].concat()).out();
    text.lines().map(str::to_owned).collect()
}

/// The last line, which sums up, without the time.
fn summary(place: &Place<'_>, arguments: &[&str]) -> String {
    let lines = lines(place, arguments);
    let last = lines.last().cloned().unwrap_or_default();
    last.split(" in ").filter(|part| !part.contains("ms: ")).collect::<Vec<_>>().join(" in ")
}

/// A project with a lock, an environment, a repository in it, and an environment that pipenv may know.
fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox
        .write("pyproject.toml", "[project]\nname = \"demo\"\nversion = \"0.1\"\ndependencies = [\"six\"]\n");
    sandbox.write("requirements.txt", "six\n");
    sandbox.write(".gitignore", ".venv\n");
    env::venv(12).under(".venv").write(&sandbox);
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "project"]);
    sandbox.git(&["init", "--quiet", "third/party"]);
    sandbox
}

#[test]
fn check_says_what_it_looked_at() {
    let sandbox = project();
    let place = sandbox.at("repo").with("VIRTUAL_ENV", sandbox.path("repo/.venv"));
    let found = lines(&place, &["check", "-v"]);
    let top = sandbox.path("repo").display().to_string();
    let has = |line: &str| assert!(found.iter().any(|found| found == line), "{line}\n{found:#?}");
    has("not searched: third/party, which is another git repository");
    has("project: . (pyproject.toml, requirements.txt) uses .venv, because it exists");
    has("read: pyproject.toml");
    has("read: requirements.txt");
    has("active in this shell: .venv");
    assert!(found.iter().any(|line| line.starts_with(&format!("searched: {top} ("))), "{found:#?}");
    let brief = lines(&place, &["check"]);
    assert!(
        !brief.iter().any(|line| line.starts_with("searched:") || line.starts_with("read:")),
        "{brief:#?}"
    );
}

#[test]
fn list_says_what_it_looked_at() {
    let sandbox = project();
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    env::venv(12).write_to(&sandbox, "home/.virtualenvs/noted");
    let noted = sandbox.path("repo").display().to_string();
    std::fs::write(sandbox.path("home/.virtualenvs/noted/.project"), noted).expect("a note");
    let found = lines(&sandbox.at("repo"), &["list", "-v"]);
    let starts = |start: &str| found.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!((starts("searched: "), starts("not searched: ")), (2, 1), "{found:#?}");
    assert_eq!(starts("project: "), 2, "{found:#?}");
    let kept = format!("kept by virtualenvwrapper: {}", sandbox.path("home/.virtualenvs/noted").display());
    assert!(found.contains(&kept), "{found:#?}");
    assert_eq!(starts("nothing kept elsewhere by: "), 2, "{found:#?}");
    let brief = lines(&sandbox.at("repo"), &["list"]);
    assert!(!brief.iter().any(|line| line.starts_with("searched:")), "{brief:#?}");
}

#[test]
fn the_summary_counts_what_was_looked_at() {
    let sandbox = project();
    let place = sandbox.at("repo");
    assert_eq!(
        summary(&place, &["check", "--staged"]),
        "checked 0 changed paths of 3 in the index, 0 environments"
    );
    sandbox.write("one", "1\n");
    sandbox.git(&["add", "one"]);
    sandbox.git(&["rm", "--quiet", "--cached", "requirements.txt"]);
    let staged = summary(&place, &["check", "--staged"]);
    assert_eq!(staged, "checked 2 changed paths of 3 in the index, 0 environments");
    let answer = place.json(&["check", "--staged"]);
    assert_eq!(
        (&answer["inspected"]["paths"], &answer["inspected"]["changed_paths"]),
        (&3.into(), &2.into())
    );
    crate::support::schema::assert_fits(&answer);
    // Another index than that of the repository, as git has for `git commit PATH`.
    let other = sandbox.path("other-index");
    let elsewhere = place.clone().with("GIT_INDEX_FILE", &other);
    elsewhere.git_ok(&["read-tree", "HEAD"]);
    assert_eq!(
        summary(&elsewhere, &["check", "--staged"]),
        "checked 0 changed paths of 3 in the index, 0 environments"
    );
    assert!(summary(&place, &["check", "--commit", "HEAD"]).starts_with("checked 3 paths of the commit, "));
    assert!(
        summary(&place, &["check", "--range", "HEAD"]).starts_with("checked 3 changed paths of the range, ")
    );
    assert!(summary(&place, &["check"]).starts_with("checked 3 tracked paths, 1 environment, 2 manifests"));
}

#[test]
fn before_the_first_commit_every_path_is_a_change() {
    let sandbox = Sandbox::repository();
    sandbox.write("one", "1\n");
    sandbox.write("two/three", "3\n");
    sandbox.git(&["add", "--all"]);
    let found = summary(&sandbox.at("repo"), &["check", "--staged"]);
    assert_eq!(found, "checked 2 changed paths of 2 in the index, 0 environments");
}
