//! Which columns `list` shows on a terminal, and that no line is wider.
#![cfg(unix)]

use crate::support::environments as env;
use crate::support::repository::Sandbox;
use crate::support::terminal::{Attached, Terminal};

/// The text of `list` on a terminal of so many columns, without colour and progress.
fn on_terminal(sandbox: &Sandbox, columns: u16) -> Vec<String> {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.args(["list", "--color", "never", "--output", "text"]).env("TERM", "dumb");
    // The terminal decides, not what a shell once said about another one.
    command.env("COLUMNS", "10");
    let (status, _, seen) = Terminal::start(command, columns, Attached::Both).finish();
    assert!(status.success(), "{seen}");
    seen.lines().filter(|line| !line.starts_with("measuring")).map(str::to_owned).collect()
}

/// No character of these tests is wider than two columns.
fn width(line: &str) -> usize {
    line.chars().map(|c| if c >= '\u{1100}' && c != '…' { 2 } else { 1 }).sum()
}

#[test]
fn the_table_fits_the_terminal() {
    let sandbox = Sandbox::repository();
    for place in
        ["services/backend/of-the-shop/.venv", "services/frontend/of-the-shop/.venv", "환경/가상", "a\nb"]
    {
        env::venv(12).under(place).write(&sandbox);
    }
    for columns in [20_u16, 40, 60, 80, 200] {
        let table = on_terminal(&sandbox, columns);
        // What comes below the table is broken between words.
        let total = table.iter().position(|line| line.starts_with("4 environments")).expect("a total");
        let rows = &table[..total];
        assert_eq!(rows.len(), 5, "{table:#?}");
        // Not all paths can be told from one another in fewer than 32.
        let widest = rows.iter().map(|row| width(row)).max();
        assert!(widest <= Some(usize::from(columns).max(35)), "{columns} {table:#?}");
        let paths: std::collections::HashSet<&str> =
            rows.iter().filter_map(|row| row.trim_start_matches(['*', ' ']).split("  ").next()).collect();
        assert_eq!(paths.len(), 5, "{table:#?}");
    }
}

#[test]
fn what_matters_least_is_left_out_first() {
    let sandbox = Sandbox::repository();
    let places = ["services/api/env", ".venv", "hidden"];
    for (place, fixture) in places.into_iter().zip([env::legacy(), env::venv(11), env::uv()]) {
        fixture.under(place).write(&sandbox);
    }
    sandbox.write(".gitignore", "hidden/\n.venv\n");
    let headings = |columns| {
        let table = on_terminal(&sandbox, columns);
        let lines = &table[..4];
        assert!(lines.iter().all(|line| width(line) <= usize::from(columns)), "{table:#?}");
        let head = table[0].split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        (head, table[1..4].join("\n"))
    };
    let (head, rows) = headings(80);
    assert_eq!(head, ["PATH", "KIND", "PYTHON", "HEALTH", "IGNORED", "TRACKED"], "{rows}");
    let (head, rows) = headings(120);
    let all = ["PATH", "KIND", "PYTHON", "SIZE", "FILES", "PACKAGES", "CREATED", "USED"];
    assert_eq!(head, [&all[..], &["HEALTH", "IGNORED", "TRACKED"]].concat(), "{rows}");
    assert!(rows.contains("broken (2)"), "{rows}");
    let (head, rows) = headings(300);
    assert_eq!(head.len(), 11, "{rows}");
    assert!(rows.contains("broken: PYE302, PYE303"), "{rows}");
}
