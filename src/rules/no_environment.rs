//! PYE301 `no-environment`: the project has requirements and no environment.

use super::rule::Rule;
use crate::message::{Message, message, named_singly};
use crate::model::{Evidence, Facts, Finding, ProjectFacts, Remedy, RuleGroup, RuleInfo, Severity};
use crate::path::RepoPath;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE301",
        name: "no-environment",
        group: RuleGroup::Environment,
        summary: "the project declares requirements and has no environment",
        explanation: "A project has a requirements file, a lock file or a `pyproject.toml` with dependencies, but \
            the environment that `git pyenv run` would use does not exist. Where settings, a variable or a tool of the project \
            name it, no other one counts; where nothing names one, any environment of the project does, and one that uv, pdm, \
            pipenv, poetry, hatch or conda keep for it elsewhere. Of several that lie in the project's directory, none named \
            `.venv` or `venv`, `git pyenv run` uses none until `git pyenv use` selects one. Every project of the repository counts, but \
            for dependencies, data for tests, examples and templates in it; more than five have one finding \
            together. This is normal in a fresh clone, so it \
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

/// So many projects have a finding each; more have one together.
const MOST: usize = 5;
/// So many projects or environments are named.
const NAMED: usize = 3;

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let missing = facts.projects.iter().filter(|project| !project.has_environment);
    let missing: Vec<(&ProjectFacts, &Evidence)> =
        missing.filter_map(|project| Some((project, project.declared.first()?))).collect();
    match missing.as_slice() {
        [first, ..] if missing.len() > MOST => findings.push(of_many(*first, &missing)),
        few => findings.extend(few.iter().map(|(project, first)| of_one(project, first))),
    }
}

fn of_one(project: &ProjectFacts, first: &Evidence) -> Finding {
    let (message, effect) = match project.unselected.as_slice() {
        [] => (message!("no environment at `{}`", project.environment), "creates the environment"),
        several => (none_selected(several), "selects the first of them"),
    };
    let message = message!("{}, but `{}` {}", message, first.path, first.fact);
    let found = Finding::of(&RULE.info, &first.path, message).because(&project.declared);
    let found = found.severity(severity(project));
    match project.creation.as_slice() {
        [] => found,
        steps => found.fixed_by(steps.to_vec(), effect),
    }
}

/// That there are several environments, and `run` uses none of them.
fn none_selected(several: &[RepoPath]) -> Message {
    let names = named_singly(several.iter().take(NAMED));
    let more = match several.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more, which `git pyenv list` names"),
    };
    message!("none of {} environments is selected ({}{})", several.len(), names, more)
}

/// One finding for a repository that holds many projects, as most of them are never used by one person.
fn of_many((project, first): (&ProjectFacts, &Evidence), all: &[(&ProjectFacts, &Evidence)]) -> Finding {
    let names = named_singly(all.iter().take(NAMED).map(|(project, _)| &project.project));
    let message =
        message!("no environment for {} projects: {} and {} more", all.len(), names, all.len() - NAMED);
    let declared: Vec<Evidence> = all.iter().map(|(_, first)| (*first).clone()).collect();
    Finding::of(&RULE.info, &first.path, message).because(&declared).severity(severity(project))
}

fn severity(project: &ProjectFacts) -> Severity {
    if project.environment_required { Severity::Warning } else { RULE.info.severity }
}
