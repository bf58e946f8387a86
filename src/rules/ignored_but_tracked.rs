//! PYE202 `ignored-but-tracked`: files are tracked although an ignore rule covers them.

use super::rule::Rule;
use super::wording;
use crate::message::{Message, message};
use crate::model::{
    Evidence, Facts, Finding, Fix, PlaceToFix, Protection, Remedy, RuleGroup, RuleInfo, Severity,
};
use crate::path::RepoPath;
use crate::text::counted;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE202",
        name: "ignored-but-tracked",
        group: RuleGroup::Ignored,
        summary: "an environment is ignored and tracked at the same time",
        explanation: "An ignore rule keeps git from adding files; it has no effect on files that are already tracked, so \
            the environment stays in every commit. `git pyenv fix PATH` untracks the files and keeps them on \
            disk. Where PYE101 or PYE102 finds the same environment, this is part of that finding; where they are not \
            selected, or ignored, it is one of its own.",
        help: "untrack the files; the ignore rule already exists",
        severity: Severity::Warning,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Untrack),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    for tracked in &facts.tracked {
        let Some(rule) = &tracked.ignored_by else { continue };
        let root = &tracked.environment.root;
        let files = tracked.environment.contents.members.len();
        let verb = if files == 1 { "is" } else { "are" };
        let tracked_still = format!("{} {verb} still tracked", counted(files as u64, "file"));
        let fact = fact(rule, root);
        let message = message!("{}, but {}", fact, tracked_still);
        let path = rule.shared.clone().unwrap_or_else(|| root.clone());
        let place = PlaceToFix::new(root).untracking(&tracked.environment.pieces());
        let found = Finding::of(&RULE.info, root, message).because(&[Evidence { path, fact }]);
        // A rule that others have and that does not go with the files is enough; `fix` adds one in place of another.
        let effect = match rule.shared.is_some() && !rule.is_own {
            true => "untracks the files, keeps them on disk",
            false => wording::untracks(&tracked.environment),
        };
        findings.push(found.fix(place, effect));
    }
}

/// Says which rule ignores an environment.
fn fact(rule: &Protection, root: &RepoPath) -> Message {
    message!("`{}` in {}:{} ignores `{}`", rule.pattern, rule.source, rule.line, root)
}

/// Makes a finding of this rule part of the one that says that the environment is tracked.
pub(super) fn add_to(first: &mut Finding, second: Finding, facts: &Facts) {
    let rule = facts.tracked.iter().find(|tracked| tracked.environment.root == second.path);
    if let Some(rule) = rule.and_then(|tracked| tracked.ignored_by.as_ref()) {
        let place = message!("`{}` in {}:{}", rule.pattern, rule.source, rule.line);
        first.message = message!("{} although {} ignores it", first.message, place);
    }
    first.evidence.extend(second.evidence);
    first.fix = match (first.fix.take(), second.fix) {
        (Some(first), Some(second)) => Some(Fix { effect: second.effect, ..first }),
        (first, _) => first,
    };
}
