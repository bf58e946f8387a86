//! PYE103 `committed-link`: git tracks a link or `.venv` file that points to an environment.

use super::rule::Rule;
use super::wording;
use crate::model::{Evidence, Facts, Finding, Measure, Remedy, RuleGroup, RuleInfo, Severity, TrackedLink};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE103",
        name: "committed-link",
        group: RuleGroup::Committed,
        summary: "a link that stands for a Python environment is in git",
        explanation: "A symbolic link named `.venv` is not covered by the ignore rule `.venv/`, because the slash \
            means directories only. Once committed it points into the file system of one machine, and tools on \
            other machines fail when they want to make an environment of that name. The same holds for a \
            `.venv` file that redirects to an environment (PEP 832). `git pyenv fix PATH` takes it out of git, \
            keeps it on disk and ignores it in every form.",
        help: "ignore `.venv` without a slash, so that a link is covered too",
        severity: Severity::Error,
        means_broken: false,
        remedy: Some(Remedy::Untrack),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(facts.tracked_links.iter().map(finding));
}

fn finding(tracked: &TrackedLink) -> Finding {
    let path = &tracked.link.entry.path;
    let what = if tracked.link.entry.kind.is_file() { "redirect" } else { "link" };
    let target = &tracked.link.target;
    let evidence =
        Evidence { path: path.clone(), fact: format!("leads to {target}; {}", tracked.link.reason) };
    let commit = wording::in_commit(tracked.commit.as_ref());
    let mut found =
        Finding::of(&RULE.info, path, format!("committed {what} `{path}` to an environment{commit}"))
            .because(&[evidence])
            .counting(Some(Measure {
                files: 1,
                bytes: tracked.link.entry.size.unwrap_or(target.len() as u64),
            }));
    if tracked.changed == Some(false) {
        found.message = format!("the {what} `{path}` to an environment was committed before");
        found = found.severity(Severity::Info);
    }
    found.fix(path, wording::UNTRACKS)
}
