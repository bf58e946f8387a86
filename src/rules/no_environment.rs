//! PYE301 `no-environment`: the project has requirements and no environment.

use super::rule::Rule;
use crate::model::{Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE301",
        name: "no-environment",
        group: RuleGroup::Environment,
        summary: "the project declares requirements and has no environment",
        explanation: "There is a requirements file, a lock file or a `pyproject.toml` with dependencies, and neither \
            the environment that the settings mean nor any other in the work tree, nor one that pipenv, poetry, hatch or \
            conda keep elsewhere for the project. In a fresh clone that is as it \
            should be, so it is only worth knowing; `git pyenv check --require-env` makes it a warning, for places \
            where the environment has to be there. `git pyenv create` makes it.",
        help: "make the environment",
        severity: Severity::Info,
        means_broken: false,
        remedy: Some(Remedy::Create),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(project) = facts.project.as_ref().filter(|project| !project.has_environment) else { return };
    let Some(first) = project.declared.first() else { return };
    let message = format!(
        "`{}` declares requirements, and there is no environment `{}`",
        first.path, project.environment
    );
    let severity = if project.environment_required { Severity::Warning } else { RULE.info.severity };
    let found = Finding::of(&RULE.info, &first.path, message).because(&project.declared);
    findings.push(found.severity(severity).fix(&first.path, "makes the environment"));
}
