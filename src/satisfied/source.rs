//! Whether a distribution was installed from where it is to come from.
//!
//! As uv decides, without the times of files (`RequirementSatisfaction` in uv-installer): what was recorded has to be the
//! same archive, the same revision of a repository, or the same directory, installed in the same way. pip asks for no
//! more than the version.

use std::path::Path;

use super::interfaces::{ArchiveState, PackageSet};
use super::url::canonical;
use crate::formats::direct_url::local_path;
use crate::formats::source_reference::fragment_hashes;
use crate::model::{DirectSource, Distribution, PackageSource, SourceForm};
use crate::path::{display, printable};
use crate::python::normalised;

/// How many digits of a hash are shown.
const SHOWN_DIGITS: usize = 12;

/// What a comparison says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SourceComparison {
    /// It comes from there.
    Same,
    /// It comes from somewhere else.
    Different,
    /// Not known, because of this: a lower-case fragment.
    Unknown(String),
}

impl SourceComparison {
    pub(super) fn of(is_same: bool) -> Self {
        if is_same { Self::Same } else { Self::Different }
    }

    /// Whether both are the same.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Different, _) | (_, Self::Different) => Self::Different,
            (Self::Same, other) => other,
            (unknown, _) => unknown,
        }
    }
}

/// Compares the recorded source of a distribution with the one that is asked for.
pub(super) fn compare(
    wanted: &PackageSource,
    distribution: &Distribution,
    installed: &dyn PackageSet,
) -> SourceComparison {
    let Some(found) = &distribution.source else { return SourceComparison::Different };
    match wanted {
        PackageSource::Directory { path, is_editable } => {
            let is_there = found.local.as_deref().is_some_and(|local| installed.is_same_place(local, path));
            let is_directory = is_directory(found) || (found.editable && found.form.is_none());
            SourceComparison::of(is_there && is_directory && found.editable == *is_editable)
        }
        PackageSource::Archive { url, subdirectory, hashes } => {
            let is_there = is_of_archive(url, subdirectory.as_deref(), found, installed)
                && !contradict(hashes, &found.hashes);
            match local_path(url).filter(|_| is_there) {
                Some(path) => match installed.archive(&path, distribution, hashes) {
                    ArchiveState::Same => SourceComparison::Same,
                    ArchiveState::Changed => SourceComparison::Different,
                    ArchiveState::Unknown(reason) => SourceComparison::Unknown(reason),
                },
                None => SourceComparison::of(is_there),
            }
        }
        PackageSource::Repository { vcs, url, revision, subdirectory, is_editable } => {
            let revision = revision.as_deref();
            if *is_editable && !is_repository(found) {
                let Some(clone) = clone_of(found, subdirectory.as_deref()) else {
                    return SourceComparison::Different;
                };
                return compare_clone(url, revision, distribution, clone, installed);
            }
            let is_repository = found.vcs.as_ref().is_some_and(|found| found.eq_ignore_ascii_case(vcs))
                && found.editable == *is_editable
                && is_same_url(url, found, installed);
            let is_same = is_repository
                && is_same_subdirectory(subdirectory.as_deref(), found)
                && is_revision(revision, found.commit.as_deref(), found.requested_revision.as_deref());
            SourceComparison::of(is_same)
        }
    }
}

/// Says whether a distribution was installed from where a line says, whatever is there now.
pub(super) fn is_from(
    wanted: &PackageSource,
    distribution: &Distribution,
    installed: &dyn PackageSet,
) -> bool {
    match (wanted, &distribution.source) {
        (PackageSource::Archive { url, subdirectory, .. }, Some(found)) => {
            is_of_archive(url, subdirectory.as_deref(), found, installed)
        }
        _ => compare(wanted, distribution, installed) != SourceComparison::Different,
    }
}

fn is_of_archive(
    url: &str,
    subdirectory: Option<&str>,
    found: &DirectSource,
    installed: &dyn PackageSet,
) -> bool {
    let is_archive = !is_directory(found) && !is_repository(found) && !found.editable;
    is_archive && is_same_url(url, found, installed) && is_same_subdirectory(subdirectory, found)
}

/// The clone of an editable install of a repository as pip records it: as the directory of the project, which may be inside
/// of it.
fn clone_of<'f>(found: &'f DirectSource, subdirectory: Option<&str>) -> Option<&'f Path> {
    let project = found.local.as_deref().filter(|_| found.editable)?;
    let below = Path::new(subdirectory.unwrap_or_default().trim_matches('/'));
    match below.components().count() {
        depth if project.ends_with(below) || depth == 0 => project.ancestors().nth(depth),
        _ => None,
    }
}

