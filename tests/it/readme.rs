//! What the README says is so.

use git_pyenv::cli;

use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;
use crate::support::source;

/// GitHub's template, as in `whole_texts/first_ten_minutes.rs`.
const TEMPLATE: &str = include_str!("whole_texts/Python.gitignore");

#[test]
fn the_two_commands_come_before_everything_else_that_is_typed() {
    let readme = source::read("README.md");
    let block = readme.split("```").nth(1).expect("a block");
    assert_eq!(block.trim(), "cargo run --release -- check\ncargo test");
    assert!(readme.contains("It has nothing to do with the program called pyenv"));
}

#[test]
fn every_command_has_a_row() {
    let readme = source::read("README.md");
    for command in cli::COMMANDS {
        let link = format!("(docs/commands/{}.md)", command.name);
        assert!(
            readme.lines().any(|line| line.starts_with("| [`") && line.contains(&link)),
            "{}",
            command.name
        );
    }
}

#[test]
fn every_figure_is_one_of_the_benchmarks() {
    let benchmarks = source::read("docs/benchmarks.md");
    let readme = source::read("README.md");
    let words: Vec<&str> = readme.split_whitespace().collect();
    let figures: Vec<&str> = words.windows(2).filter(|pair| pair[1] == "ms").map(|pair| pair[0]).collect();
    assert!(figures.len() > 10, "{figures:?}");
    for figure in figures {
        assert!(benchmarks.contains(&format!(" {figure} ms")), "{figure} ms is not in docs/benchmarks.md");
    }
}

/// The cells of the row of the README that begins with this one.
fn row(beginning: &str) -> Vec<String> {
    let readme = source::read("README.md");
    let line = readme.lines().find(|line| line.starts_with(&format!("| {beginning} |")));
    let line = line.unwrap_or_else(|| panic!("the README has no row `{beginning}`"));
    line.trim_matches('|').split('|').skip(1).map(|cell| cell.trim().to_owned()).collect()
}

/// What `git add .` stages of a fixture, beside the ignore rules.
fn staged(fixture: &Fixture, ignored: &str) -> (Sandbox, Vec<String>) {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", ignored);
    fixture.write(&sandbox);
    sandbox.git(&["add", "."]);
    let names = sandbox.git(&["diff", "--cached", "--name-only"]);
    (sandbox, names.lines().map(str::to_owned).collect())
}

/// Whether a hook with the pattern `^(\.?venv|env)/` stops one of these.
fn is_forbidden(names: &[String]) -> bool {
    names.iter().any(|name| ["venv/", ".venv/", "env/"].iter().any(|start| name.starts_with(start)))
}

#[test]
#[cfg(unix)]
fn the_comparison_is_what_happens() {
    let package = Fixture::default().file("env/__init__.py", "").file("env/main.py", "print('open')\n");
    let cases = [
        ("an environment `venv/`", env::venv(12).under("venv")),
        ("an environment `.venv312/`", env::venv(12).under(".venv312")),
        ("a symlink `venv` to an environment", Fixture::default().link("venv", "../elsewhere/.venv")),
        ("a package of yours called `env/`", package),
    ];
    for (beginning, fixture) in cases {
        let said = row(beginning);
        let (_, with_template) = staged(&fixture, TEMPLATE);
        let is_whole = with_template.iter().any(|name| name.contains("/lib/"));
        let template = match with_template.iter().any(|name| name.ends_with("/pyvenv.cfg")) {
            true if !is_whole => "its `bin/` and `pyvenv.cfg` pass",
            true => "passes whole",
            false if !with_template.is_empty() => "passes",
            false if said[0] == "left out without a word" => "left out without a word",
            false => "left out",
        };
        let (sandbox, names) = staged(&fixture, "");
        let pattern = if is_forbidden(&names) { "stopped" } else { "passes" };
        let ours = match sandbox.pyenv(&["check", "--staged"]).status {
            Some(0) => "passes",
            Some(1) => "stopped",
            other => panic!("{beginning}: {other:?}"),
        };
        assert_eq!(said, [template, pattern, ours], "{beginning}: {with_template:?}");
    }
}
