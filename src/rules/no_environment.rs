//! PYE301 `no-environment`: the project has requirements and no environment.

use super::rule::Rule;
use crate::model::{Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE301",
        name: "no-environment",
        group: RuleGroup::Environment,
        summary: "the project declares requirements and has no environment",
        explanation: "The project has a requirements file, a lock file or a `pyproject.toml` with dependencies, but \
            neither the selected environment nor any other environment exists in the work tree, and pipenv, \
            poetry, hatch and conda keep none for the project elsewhere. This is normal in a fresh clone, so it \
            is only information; with `git pyenv check --require-env` it is a warning, for example in CI. \
            `git pyenv create` creates the environment.",
        help: "create the environment",
        severity: Severity::Info,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Create),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(project) = facts.project.as_ref().filter(|project| !project.has_environment) else { return };
    let Some(first) = project.declared.first() else { return };
    let message = format!("no environment at `{}`, but `{}` {}", project.environment, first.path, first.fact);
    let severity = if project.environment_required { Severity::Warning } else { RULE.info.severity };
    let found = Finding::of(&RULE.info, &first.path, message).because(&project.declared);
    findings.push(found.severity(severity).fixed_by(project.creation.clone(), "creates the environment"));
}
