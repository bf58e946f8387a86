//! PYE501 `stale-lock`: a lock does not match the manifest that it was made from.

use super::rule::Rule;
use super::wording;
use crate::model::{Derivation, Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE501",
        name: "stale-lock",
        group: RuleGroup::Lock,
        summary: "a lock file does not match its manifest",
        explanation: "`uv.lock`, `poetry.lock`, `pdm.lock`, `Pipfile.lock` and `pylock.toml` say which versions to \
            install for what a manifest such as `pyproject.toml` requires. When the manifest changes and the lock \
            does not, then what is installed from the lock is not what the project requires, or the tool refuses \
            to install. The comparison is that of the tool: a checksum, or the requirements that the lock \
            records, also those of the members of a workspace. What cannot be compared, as with dynamic \
            dependencies, is not reported. Nothing is run and no index of packages is asked, so a lock that matches may still be \
            older than the latest versions. Lock the project again and commit both files.",
        help: "lock the project again",
        severity: Severity::Error,
        means_broken: false,
        remedy: Some(Remedy::Lock),
        is_default: true,
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let locks =
        facts.derived.iter().filter(|file| file.derivation == Derivation::Lock && file.change.is_none());
    findings.extend(locks.filter_map(|lock| wording::stale(&RULE.info, lock)));
}
