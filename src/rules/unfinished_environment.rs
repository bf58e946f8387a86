//! PYE307 `unfinished-environment`: an environment was not completely created or deleted.

use super::rule::Rule;
use super::wording;
use crate::model::{
    Evidence, Facts, Finding, Inspection, Remedy, RuleGroup, RuleInfo, Severity, UnfinishedSign,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE307",
        name: "unfinished-environment",
        group: RuleGroup::Environment,
        summary: "an environment is half made or half deleted",
        explanation: "When `python -m venv` is interrupted, or fails because `ensurepip` is missing (Debian without \
            the package `python3-venv`), it leaves what it has made so far: `pyvenv.cfg` first, then the \
            interpreter, then pip, then the activation scripts. An interrupted deletion leaves the rest. Tools \
            take such a directory for an environment, and then fail. `git pyenv create --force` makes it anew; \
            what this program prepares or deletes is in a directory whose name starts with `.git-pyenv-`; when nobody \
            works in it any more, the next `git pyenv create` for the same place deletes it, and so may you.",
        help: "make the environment anew, or delete what is left of it",
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
    let root = &inspection.root;
    let first = *inspection.unfinished.first()?;
    let evidence: Vec<Evidence> = inspection
        .unfinished
        .iter()
        .map(|sign| Evidence { path: root.clone(), fact: describe(*sign).to_owned() })
        .collect();
    if first == UnfinishedSign::Staging {
        let message = format!("`{root}` is left over from a run that did not come to its end");
        return Some(Finding::of(&RULE.info, root, message).because(&evidence));
    }
    let message = format!("`{root}` is unfinished: it {}", describe(first));
    Some(wording::fixed_by_recreation(Finding::of(&RULE.info, root, message).because(&evidence), inspection))
}

fn describe(sign: UnfinishedSign) -> &'static str {
    match sign {
        UnfinishedSign::Staging => "has the name of something being prepared or deleted",
        UnfinishedSign::NoSettings => "has no pyvenv.cfg",
        UnfinishedSign::NoInterpreter => "has no interpreter",
        UnfinishedSign::NoActivation => "has no activation script",
        UnfinishedSign::NoPackages => "has no directory for packages",
        UnfinishedSign::PipWithoutMetadata => "has pip without its metadata",
    }
}
