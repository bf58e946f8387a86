//! PYE303 `moved-environment`: an environment was created at another path.

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    Evidence, Facts, Finding, Inspection, RecordedPath, Remedy, RuleGroup, RuleInfo, Severity, UnfinishedSign,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE303",
        name: "moved-environment",
        group: RuleGroup::Environment,
        summary: "an environment was moved or copied",
        explanation: "Activation scripts and the scripts of packages (`pip`, `pytest`, …) contain the absolute path of \
            the environment. After it was moved, copied or renamed, alone or with its project, `bin/python` still \
            works, but activation sets the old path, and scripts fail to start or run the files at the old path. \
            A relocatable environment (`relocatable = true`) is not reported, nor is one that is reached through \
            a symlink. `git pyenv create --force` recreates it at its current path.",
        help: "recreate the environment at its current path",
        severity: Severity::Warning,
        is_default: true,
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
            fact: format!("points to {}", recorded.place).into(),
        })
        .collect();
    let message =
        message!("`{}` was moved or copied: its scripts still point to `{}`", inspection.root, first.place);
    let found = Finding::of(&RULE.info, &inspection.root, message).because(&evidence);
    Some(wording::fixed_by_recreation(found, inspection))
}
