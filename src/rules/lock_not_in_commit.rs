//! PYE502 `lock-not-in-commit`: a commit changes a manifest and leaves the lock as it was.

use super::rule::Rule;
use super::wording;
use crate::model::{Derivation, DerivationChange, Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE502",
        name: "lock-not-in-commit",
        group: RuleGroup::Lock,
        summary: "the commit changes a manifest so that its lock file is stale",
        explanation: "The commit changes what a project requires, and the lock file that it contains does not \
            match: `uv.lock`, `poetry.lock` or another was not locked again, or it was and is not staged. It also \
            concerns a member of a workspace that is new or deleted. \
            Everyone who checks out the commit gets other packages than the project requires, or an error. What \
            counts is what is staged, not what is in the work tree. A lock that did not match before, in a \
            commit that changes neither file, is not reported.",
        help: "lock the project again and stage the lock file",
        severity: Severity::Error,
        means_broken: false,
        remedy: Some(Remedy::Lock),
        is_default: true,
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    for lock in facts.derived.iter().filter(|file| file.derivation == Derivation::Lock) {
        let Some(DerivationChange { file, sources }) = lock.change else { continue };
        if file || sources {
            findings.extend(wording::stale(&RULE.info, lock));
        }
    }
}