/// Compares a clone that pip made, `src/NAME`, of which it records neither URL nor commit.
fn compare_clone(
    url: &str,
    revision: Option<&str>,
    distribution: &Distribution,
    clone: &Path,
    installed: &dyn PackageSet,
) -> SourceComparison {
    let name = clone.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let unknown = |revision: &str| {
        let place = display(clone);
        SourceComparison::Unknown(format!("it is not known whether `{place}` is at `{revision}`"))
    };
    let Some(checkout) = installed.checkout(clone) else {
        let is_clone = normalised(name) == normalised(&distribution.name)
            && clone.parent().and_then(Path::file_name).is_some_and(|above| above == "src");
        return match (is_clone, revision) {
            (false, _) => SourceComparison::Different,
            (true, None) => SourceComparison::Same,
            (true, Some(revision)) => unknown(revision),
        };
    };
    let is_origin = checkout.origin.as_deref().is_some_and(|origin| canonical(origin) == canonical(url));
    let is_at = |revision: &str| {
        checkout.references.iter().any(|reference| reference == revision)
            || is_revision(Some(revision), checkout.commit.as_deref(), None)
    };
    match revision {
        _ if !is_origin => SourceComparison::Different,
        Some(revision) if is_at(revision) => SourceComparison::Same,
        // pip keeps no reference to what it fetches by a full name.
        Some(revision)
            if revision.starts_with("refs/") || checkout.unresolved.iter().any(|tag| tag == revision) =>
        {
            unknown(revision)
        }
        Some(_) => SourceComparison::Different,
        None => SourceComparison::Same,
    }
}

/// Says whether no archive has one of the wanted hashes and those that were recorded. Hashes of different algorithms do not
/// contradict each other.
fn contradict(wanted: &[String], recorded: &[String]) -> bool {
    let algorithm = |hash: &str| hash.split_once('=').map(|(name, _)| name.to_ascii_lowercase());
    let is_same = |one: &String, other: &String| one.eq_ignore_ascii_case(other);
    let comparable = |one: &&String| recorded.iter().any(|other| algorithm(one) == algorithm(other));
    let is_recorded = |one: &String| recorded.iter().any(|other| is_same(one, other));
    wanted.iter().any(|one| comparable(&one)) && !wanted.iter().any(is_recorded)
}

/// The first hash, as pip writes it, with the start of its digits.
fn shortened(hashes: &[String]) -> String {
    let (name, digits) = hashes.first().and_then(|hash| hash.split_once('=')).unwrap_or_default();
    let start: String = digits.chars().take(SHOWN_DIGITS).collect();
    let rest = if start.len() < digits.len() { "…" } else { "" };
    format!("`{}{rest}`", printable(format!("{name}:{start}").as_bytes()))
}

/// From where a distribution came, and from where the line wants it, both for people.
pub(super) fn difference(
    line: &str,
    source: &PackageSource,
    distribution: &Distribution,
    installed: &dyn PackageSet,
) -> (String, String) {
    let from = description(distribution);
    if let (PackageSource::Archive { url, hashes, .. }, Some(found)) = (source, &distribution.source)
        && is_from(source, distribution, installed)
    {
        if contradict(hashes, &found.hashes) {
            let more = if hashes.len() > 1 { " or another hash that is asked for" } else { "" };
            let [found, wanted] = [&found.hashes, hashes].map(|hashes| shortened(hashes));
            return (format!("{from} with {found}"), format!("with {wanted}{more}"));
        }
        if local_path(url).is_some() {
            return (format!("{from} as it was"), "as it is now".to_owned());
        }
    }
    (from, wanted(line, source))
}

fn is_directory(found: &DirectSource) -> bool {
    found.form == Some(SourceForm::Directory)
}

fn is_repository(found: &DirectSource) -> bool {
    found.form == Some(SourceForm::Repository)
}

fn is_same_url(url: &str, found: &DirectSource, installed: &dyn PackageSet) -> bool {
    let is_same_file = || {
        let wanted = local_path(url.split('#').next().unwrap_or(url))?;
        Some(installed.is_same_place(found.local.as_deref()?, &wanted))
    };
    canonical(url) == canonical(&found.url) || is_same_file().unwrap_or(false)
}

fn is_same_subdirectory(wanted: Option<&str>, found: &DirectSource) -> bool {
    let plain = |text: Option<&str>| text.unwrap_or_default().trim_matches('/').to_owned();
    plain(wanted) == plain(found.subdirectory.as_deref())
}

/// Says whether a revision is the one that was installed: the commit, or the start of its name, or what was asked for then.
/// A branch or tag may have been moved since, which nobody can see from here.
fn is_revision(wanted: Option<&str>, commit: Option<&str>, recorded: Option<&str>) -> bool {
    let Some(wanted) = wanted else { return recorded.is_none() };
    let is_start = wanted.len() >= 7
        && commit.is_some_and(|commit| commit.to_ascii_lowercase().starts_with(&wanted.to_ascii_lowercase()));
    is_start || recorded == Some(wanted)
}

