//! PYE305 `damaged-package`: an installed package is not as its installer left it.

use super::requirements;
use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    BrokenEditable, DamagedFile, DamagedPackage, EnvironmentSync, Evidence, Facts, FileDamage, Finding,
    FixStep, Inspection, Installer, PackageDamage, Problem, ProblemKind, Remedy, RuleGroup, RuleInfo,
    Severity,
};
use crate::path::{RepoPath, printable};
use crate::text::{counted, grouped};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE305",
        name: "damaged-package",
        group: RuleGroup::Environment,
        summary: "an installed package is not as its installer left it",
        explanation: "An installer records each file of a package with its size and its hash in `RECORD`. Files that are \
            missing or have another size, a package without metadata, or with metadata of two versions, mean that \
            an installation or removal was interrupted, that git or a cleanup took a part of the environment, or \
            that somebody edited it. `pip list` and `pip check` still show such a package. With `--deep`, `check` \
            also compares the content of each file with its hash. Compiled files, files outside of the environment, and \
            packages that conda installed are not compared. Metadata that no installer can use counts where something \
            asks for the package. What an interrupted removal leaves behind (`~ame-1.0.dist-info`) does no \
            harm but is passed over with a warning by every installer. An editable install uses the files of a \
            project where they are: when that directory is deleted or moved, for example the work tree of a \
            coding agent, the package cannot be imported any more. Reinstall the package, or recreate the \
            environment.",
        help: "reinstall the package, or uninstall it",
        severity: Severity::Warning,
        is_default: true,
        means_broken: true,
        remedy: Some(Remedy::Reinstall),
    },
    check,
};

/// So many packages with damaged files are reported each for itself; of more, the environment is.
const SINGLY: usize = 5;

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    for inspection in &facts.inspections {
        let broken = inspection.broken_editables.iter();
        findings.extend(broken.map(|broken| of_editable(inspection, broken)));
        let packages = inspection.damaged_packages.iter();
        let (leftovers, damaged): (Vec<_>, Vec<_>) =
            packages.partition(|package| package.damage == PackageDamage::Leftover);
        findings.extend(of_leftovers(inspection, &leftovers));
        let (files, others): (Vec<_>, Vec<_>) =
            damaged.into_iter().partition(|package| matches!(package.damage, PackageDamage::Files { .. }));
        let single = |package| with_reasons(of_package(inspection, package), package, facts);
        if files.len() > SINGLY {
            findings.push(of_many(inspection, &files));
        } else {
            findings.extend(files.into_iter().map(single));
        }
        findings.extend(others.into_iter().map(single));
    }
    let unusable =
        requirements::problems(facts).filter_map(|(sync, problem)| of_problem(facts, sync, problem));
    findings.extend(unusable);
}

/// Adds why the metadata of a package cannot be used, if something asks for it: two findings about one package would be
/// two ways to say that it has to be installed again.
fn with_reasons(found: Finding, package: &DamagedPackage, facts: &Facts) -> Finding {
    let reason = |(sync, problem): (&EnvironmentSync, &Problem)| match &problem.kind {
        ProblemKind::Broken { record, reason } if requirements::record(sync, record) == package.record => {
            Some(format!("cannot be used: {}", printable(reason.as_bytes())))
        }
        _ => None,
    };
    let reasons = requirements::problems(facts).filter_map(reason);
    let shown: Vec<Evidence> = reasons.take(1).map(|fact| evidence(&package.record, &fact)).collect();
    match package.damage {
        PackageDamage::Files { .. } | PackageDamage::NoRecord => found.because(&shown),
        _ => found,
    }
}

/// A package that is asked for and that no installer can use, unless the inspection of the environment shows it.
fn of_problem(facts: &Facts, sync: &EnvironmentSync, problem: &Problem) -> Option<Finding> {
    let name = &problem.package;
    let (records, predicate, fact): (&[RepoPath], _, _) = match &problem.kind {
        ProblemKind::Broken { record, reason } => {
            let reason = printable(reason.as_bytes());
            let predicate = format!("has {name} with metadata that cannot be used: {reason}");
            (std::slice::from_ref(record), predicate, reason)
        }
        ProblemKind::Ambiguous { records } => {
            let count = grouped(records.len() as u64);
            (records, format!("has the metadata of {name} {count} times"), "is metadata of it".to_owned())
        }
        _ => return None,
    };
    let places: Vec<RepoPath> = records.iter().map(|record| requirements::record(sync, record)).collect();
    let mut inspected =
        facts.inspections.iter().filter(|inspection| sync.root.as_ref() == Some(&inspection.root));
    if inspected.any(|inspection| shows(inspection, &places)) {
        return None;
    }
    let first = places.first()?;
    let place = requirements::places(problem);
    let message = message!("`{}` {}{}", sync.environment, predicate, place);
    let shown: Vec<Evidence> = places.iter().map(|place| evidence(place, &fact)).collect();
    Some(Finding::of(&RULE.info, first, message).because(&shown))
}

/// Says whether a package with metadata at one of these places has a finding of its own.
fn shows(inspection: &Inspection, places: &[RepoPath]) -> bool {
    let packages = &inspection.damaged_packages;
    let has_files = |package: &&DamagedPackage| matches!(package.damage, PackageDamage::Files { .. });
    let are_single = packages.iter().filter(has_files).count() <= SINGLY;
    packages.iter().any(|package| match &package.damage {
        PackageDamage::Files { .. } => are_single && places.contains(&package.record),
        PackageDamage::NoMetadata | PackageDamage::NoRecord => places.contains(&package.record),
        PackageDamage::Duplicate(all) => places.iter().any(|place| all.contains(place)),
        PackageDamage::Leftover => false,
    })
}

