//! PYE204 `ignored-only-for-you`: only rules that other users do not have ignore an environment.

use std::slice::from_ref;

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{Facts, Finding, PlaceToFix, Remedy, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE204",
        name: "ignored-only-for-you",
        group: RuleGroup::Ignored,
        summary: "an environment is ignored by a rule that only you have",
        explanation: "The rule is in `info/exclude` or in your own `core.excludesFile`, which other clones do not have. \
            Somebody else who creates an environment of the same name may commit it. For a name that the whole \
            team uses, `git pyenv fix PATH` adds the rule to `.gitignore`; for a name that only you use there is \
            nothing to do.",
        help: "add the rule to `.gitignore` if others use that name too",
        severity: Severity::Info,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Ignore),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    for found in &facts.on_disk {
        let Some(rule) = found.protection.as_ref().filter(|rule| rule.shared.is_none() && !rule.is_own)
        else {
            continue;
        };
        let root = &found.environment.root;
        let message =
            message!("`{}` is ignored only by `{}` in {}:{}", root, rule.pattern, rule.source, rule.line);
        findings.push(
            Finding::of(&RULE.info, root, message)
                .fix(PlaceToFix::new(root).ignoring(from_ref(root)), wording::IGNORES),
        );
    }
}
