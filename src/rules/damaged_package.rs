//! PYE305 `damaged-package`: files of an installed package are gone.

use super::rule::Rule;
use super::wording;
use crate::model::{
    BrokenEditable, Evidence, Facts, Finding, FixStep, Inspection, Remedy, RuleGroup, RuleInfo, Severity,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE305",
        name: "damaged-package",
        group: RuleGroup::Environment,
        summary: "files of an installed package are gone",
        explanation: "An editable install uses the files of a project where they are. When that directory is deleted or \
            moved, for example the work tree of a coding agent from which the project was installed, then the \
            package cannot be imported any more, although `pip list` still shows it. Reinstall the project from \
            where it is now, for example with `python -m pip install --editable .` in the environment, or \
            uninstall the package.",
        help: "reinstall the package, or uninstall it",
        severity: Severity::Warning,
        is_default: true,
        means_broken: true,
        remedy: Some(Remedy::Reinstall),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let all = facts.inspections.iter().flat_map(|inspection| {
        inspection.broken_editables.iter().map(move |broken| finding(inspection, broken))
    });
    findings.extend(all);
}

fn finding(inspection: &Inspection, broken: &BrokenEditable) -> Finding {
    let BrokenEditable { name, record, missing, project, can_be_uninstalled } = broken;
    let message = format!("`{}` uses {name} from `{missing}`, which does not exist", inspection.root);
    let evidence = Evidence { path: record.clone(), fact: format!("is an editable install of {missing}") };
    let found = Finding::of(&RULE.info, record, message).because(&[evidence]);
    let installer = inspection.installer.clone().filter(|_| *can_be_uninstalled);
    match (installer, project) {
        (Some(installer), Some(project)) => wording::fixed_by_reinstall(found, installer, project),
        (Some(installer), None) => {
            let step = FixStep::Uninstall { installer, package: name.clone() };
            found.fixed_by(vec![step], "uninstalls what is left of it")
        }
        (None, _) => wording::fixed_by_recreation(found, inspection),
    }
}
