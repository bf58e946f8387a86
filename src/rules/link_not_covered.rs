//! PYE203 `link-not-covered`: a rule that ends with a slash does not cover a link or file of that name.

use std::collections::BTreeSet;

use super::rule::Rule;
use crate::message::message;
use crate::model::{Facts, Finding, PlaceToFix, Protection, Remedy, RuleGroup, RuleInfo, Severity};
use crate::path::RepoPath;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE203",
        name: "link-not-covered",
        group: RuleGroup::Ignored,
        summary: "an ignore rule matches the directory, but not a symlink of that name",
        explanation: "In an ignore file a trailing slash matches directories only. Tools that keep environments outside \
            of the project, coding agents' worktrees and uv's central environments create `.venv` as a symlink, \
            and PEP 832 allows a `.venv` file; `git add .` then adds it although `.venv/` is ignored. \
            `git pyenv fix .gitignore` removes the slash. \
            As long as no such link is there, the finding is an info.",
        help: "remove the trailing slash of the rule",
        severity: Severity::Warning,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::CoverLinks),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let mut reported = BTreeSet::new();
    let links = facts.disk_links.iter().filter(|found| found.protection.is_none());
    for (name, rule) in
        links.filter_map(|found| Some((&found.link.entry.path, found.directory_protection.as_ref()?)))
    {
        findings.extend(finding(name, rule, &mut reported));
    }
    // Where no link is, it is only advice.
    let directories = facts.on_disk.iter().filter(|found| found.link_protection.is_none());
    for (name, rule) in
        directories.filter_map(|found| Some((&found.environment.root, found.protection.as_ref()?)))
    {
        findings.extend(finding(name, rule, &mut reported).map(|advice| advice.severity(Severity::Info)));
    }
}

/// One finding per ignore rule, at the rule. Rules that only this user has do not count.
fn finding(
    name: &RepoPath,
    rule: &Protection,
    reported: &mut BTreeSet<(RepoPath, usize)>,
) -> Option<Finding> {
    let file = rule.shared.as_ref()?;
    let directories_only = rule.pattern.ends_with('/') && !rule.is_own;
    if !directories_only || !reported.insert((file.clone(), rule.line)) {
        return None;
    }
    let bare = rule.pattern.trim_end_matches('/');
    let message = message!(
        "`{}` in {}:{} does not match a symlink named `{}`",
        rule.pattern,
        rule.source,
        rule.line,
        name
    );
    let effect = format!("`{}` becomes `{bare}`", rule.pattern);
    Some(Finding::of(&RULE.info, file, message).line(rule.line).fix(PlaceToFix::new(file), effect))
}