/// One package that is damaged.
fn of_package(inspection: &Inspection, package: &DamagedPackage) -> Finding {
    let name = printable(package.name.as_bytes());
    let (predicate, evidence) = match &package.damage {
        PackageDamage::Files { missing, changed, examples, .. } => {
            (format!("{} of {name}", state(*missing, *changed)), examples.iter().map(of_file).collect())
        }
        PackageDamage::NoMetadata => {
            (format!("has no metadata of {name}"), vec![evidence(&package.record, "has no METADATA")])
        }
        PackageDamage::NoRecord => (
            format!("has no list of the files of {name}: its installation was interrupted"),
            vec![evidence(&package.record, "has no RECORD")],
        ),
        PackageDamage::Duplicate(places) => (
            format!("has the metadata of {name} {} times", grouped(places.len() as u64)),
            places.iter().map(|place| evidence(place, "is metadata of it")).collect(),
        ),
        PackageDamage::Leftover => (format!("has a rest of {name}"), Vec::new()),
    };
    let message = message!("`{}` {}", inspection.root, predicate);
    let found = Finding::of(&RULE.info, &package.record, message).because(&evidence);
    match (reinstallation(package), &inspection.installer) {
        (Some((package, version)), Some(installer)) if !removes_itself(installer, &package) => {
            let installer = installer.clone();
            let step = FixStep::ReinstallVersion { installer, package, version };
            found.fixed_by(vec![step], "installs the same version again")
        }
        _ => wording::fixed_by_recreation(found, inspection),
    }
}

/// The package and version that can be installed again from an index.
fn reinstallation(package: &DamagedPackage) -> Option<(String, String)> {
    match &package.damage {
        PackageDamage::Files { is_from_index: true, .. } => {
            Some((package.name.clone(), package.version.clone()?))
        }
        _ => None,
    }
}

/// A damaged pip may not be able to repair itself.
fn removes_itself(installer: &Installer, package: &str) -> bool {
    matches!(installer, Installer::Pip(_)) && package.eq_ignore_ascii_case("pip")
}

/// Many packages with damaged files: the environment as a whole.
fn of_many(inspection: &Inspection, packages: &[&DamagedPackage]) -> Finding {
    let (mut missing, mut changed, mut shown) = (0, 0, Vec::new());
    for package in packages {
        if let PackageDamage::Files { missing: gone, changed: other, examples, .. } = &package.damage {
            missing += gone;
            changed += other;
            shown.extend(examples.first().filter(|_| shown.len() < SINGLY).map(of_file));
        }
    }
    let count = counted(packages.len() as u64, "package");
    let message = message!("`{}` {} of {}", inspection.root, state(missing, changed), count);
    wording::fixed_by_recreation(
        Finding::of(&RULE.info, &inspection.root, message).because(&shown),
        inspection,
    )
}

/// What interrupted removals left behind.
fn of_leftovers(inspection: &Inspection, leftovers: &[&DamagedPackage]) -> Option<Finding> {
    let first = leftovers.first()?;
    let count = leftovers.len() as u64;
    let message = message!("`{}` has {} of interrupted removals", inspection.root, counted(count, "remnant"));
    let shown: Vec<Evidence> = leftovers
        .iter()
        .take(SINGLY)
        .map(|left| evidence(&left.record, "is passed over by installers"))
        .collect();
    let places = leftovers.iter().map(|left| left.record.clone()).collect();
    let found = Finding::of(&RULE.info, &first.record, message).severity(Severity::Info).because(&shown);
    Some(found.fixed_by(vec![FixStep::Delete(places)], "deletes it"))
}

/// `lacks 2 files and has 1 changed file`.
fn state(missing: u64, changed: u64) -> String {
    let lacks = format!("lacks {}", counted(missing, "file"));
    let has = format!("has {}", counted(changed, "changed file"));
    match (missing, changed) {
        (_, 0) => lacks,
        (0, _) => has,
        _ => format!("{lacks} and {has}"),
    }
}

fn of_file(file: &DamagedFile) -> Evidence {
    let fact = match file.damage {
        FileDamage::Missing => "does not exist".to_owned(),
        FileDamage::NotAFile => "is not a file".to_owned(),
        FileDamage::Size { recorded, found } => {
            format!("has {} instead of {}", counted(found, "byte"), grouped(recorded))
        }
        FileDamage::Content => "has another content than was installed".to_owned(),
    };
    Evidence { path: file.path.clone(), fact: fact.into() }
}

fn evidence(path: &RepoPath, fact: &str) -> Evidence {
    Evidence { path: path.clone(), fact: fact.into() }
}

/// An editable install whose project is gone.
fn of_editable(inspection: &Inspection, broken: &BrokenEditable) -> Finding {
    let BrokenEditable { name, record, missing, project, can_be_uninstalled } = broken;
    let message = message!("`{}` uses {} from `{}`, which does not exist", inspection.root, name, missing);
    let evidence =
        Evidence { path: record.clone(), fact: format!("is an editable install of {missing}").into() };
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