/// Where a distribution came from, for people.
pub(super) fn description(distribution: &Distribution) -> String {
    let Some(source) = &distribution.source else { return "a package index".to_owned() };
    let place = source.local.as_deref().map_or_else(|| printable(source.url.as_bytes()), display);
    let place = match &source.vcs {
        Some(vcs) => format!("{vcs}+{}", printable(source.url.as_bytes())),
        None => place,
    };
    let revision = source.requested_revision.as_ref().or(source.commit.as_ref());
    let revision = revision.map(|text| format!("@{}", printable(text.as_bytes()))).unwrap_or_default();
    let editable = if source.editable { "an editable install of " } else { "" };
    format!("{editable}`{place}{revision}`")
}

/// What a line asks for, for people: the line if it says where, else the place that is said of its package elsewhere.
pub(super) fn wanted(line: &str, source: &PackageSource) -> String {
    if line.contains(['/', '\\', '@']) || line.starts_with(['-', '.']) {
        return format!("`{line}`");
    }
    let (place, is_editable) = match source {
        PackageSource::Directory { path, is_editable } => (display(path), *is_editable),
        PackageSource::Archive { url, .. } => (printable(url.as_bytes()), false),
        PackageSource::Repository { vcs, url, revision, is_editable, .. } => {
            let revision = revision.as_ref().map(|revision| format!("@{revision}")).unwrap_or_default();
            (printable(format!("{vcs}+{url}{revision}").as_bytes()), *is_editable)
        }
    };
    let editable = if is_editable { "an editable install of " } else { "" };
    format!("{editable}`{place}`")
}

/// Says whether no distribution can come from both.
pub(super) fn exclude_each_other(
    one: &PackageSource,
    other: &PackageSource,
    installed: &dyn PackageSet,
) -> bool {
    use PackageSource::{Archive, Directory, Repository};
    match (one, other) {
        (Directory { path: one, .. }, Directory { path: other, .. }) => !installed.is_same_place(one, other),
        (Archive { url: one, hashes: old, .. }, Archive { url: other, hashes: new, .. }) => {
            canonical(one) != canonical(other) || contradict(old, new)
        }
        (Repository { url: one, revision: old, .. }, Repository { url: other, revision: new, .. }) => {
            canonical(one) != canonical(other) || old != new
        }
        _ => true,
    }
}

/// The endings of source archives that installers take.
const ARCHIVE_ENDINGS: [&str; 5] = [".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"];

/// The name in the last part of an archive's URL: of a wheel `NAME-VERSION-…whl`
/// (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/>), else what is before the last
/// `-` of a source archive.
pub(super) fn name_in_url(url: &str) -> Option<String> {
    let file = file_in_url(url);
    let name = match file.strip_suffix(".whl") {
        Some(wheel) => wheel.split_once('-')?.0,
        None => {
            let stem = ARCHIVE_ENDINGS.iter().find_map(|ending| file.strip_suffix(ending))?;
            stem.rsplit_once('-').filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()))?.0
        }
    };
    (!name.is_empty()).then(|| normalised(name))
}

/// The last part of a URL's path.
fn file_in_url(url: &str) -> &str {
    let path = url.split(['#', '?']).next().unwrap_or(url);
    path.rsplit('/').next().unwrap_or(path)
}

/// The source behind the `@` of a package's own requirement; `None` for what is none.
pub(super) fn of_requirement(text: &str) -> Option<PackageSource> {
    let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
    let subdirectory = fragment.split('&').find_map(|part| part.strip_prefix("subdirectory="));
    let subdirectory = subdirectory.map(str::to_owned);
    let (scheme, _) = url.split_once("://")?;
    if let Some((vcs, _)) = scheme.split_once('+') {
        let url = url.get(vcs.len() + 1..)?;
        let path = url.find("://").map_or(0, |at| at + 3);
        // The `@` of a user name is before the first slash.
        let slash = url.get(path..)?.find('/').map_or(url.len(), |at| at + path);
        let (url, revision) = match url.get(slash..)?.rfind('@').map(|at| at + slash) {
            Some(at) => (url.get(..at)?, url.get(at + 1..)),
            None => (url, None),
        };
        return Some(PackageSource::Repository {
            vcs: vcs.to_owned(),
            url: url.to_owned(),
            revision: revision.map(str::to_owned),
            subdirectory,
            is_editable: false,
        });
    }
    let file = file_in_url(url);
    let is_archive = file.ends_with(".whl") || ARCHIVE_ENDINGS.iter().any(|ending| file.ends_with(ending));
    match local_path(url) {
        Some(path) if !is_archive => Some(PackageSource::Directory { path, is_editable: false }),
        _ => {
            let hashes = fragment_hashes(text);
            Some(PackageSource::Archive { url: url.to_owned(), subdirectory, hashes })
        }
    }
}
