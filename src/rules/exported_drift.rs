//! PYE503 `exported-drift`: compiled or exported requirements do not match their source.

use super::rule::Rule;
use super::wording;
use crate::model::{Derivation, Facts, Finding, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE503",
        name: "exported-drift",
        group: RuleGroup::Lock,
        summary: "compiled or exported requirements do not match their source",
        explanation: "A requirements file whose first lines say that `pip-compile`, `uv pip compile`, `uv export`, \
            `pdm export` or `pipenv` wrote it has to be written again when its source changes: a \
            `requirements.in`, a `pyproject.toml`, a lock file. Reported is what can be known from the files \
            alone, for the extras and groups that the command in the first lines names: a requirement of the \
            source without a matching pin, a pin for a requirement that the source no longer has, a package of \
            the lock that the file lacks, another version than the lock has. Less is compared where the \
            command has an option that is not followed, such as `--only-group`. `poetry export` writes no such \
            lines, so that its files are taken as written by hand. Run the command in the first lines again.",
        help: "compile or export the requirements again",
        severity: Severity::Error,
        means_broken: false,
        remedy: None,
        is_default: true,
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let exports = facts.derived.iter().filter(|file| file.derivation == Derivation::Export);
    let concerned = exports.filter(|file| file.change.is_none_or(|change| change.file || change.sources));
    findings.extend(concerned.filter_map(|file| wording::stale(&RULE.info, file)));
}
