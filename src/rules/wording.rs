//! Texts that several rules use.

use crate::message::{Message, message, named_together};
use crate::model::{
    DerivedFile, Environment, EnvironmentKind, Evidence, Extent, Finding, FixStep, Freshness, Inspection,
    Installer, RuleInfo, Scope, Shape,
};
use crate::path::RepoPath;
use crate::text::{counted, grouped, size};

/// `venv, Python 3.12, 1,204 files, 38.0 MiB`.
pub(super) fn describe(environment: &Environment) -> String {
    let python = environment.python.as_ref().map(|version| format!("Python {version}"));
    let measure = environment.contents.measure;
    let parts = [
        Some(environment.kind.label.to_owned()),
        python,
        measure.map(|measure| counted(measure.files, "file")),
        measure.map(|measure| size(measure.bytes)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Names what an environment of this kind is: what is not created as a virtual environment is not called one.
pub(super) fn noun(kind: EnvironmentKind) -> &'static str {
    if kind.is_conda_prefix || kind.is_install_target { "environment" } else { "virtual environment" }
}

/// Names where an environment is: its directory, or the pieces of a remnant that lie in the root of the project.
pub(super) fn place(environment: &Environment) -> Message {
    let pieces = environment.pieces();
    if environment.shape == Shape::Remnant && environment.root.is_root() && !pieces.is_empty() {
        return named_together(&pieces);
    }
    message!("`{}`", environment.root)
}

/// Says how git has something in the scope, such as `is staged for commit`.
pub(super) fn git_status(scope: &Scope, commit: Option<&str>) -> String {
    match (scope, commit) {
        (_, Some(commit)) => format!("is in commit {commit}"),
        (Scope::WorkTree, None) => "is tracked by git".to_owned(),
        (Scope::Staged, None) => "is staged for commit".to_owned(),
        (Scope::Commit(_) | Scope::Range(_), None) => "is committed".to_owned(),
    }
}

/// What `fix` changes for a path that git tracks.
pub(super) const UNTRACKS: &str = "untracks it, keeps it on disk, adds one ignore rule";

/// What `fix` changes for a path that git does not track.
pub(super) const IGNORES: &str = "adds one ignore rule";

/// What `fix` changes for an environment that git tracks. An environment that shares its directory with other files
/// needs a rule for each of its parts, and so do pieces in the root of the project.
pub(super) fn untracks(environment: &Environment) -> &'static str {
    let is_whole = environment.shape == Shape::Environment;
    match &environment.extent {
        Extent::Parts(parts) if (is_whole || environment.root.is_root()) && parts.len() > 1 => {
            "untracks it, keeps it on disk, adds ignore rules"
        }
        _ => UNTRACKS,
    }
}

/// Adds the fix that recreates an environment, if there is one; else what is in its way.
pub(super) fn fixed_by_recreation(mut finding: Finding, inspection: &Inspection) -> Finding {
    if let Some((steps, effect)) = inspection.recreation_steps() {
        return finding.fixed_by(steps, effect);
    }
    if let Some(obstacle) = obstacle(inspection) {
        finding.message = message!("{}; {}", finding.message, obstacle);
    }
    finding
}

/// What must be moved out of an environment before it can be recreated.
fn obstacle(inspection: &Inspection) -> Option<Message> {
    let (first, more) = inspection.recreation.foreign.split_first()?;
    let place = inspection.root.join(first.as_bytes()).unwrap_or_else(|_| inspection.root.clone());
    let more =
        if more.is_empty() { String::new() } else { format!(" and {} more", grouped(more.len() as u64)) };
    Some(message!(
        "before you recreate it, move `{}`{} out of it: no tool can create that again",
        place,
        more
    ))
}

/// Adds the fix that installs a project from this work tree.
pub(super) fn fixed_by_reinstall(finding: Finding, installer: Installer, project: &RepoPath) -> Finding {
    let step = FixStep::Reinstall { installer, project: project.clone() };
    finding.fixed_by(vec![step], "installs the project from this work tree")
}

/// The finding of a rule about a derived file that is stale; `None` if it is not, or if this cannot be known.
pub(super) fn stale(rule: &'static RuleInfo, file: &DerivedFile) -> Option<Finding> {
    let Freshness::Stale(because) = &file.freshness else { return None };
    let source: Message =
        file.sources.first().map_or_else(|| "its source".into(), |source| message!("`{}`", source));
    let because = because.strip_prefix(&message!("in {}, ", source)).unwrap_or_else(|| because.clone());
    let message = match file.change {
        None => message!("`{}` does not match {}: {}", file.path, source, because),
        Some(change) if change.file => {
            message!("`{}` in the commit does not match {}: {}", file.path, source, because)
        }
        Some(_) => message!("the commit changes {} and not `{}`: {}", source, file.path, because),
    };
    let evidence: Vec<Evidence> = file
        .sources
        .iter()
        .map(|source| Evidence { path: source.clone(), fact: message!("is a source of `{}`", file.path) })
        .collect();
    let finding = Finding::of(rule, &file.path, message).because(&evidence);
    let Some(update) = file.update.clone() else { return Some(finding) };
    let stage = file.change.map(|_| FixStep::Stage(file.path.clone()));
    let effect = if stage.is_some() { "writes it again and stages it" } else { "writes it again" };
    Some(finding.fixed_by([update].into_iter().chain(stage).collect(), effect))
}
