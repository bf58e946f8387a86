//! What holds of all environments and requirements.

use proptest::prelude::*;

use super::{Memory, asked, python312};
use crate::model::{RequestedPackages, SyncStatus};
use crate::satisfied::judge;

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
const VERSIONS: [&str; 5] = ["1.0", "1.5", "2.0rc1", "2.0", "2.1+local"];
const SPECIFIERS: [&str; 8] = ["", ">=1", "<2", "==1.0", "!=1.5", ">=2", "~=1.0", "===2.0"];
const MARKERS: [&str; 4] =
    ["", " ; python_version < '3'", " ; os_name == 'posix'", " ; platform_release > '5'"];

fn requirement() -> impl Strategy<Value = String> {
    let extra = prop_oneof![Just(""), Just("[x]")];
    let parts = (prop::sample::select(&NAMES[..]), extra, prop::sample::select(&SPECIFIERS[..]));
    (parts, prop::sample::select(&MARKERS[..]))
        .prop_map(|((name, extra, specifiers), marker)| format!("{name}{extra}{specifiers}{marker}"))
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![4 => requirement(), 1 => requirement().prop_map(|text| format!("-c {}", text.replace("[x]", "")))]
}

/// A package for some of the names, each with a version and requirements.
fn packages() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let requires = prop::collection::vec(
        prop_oneof![
            requirement(),
            requirement().prop_map(|text| {
                let (name, marker) = text.split_once(" ; ").unwrap_or((&text, "os_name != ''"));
                format!("{name} ; ({marker}) and extra == 'x'")
            })
        ],
        0..3,
    );
    let package = prop::option::of((prop::sample::select(&VERSIONS[..]), requires));
    prop::collection::vec(package, NAMES.len()).prop_map(|all| {
        let named = NAMES.iter().zip(all);
        named
            .filter_map(|(name, package)| {
                package.map(|(version, requires)| (format!("{name} {version}"), requires))
            })
            .collect()
    })
}

fn memory(packages: &[(String, Vec<String>)]) -> Memory {
    packages.iter().fold(Memory::default(), |memory, (package, requires)| {
        let requires: Vec<&str> =
            std::iter::once("extra: x").chain(requires.iter().map(String::as_str)).collect();
        memory.with(package, &requires)
    })
}

fn lines(lines: &[String]) -> RequestedPackages {
    asked(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

fn status(requested: &RequestedPackages, installed: &Memory) -> SyncStatus {
    judge(requested, installed, &python312()).status()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_package_that_nothing_asks_for_changes_nothing(
        text in prop::collection::vec(line(), 0..5), installed in packages(), version in prop::sample::select(&VERSIONS[..]),
    ) {
        let asked = lines(&text);
        let more = memory(&installed).with(&format!("unrelated {version}"), &["a<0", "nothing"]);
        prop_assert_eq!(status(&asked, &memory(&installed)), status(&asked, &more));
    }

    #[test]
    fn without_a_required_package_nothing_is_in_step(
        text in prop::collection::vec(line(), 0..5), installed in packages(), name in prop::sample::select(&NAMES[..]),
    ) {
        let asked = lines(&[text, vec![name.to_owned()]].concat());
        let without = memory(&installed).without(name);
        prop_assert_eq!(status(&asked, &without), SyncStatus::OutOfStep);
    }

    #[test]
    fn the_order_does_not_matter(
        text in prop::collection::vec(line(), 0..6), installed in packages(), seed in any::<u64>(),
    ) {
        let mut shuffled = lines(&text);
        let asked = shuffled.clone();
        let turn = |length: usize| if length == 0 { 0 } else { (seed as usize) % length };
        let (requested, constraints) = (turn(shuffled.requested.len()), turn(shuffled.constraints.len()));
        shuffled.requested.rotate_left(requested);
        shuffled.constraints.rotate_left(constraints);
        shuffled.requested.reverse();
        let reversed: Vec<_> = installed.iter().rev().cloned().collect();
        let (one, other) = (judge(&asked, &memory(&installed), &python312()), judge(&shuffled, &memory(&reversed), &python312()));
        prop_assert_eq!(one.status(), other.status());
        prop_assert_eq!(one.problems.len(), other.problems.len());
    }

    #[test]
    fn another_requirement_never_brings_an_environment_in_step(
        text in prop::collection::vec(line(), 0..5), installed in packages(), more in line(),
    ) {
        let before = status(&lines(&text), &memory(&installed));
        let after = status(&lines(&[text, vec![more]].concat()), &memory(&installed));
        prop_assert!(before == SyncStatus::InStep || after != SyncStatus::InStep);
    }

    #[test]
    fn out_of_step_has_a_reason_and_unknown_too(text in prop::collection::vec(line(), 0..5), installed in packages()) {
        let verdict = judge(&lines(&text), &memory(&installed), &python312());
        match verdict.status() {
            SyncStatus::OutOfStep => prop_assert!(verdict.problems.iter().any(crate::model::Problem::is_out_of_step)),
            SyncStatus::Unknown => prop_assert!(!verdict.undecided.is_empty()),
            SyncStatus::InStep => prop_assert!(verdict.undecided.is_empty()),
        }
    }
}
