//! PYE303 `moved-environment`: an environment was created at another path.

use super::rule::Rule;
use super::wording;
use crate::model::{
    Evidence, Facts, Finding, Inspection, RecordedPath, Remedy, RuleGroup, RuleInfo, Severity, UnfinishedSign,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE303",
        name: "moved-environment",
        group: RuleGroup::Environment,
        summary: "an environment was made at another place",
        explanation: "Activation scripts and the scripts of packages (`pip`, `pytest`, …) hold the absolute path of \
            the environment. After it was moved, copied or renamed, alone or with its project, `bin/python` still \
            works, but activation sets the old path and scripts do not start, or run what lies at the old place. \
            An environment that was made to be moved (`relocatable = true`) is no finding, nor is one that is \
            reached through a link. `git pyenv create --force` makes it anew where it is.",
        help: "make the environment anew at its place",
        severity: Severity::Warning,
        means_broken: true,
        remedy: Some(Remedy::Recreate),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(facts.inspections.iter().filter_map(finding));
}

fn finding(inspection: &Inspection) -> Option<Finding> {
    let elsewhere: Vec<&RecordedPath> =
        inspection.recorded_paths.iter().filter(|recorded| !recorded.leads_here).collect();
    // An environment in preparation records its final path.
    let first = elsewhere.first().filter(|_| !inspection.unfinished.contains(&UnfinishedSign::Staging))?;
    let evidence: Vec<Evidence> = elsewhere
        .iter()
        .map(|recorded| Evidence {
            path: recorded.path.clone(),
            fact: format!("names the place {}", recorded.place),
        })
        .collect();
    let message = format!("`{}` was made at `{}`", inspection.root, first.place);
    let found = Finding::of(&RULE.info, &inspection.root, message).because(&evidence);
    Some(wording::fixed_by_recreation(found, inspection))
}
