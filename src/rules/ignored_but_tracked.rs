//! PYE202 `ignored-but-tracked`: files are tracked although an ignore rule covers them.

use super::rule::Rule;
use crate::model::{Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity};
use crate::text::counted;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE202",
        name: "ignored-but-tracked",
        group: RuleGroup::Ignored,
        summary: "an environment is ignored and tracked at the same time",
        explanation: "An ignore rule keeps git from adding files; it has no effect on files that are already tracked, so \
            the environment stays in every commit. `git pyenv fix PATH` untracks the files and keeps them on \
            disk.",
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
        let message = format!(
            "`{}` in {}:{} ignores `{root}`, but {tracked_still}",
            rule.pattern, rule.source, rule.line
        );
        let effect = "untracks the files, keeps them on disk";
        findings.push(Finding::of(&RULE.info, root, message).fix(root, effect));
    }
}
