//! PYE103 `committed-link`: git tracks a link or `.venv` file that points to an environment.

use std::slice::from_ref;

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    Evidence, Facts, Finding, Measure, PlaceToFix, Remedy, RuleGroup, RuleInfo, Scope, Severity, TrackedLink,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE103",
        name: "committed-link",
        group: RuleGroup::Committed,
        summary: "a symlink to a Python environment is in git",
        explanation: "The ignore rule `.venv/` does not match a symlink named `.venv`: a trailing slash matches directories \
            only. A committed symlink points into the file system of one machine, and tools on other machines \
            fail to create an environment of that name. The same applies to a `.venv` file that redirects to \
            an environment (PEP 832). `git pyenv fix PATH` untracks it, keeps it on disk and ignores the name, \
            whether directory, symlink or file.",
        help: "ignore `.venv` without a trailing slash, so that the rule also matches a symlink",
        severity: Severity::Error,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Untrack),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(facts.tracked_links.iter().map(|tracked| finding(&facts.scope, tracked)));
}

fn finding(scope: &Scope, tracked: &TrackedLink) -> Finding {
    let path = &tracked.link.entry.path;
    let what = if tracked.link.entry.kind.is_file() { "redirect" } else { "symlink" };
    let target = &tracked.link.target;
    let evidence =
        Evidence { path: path.clone(), fact: format!("points to {target}; {}", tracked.link.reason).into() };
    let subject = message!("{} `{}` to an environment", what, path);
    let status = wording::git_status(scope, tracked.commit.as_deref());
    let mut found = Finding::of(&RULE.info, path, message!("{} {}", subject, status))
        .because(&[evidence])
        .counting(Some(Measure { files: 1, bytes: tracked.link.entry.size.unwrap_or(target.len() as u64) }));
    if tracked.changed == Some(false) {
        found.message = subject.then(" was committed earlier");
        found = found.severity(Severity::Info);
    }
    let place = PlaceToFix::new(path).untracking(from_ref(path)).ignoring(from_ref(path));
    found.fix(place, wording::UNTRACKS)
}
