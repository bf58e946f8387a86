//! PYE307 `unfinished-environment`: an environment was not completely created or deleted.

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    Evidence, Facts, Finding, FixStep, Inspection, Remedy, RuleGroup, RuleInfo, Severity, UnfinishedSign,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE307",
        name: "unfinished-environment",
        group: RuleGroup::Environment,
        summary: "an environment is incomplete",
        explanation: "When `python -m venv` is interrupted, or fails because `ensurepip` is missing (Debian without \
            the package `python3-venv`), it leaves what it has created so far: `pyvenv.cfg` first, then the \
            interpreter, then pip, then the activation scripts. An interrupted deletion also leaves a part. Tools \
            treat such a directory as an environment, and then fail. `git pyenv create --force` recreates it. \
            git-pyenv prepares and deletes environments in a directory whose name starts with `.git-pyenv-`; \
            once no process uses it, the next `create`, `install`, `fix` or `cleanup` of git-pyenv puts the \
            environment back or finishes its deletion. If `git pyenv install` was interrupted, packages may be half installed until it is run \
            again.",
        help: "recreate the environment, or delete what is left of it",
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
    let root = &inspection.root;
    let first = *inspection.unfinished.first()?;
    let evidence: Vec<Evidence> = inspection
        .unfinished
        .iter()
        .map(|sign| Evidence { path: root.clone(), fact: describe(*sign).into() })
        .collect();
    if first == UnfinishedSign::Staging {
        let message = message!("`{}` is left over from an interrupted run", root);
        let found = Finding::of(&RULE.info, root, message).because(&evidence);
        return Some(wording::fixed_by_recreation(found, inspection));
    }
    if first == UnfinishedSign::Condemned {
        let message = message!("the deletion of `{}` was interrupted", root);
        let found = Finding::of(&RULE.info, root, message).because(&evidence);
        return Some(wording::fixed_by_recreation(found, inspection));
    }
    if first == UnfinishedSign::InterruptedInstall {
        let found = Finding::of(&RULE.info, root, message!("an install into `{}` was interrupted", root));
        let step = FixStep::Install { environment: Some(root.clone()), is_sync: false };
        return Some(found.because(&evidence).fixed_by(vec![step], "finishes the install"));
    }
    let message = message!("`{}` is incomplete: it {}", root, describe(first));
    Some(wording::fixed_by_recreation(Finding::of(&RULE.info, root, message).because(&evidence), inspection))
}

fn describe(sign: UnfinishedSign) -> &'static str {
    match sign {
        UnfinishedSign::Staging => "has a name that git-pyenv gives to temporary directories",
        UnfinishedSign::Condemned => "is marked: its deletion has begun and not ended",
        UnfinishedSign::NoSettings => "has no pyvenv.cfg",
        UnfinishedSign::NoInterpreter => "has no interpreter",
        UnfinishedSign::NoActivation => "has no activation script",
        UnfinishedSign::NoPackages => "has no directory for packages",
        UnfinishedSign::PipWithoutMetadata => "has pip but no metadata of it",
        UnfinishedSign::InterruptedInstall => "is marked: an install has begun and not ended",
    }
}
