//! What a lock has and a file that was exported from it has to have as well. Only what is certain counts: what a group or
//! an extra brings in that was perhaps not exported does not, nor what two markers together may exclude.

use std::collections::BTreeSet;

use super::pins::option_values;
use crate::formats::compiled::CompiledHeader;
use crate::formats::pdm_lock::PdmLock;
use crate::formats::pipfile_lock::PipfileLock;
use crate::formats::uv_lock::{UvDependency, UvLock, UvPackage};
use crate::python::normalised;

/// Options of `uv export` that have a value and change nothing that matters here.
const VALUED: [&str; 12] = [
    "--color",
    "--default-index",
    "--extra-index-url",
    "--find-links",
    "--format",
    "--index",
    "--index-url",
    "--output-file",
    "--python",
    "-f",
    "-o",
    "-p",
];

/// Options of `uv export` that have a value and are followed here.
const FOLLOWED: [&str; 8] = [
    "--extra",
    "--group",
    "--no-emit-package",
    "--no-extra",
    "--no-group",
    "--no-install-package",
    "--package",
    "--prune",
];

/// Options of `uv export` without a value that are followed, or change nothing that matters here.
const FLAGS: [&str; 26] = [
    "--all-extras",
    "--all-groups",
    "--all-packages",
    "--annotate",
    "--dev",
    "--editable",
    "--frozen",
    "--hashes",
    "--header",
    "--locked",
    "--no-annotate",
    "--no-default-groups",
    "--no-dev",
    "--no-editable",
    "--no-emit-local",
    "--no-emit-project",
    "--no-emit-workspace",
    "--no-hashes",
    "--no-header",
    "--no-install-local",
    "--no-install-project",
    "--no-install-workspace",
    "--no-progress",
    "--offline",
    "--quiet",
    "-q",
];

/// The names that a file of `uv export` has to have, of which it has `exported`. None where the command is not understood.
pub(super) fn of_uv(lock: &UvLock, header: &CompiledHeader, exported: &BTreeSet<String>) -> BTreeSet<String> {
    let roots = if is_understood(header) { roots(lock, header) } else { Vec::new() };
    let has = |flag: &str| header.words.iter().any(|word| word == flag);
    let named = |options: &[&str]| -> BTreeSet<String> {
        option_values(header, options).iter().map(|name| normalised(name)).collect()
    };
    let (extras, no_extras) = (named(&["--extra"]), named(&["--no-extra"]));
    let (groups, no_groups) = (named(&["--group"]), named(&["--no-group"]));
    let pruned = named(&["--prune"]);
    let reached = |edges: &[UvDependency]| ExportWalk::names(lock, &pruned, edges);
    let mut expected = BTreeSet::new();
    for root in &roots {
        expected.append(&mut reached(&root.dependencies));
        let is_exported =
            |name: &String| !no_extras.contains(name) && (has("--all-extras") || extras.contains(name));
        let chosen = root.optional_dependencies.iter().filter(|(name, _)| is_exported(&normalised(name)));
        chosen.for_each(|(_, edges)| expected.append(&mut reached(edges)));
    }
    let parts: Vec<(Option<&str>, BTreeSet<String>)> =
        roots.iter().flat_map(|root| parts(root, &reached)).collect();
    for (place, (group, own)) in parts.iter().enumerate() {
        let Some(group) = group.map(normalised).filter(|group| !no_groups.contains(group)) else { continue };
        // Which groups are exported without being named depends on settings, and on variables that are not recorded: what
        // only this group brings in shows it.
        let of_others = |name: &String| {
            parts.iter().enumerate().any(|(other, (_, names))| other != place && names.contains(name))
        };
        let is_seen = || own.iter().any(|name| exported.contains(name) && !of_others(name));
        if groups.contains(&group) || has("--all-groups") || is_seen() {
            expected.extend(own.iter().cloned());
        }
    }
    let left_out = named(&["--no-emit-package", "--no-install-package"]);
    expected.retain(|name| !left_out.contains(name));
    expected
}

/// What a project needs by itself, for each extra and for each group, with the name of the group.
fn parts<'l>(
    root: &'l UvPackage,
    reached: &dyn Fn(&[UvDependency]) -> BTreeSet<String>,
) -> Vec<(Option<&'l str>, BTreeSet<String>)> {
    let own = std::iter::once((None, reached(&root.dependencies)));
    let extras = root.optional_dependencies.iter().map(|(_, edges)| (None, reached(edges)));
    let groups = root.dev_dependencies.iter().map(|(name, edges)| (Some(name.as_str()), reached(edges)));
    own.chain(extras).chain(groups).collect()
}

/// The projects that a command exports. Without `--package` that is the one of the directory in which it was called, which
/// a workspace with several makes uncertain unless the command names its output.
fn roots<'l>(lock: &'l UvLock, header: &CompiledHeader) -> Vec<&'l UvPackage> {
    let is_local = |package: &&UvPackage| matches!(package.source.kind.as_str(), "editable" | "virtual");
    let chosen = option_values(header, &["--package"]);
    let is_chosen =
        |package: &&UvPackage| match (header.words.iter().any(|word| word == "--all-packages"), &*chosen) {
            (true, _) => lock.members.is_empty() || lock.members.contains(&package.name),
            (false, []) => {
                package.source.location == "." && (lock.members.len() <= 1 || header.output.is_some())
            }
            (false, names) => names.iter().any(|name| normalised(name) == normalised(&package.name)),
        };
    lock.packages.iter().filter(is_local).filter(is_chosen).collect()
}

