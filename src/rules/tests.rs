//! Tests of the table of rules.

use super::{RULES, find, find_group, run};
use crate::model::{
    BrokenDependency, EnvironmentSync, Facts, FixStep, Place, Problem, ProblemKind, RequestedLine, RuleGroup,
    Scope, Sync,
};
use crate::path::RepoPath;

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.info.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted);
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.info.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), RULES.len());
}

#[test]
fn rules_are_found_by_code_and_name() {
    for rule in RULES {
        assert_eq!(find(RULES, &rule.info.code.to_lowercase()).expect("by code").info.code, rule.info.code);
        assert_eq!(find(RULES, rule.info.name).expect("by name").info.code, rule.info.code);
    }
    assert!(find(RULES, "PYE999").is_err());
}

#[test]
fn the_code_starts_with_the_prefix_of_the_group() {
    for rule in RULES {
        let prefix = match rule.info.group {
            RuleGroup::Committed => "PYE1",
            RuleGroup::Ignored => "PYE2",
            RuleGroup::Environment => "PYE3",
            RuleGroup::Requirements => "PYE4",
            RuleGroup::Lock => "PYE5",
        };
        assert!(rule.info.code.starts_with(prefix), "{}", rule.info.code);
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).expect("a path")
}

fn line(file: &str, line: usize, text: &str) -> RequestedLine {
    RequestedLine { place: Place { file: path(file), line: Some(line) }, text: text.to_owned() }
}

/// `SEVERITY CODE PATH:LINE MESSAGE` of what all rules say of a problem, and the command.
fn said(lines: Vec<RequestedLine>, package: &str, kind: ProblemKind) -> (String, Option<String>) {
    let step = |is_sync| FixStep::Install { environment: Some(path("venv")), is_sync };
    let sync = EnvironmentSync {
        environment: "venv".into(),
        directory: "/r/venv".into(),
        root: Some(path("venv")),
        sync: Sync { files: vec![path("uv.lock")], ..Sync::not_compared() },
        problems: vec![Problem { package: package.to_owned(), lines, kind }],
        undecided: Vec::new(),
        installation: Some([step(false), step(true)]),
    };
    let facts = Facts { syncs: vec![sync], ..Facts::nothing(Scope::WorkTree) };
    let found = run(RULES, &facts);
    let [finding] = found.as_slice() else { panic!("one finding: {found:?}") };
    let number = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let said =
        [finding.severity.name(), finding.rule.code, &format!("{}{number}", finding.path.seen_from_root())]
            .join(" ");
    (
        format!("{said} {}", finding.message.seen_from_root()),
        finding.fix.as_ref().map(|fix| fix.command.clone()),
    )
}

fn one() -> Vec<RequestedLine> {
    vec![line("r.txt", 3, "six>=2")]
}

fn two() -> Vec<RequestedLine> {
    [one(), vec![line("dev.txt", 1, "six<3")]].concat()
}

const INSTALL: Option<&str> = Some("git pyenv install --env venv");

/// The lines and what is wrong, what is said and the command.
type Case = (Vec<RequestedLine>, ProblemKind, &'static str, Option<&'static str>);

fn assert_said(cases: impl IntoIterator<Item = Case>) {
    for (lines, kind, expected, command) in cases {
        assert_eq!(said(lines, "six", kind), (expected.to_owned(), command.map(str::to_owned)));
    }
}

#[test]
fn what_is_installed_otherwise_than_asked_for_has_its_rule() {
    let text = str::to_owned;
    let record = || path("lib/app-1.dist-info");
    let sync = Some("git pyenv install --sync --env venv");
    assert_said([
        (
            one(),
            ProblemKind::Missing,
            "error PYE401 r.txt:3 `six>=2` (r.txt:3) is not installed in `venv`",
            INSTALL,
        ),
        (
            one(),
            ProblemKind::Renamed { was: text("five"), now: text("six"), manifest: text("l/pyproject.toml") },
            "error PYE401 r.txt:3 `venv` has five, but `l/pyproject.toml` calls the project six (r.txt:3)",
            INSTALL,
        ),
        (
            one(),
            ProblemKind::Broken { record: record(), reason: text("it has no name") },
            "warning PYE305 venv/lib/app-1.dist-info `venv` has six with metadata that cannot be used: it has no name (r.txt:3)",
            None,
        ),
        (
            one(),
            ProblemKind::Ambiguous { records: vec![record(), path("lib/app-2.dist-info")] },
            "warning PYE305 venv/lib/app-1.dist-info `venv` has the metadata of six 2 times (r.txt:3)",
            None,
        ),
        (
            two(),
            ProblemKind::WrongVersion { found: text("1") },
            "error PYE402 r.txt:3 `venv` has six 1, not `six>=2` (r.txt:3) and `six<3` (dev.txt:1)",
            INSTALL,
        ),
        (
            one(),
            ProblemKind::StaleVersion { found: text("1"), now: text("2"), manifest: text("pyproject.toml") },
            "error PYE402 r.txt:3 `venv` has six 1, but `pyproject.toml` says version 2",
            INSTALL,
        ),
        (
            one(),
            ProblemKind::WrongSource { found: text("a package index"), wanted: text("`six @ https://x`") },
            "error PYE403 r.txt:3 `venv` has six from a package index, not `six @ https://x` (r.txt:3)",
            INSTALL,
        ),
        (
            Vec::new(),
            ProblemKind::Extra {
                version: Some(text("1")),
                record: record(),
                choice: text("the default groups"),
            },
            "warning PYE404 venv/lib/app-1.dist-info `venv` has six 1, which `uv.lock` does not ask for here, with the default groups",
            sync,
        ),
    ]);
}

#[test]
fn what_packages_and_lines_say_has_its_rule() {
    let text = str::to_owned;
    let record = || path("lib/app-1.dist-info");
    let broken = |found: Option<&str>, is_contradicted| {
        ProblemKind::Dependency(BrokenDependency {
            dependent: text("lib 2"),
            record: record(),
            requirement: text("six>=2"),
            found: found.map(str::to_owned),
            is_contradicted,
            chain: vec![text("app 1"), text("lib 2")],
        })
    };
    assert_said([
        (
            one(),
            broken(None, false),
            "error PYE405 r.txt:3 `venv`: lib 2 requires `six>=2`, but six is not installed (r.txt:3, through app 1 → lib 2)",
            INSTALL,
        ),
        (
            one(),
            broken(Some("six 1"), true),
            "error PYE405 r.txt:3 `venv`: lib 2 requires `six>=2`, but six 1 is installed (r.txt:3, through app 1 → lib 2); \
             no version is also what the lines for it ask for",
            None,
        ),
        (
            Vec::new(),
            broken(Some("six 1"), false),
            "warning PYE405 venv/lib/app-1.dist-info `venv`: lib 2 requires `six>=2`, but six 1 is installed",
            None,
        ),
        (
            one(),
            ProblemKind::Unreadable { reason: "no requirement\u{1b}".into() },
            "error PYE406 r.txt:3 r.txt:3: no requirement\\033",
            None,
        ),
        (
            one(),
            ProblemKind::UnknownExtra { extra: text("x"), version: text("1") },
            "info PYE406 r.txt:3 six 1 has no extra `x` (r.txt:3)",
            None,
        ),
        (
            one(),
            ProblemKind::Unpinned,
            "warning PYE407 r.txt:3 `six>=2` (r.txt:3) accepts more than one version",
            None,
        ),
        (
            two(),
            ProblemKind::Conflict,
            "error PYE408 r.txt:3 nothing satisfies `six>=2` (r.txt:3) and `six<3` (dev.txt:1) together",
            None,
        ),
    ]);
}

#[test]
fn projects_that_installers_refuse_have_a_rule() {
    let text = str::to_owned;
    assert_said([
        (
            one(),
            ProblemKind::OtherName { now: text("seven"), manifest: text("l/pyproject.toml") },
            "error PYE406 r.txt:3 `l/pyproject.toml` calls the project seven, not six (r.txt:3)",
            None,
        ),
        (
            one(),
            ProblemKind::OtherPython {
                wanted: text(">=3.13"),
                found: text("3.12.1"),
                manifest: text("l/pyproject.toml"),
            },
            "error PYE406 r.txt:3 `l/pyproject.toml` requires Python >=3.13, and `venv` has 3.12.1 (r.txt:3)",
            None,
        ),
    ]);
}

#[test]
fn a_group_means_its_rules_that_are_on() {
    let codes = |text: &str| -> Vec<&str> {
        let found = find_group(RULES, text).expect("rules");
        found.iter().map(|rule| rule.info.code).collect()
    };
    let group = codes("pye4");
    assert!(group.contains(&"PYE401") && !group.contains(&"PYE407") && group.len() > 5, "{group:?}");
    assert_eq!((codes("PYE407"), codes("missing-package")), (vec!["PYE407"], vec!["PYE401"]));
    for wrong in ["PYE", "PYE9", "PYE40", ""] {
        assert!(find_group(RULES, wrong).is_err(), "{wrong}");
    }
}