/// Whether all options of a command are known here, and say that the dependencies of the project are exported.
fn is_understood(header: &CompiledHeader) -> bool {
    let mut words = header.words.iter().skip(2);
    while let Some(word) = words.next() {
        let (name, value) =
            word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
        let is_valued = VALUED.contains(&name) || FOLLOWED.contains(&name);
        if is_valued && value.is_none() {
            words.next();
        } else if !is_valued && !FLAGS.contains(&word.as_str()) {
            return false;
        }
    }
    true
}

/// A walk through the graph of a lock.
struct ExportWalk<'l> {
    lock: &'l UvLock,
    pruned: &'l BTreeSet<String>,
    /// The packages and extras that were reached, each with the one marker on the way.
    seen: BTreeSet<(usize, Option<String>, Option<&'l str>)>,
}

impl<'l> ExportWalk<'l> {
    /// The names of the packages of an index that edges lead to.
    fn names(lock: &'l UvLock, pruned: &'l BTreeSet<String>, edges: &'l [UvDependency]) -> BTreeSet<String> {
        let mut walk = Self { lock, pruned, seen: BTreeSet::new() };
        let mut pending: Vec<(&'l UvDependency, Option<&'l str>)> =
            edges.iter().map(|edge| (edge, None)).collect();
        while let Some((edge, marker)) = pending.pop() {
            for (edges, marker) in walk.step(edge, marker) {
                pending.extend(edges.iter().map(|edge| (edge, marker)));
            }
        }
        let reached = walk.seen.iter().filter_map(|(index, ..)| lock.packages.get(*index));
        let of_index = reached.filter(|package| package.source.kind == "registry");
        of_index.map(|package| normalised(&package.name)).collect()
    }

    /// Follows an edge, and returns the next ones.
    fn step(
        &mut self,
        edge: &'l UvDependency,
        marker: Option<&'l str>,
    ) -> Vec<(&'l [UvDependency], Option<&'l str>)> {
        let marker = match (marker, edge.marker.as_deref()) {
            (Some(before), Some(own)) if before != own => return Vec::new(),
            // `extra` is about extras that exclude each other.
            (_, Some(own)) if own.contains("extra") => return Vec::new(),
            (before, own) => before.or(own),
        };
        let mut found = self.lock.packages.iter().enumerate().filter(|(_, package)| {
            package.name == edge.name
                && edge.version.as_ref().is_none_or(|version| package.version.as_ref() == Some(version))
                && edge.source.as_ref().is_none_or(|source| *source == package.source)
        });
        let (Some((index, package)), None) = (found.next(), found.next()) else { return Vec::new() };
        if self.pruned.contains(&normalised(&package.name)) {
            return Vec::new();
        }
        let mut next = Vec::new();
        if self.seen.insert((index, None, marker)) {
            next.push((package.dependencies.as_slice(), marker));
        }
        for extra in edge.extras.iter().map(|extra| normalised(extra)) {
            let edges = package.optional_dependencies.iter().find(|(name, _)| normalised(name) == extra);
            if self.seen.insert((index, Some(extra), marker)) {
                next.extend(edges.map(|(_, edges)| (edges.as_slice(), marker)));
            }
        }
        next
    }
}

/// The names that a file of `pdm export` has to have. It does not record its command, so that only what the project itself
/// needs counts, where the file has something that nothing else needs.
pub(super) fn of_pdm(lock: &PdmLock, exported: &BTreeSet<String>) -> BTreeSet<String> {
    let is_default = |groups: &[String]| groups.iter().any(|group| group == "default");
    let alone =
        lock.packages.iter().filter(|package| is_default(&package.groups) && package.groups.len() == 1);
    let is_of_index = |package: &&crate::formats::pdm_lock::PdmPackage| {
        package.path.is_none()
            && package.url.is_none()
            && package.repository.is_none()
            && package.marker.is_none()
    };
    if !lock.inherits_metadata || !alone.clone().any(|package| exported.contains(&normalised(&package.name)))
    {
        return BTreeSet::new();
    }
    let wanted = lock.packages.iter().filter(|package| is_default(&package.groups)).filter(is_of_index);
    wanted.map(|package| normalised(&package.name)).collect()
}

/// The names that a file of pipenv has to have: those of the section `default`, where the file has something that no other
/// section has, as it may be one of other sections alone.
pub(super) fn of_pipenv(
    lock: &PipfileLock,
    header: &CompiledHeader,
    exported: &BTreeSet<String>,
) -> BTreeSet<String> {
    let section = |is_it: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let sections = lock.sections.iter().filter(|(name, _)| is_it(name));
        let packages =
            sections.flat_map(|(_, packages)| packages).filter(|package| package.version.is_some());
        packages.map(|package| normalised(&package.name)).collect()
    };
    let (own, others) = (section(&|name| name == "default"), section(&|name| name != "default"));
    let is_seen = own.iter().any(|name| exported.contains(name) && !others.contains(name));
    let is_partial = header.words.iter().any(|word| word == "--from-pipfile");
    if is_seen && !is_partial { own } else { BTreeSet::new() }
}
