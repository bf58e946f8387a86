//! Which packages of an environment are damaged.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::files::{CheckedEnvironment, CheckedSite, RecordedFiles, summary};
use crate::formats::record::RecordText;
use crate::formats::{conda_record, site_entry::SiteEntry};
use crate::fs::{
    DirectoryEntry, FollowedDirectory, FoundFile, exists, in_parallel, list_directory, read_optional,
    real_path,
};
use crate::inspect::directory::note;
use crate::inspect::installed::{SitePackages, entry_of, site_packages};
use crate::model::{DamagedPackage, FileDamage, PackageCheck, PackageDamage, Skip};
use crate::order::Arrange as _;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes};
use crate::python::normalised;

/// The most bytes read of a `RECORD`: the largest have a few MB.
const RECORD_LIMIT: u64 = 32 * 1024 * 1024;
/// The most bytes read of `INSTALLER`, which has a word.
const INSTALLER_LIMIT: u64 = 1024;

/// The damage of an environment.
#[derive(Debug, Default)]
pub struct FoundDamage {
    /// The packages, by place.
    pub damaged: Vec<DamagedPackage>,
    /// What could not be looked at.
    pub unreadable: Vec<Skip>,
}

/// Compares what is installed in the environment in `directory`, which has the place `root`, with what its installers
/// recorded. Packages of conda are conda's: it changes files when it installs them, and has records of its own.
#[must_use]
pub fn damaged_packages(directory: &Path, root: &RepoPath, check: PackageCheck) -> FoundDamage {
    let mut found = FoundDamage::default();
    let place = real_path(directory).unwrap_or_else(|| directory.to_path_buf());
    let opened = match FollowedDirectory::open(&place) {
        Ok(opened) => opened,
        Err(error) => {
            note(&error, root, &mut found.unreadable);
            return found;
        }
    };
    let environment = CheckedEnvironment { opened, place: path_to_bytes(&place), check };
    let of_conda = conda_packages(directory);
    // Sites that cannot be listed are said elsewhere.
    let sites = site_packages(directory).sites;
    let checked: Vec<(&SitePackages, CheckedSite)> = sites
        .iter()
        .filter_map(|site| {
            let opened = FollowedDirectory::open(&site.directory).ok()?;
            Some((site, CheckedSite { place: site.place.clone(), opened }))
        })
        .collect();
    let entries: Vec<MetadataEntry<'_>> =
        checked.iter().flat_map(|(site, opened)| metadata_in(site, opened, &mut found, root)).collect();
    let mut names: BTreeMap<String, Vec<&MetadataEntry<'_>>> = BTreeMap::new();
    for entry in &entries {
        names.entry(normalised(&entry.name)).or_default().push(entry);
    }
    let place_of = |place: &RepoPath| root.join(place.as_bytes()).unwrap_or_else(|_| root.clone());
    names.values_mut().for_each(drop_repeated);
    let (single, several): (Vec<_>, Vec<_>) = names.into_values().partition(|entries| entries.len() == 1);
    for entries in several {
        let places = entries.iter().map(|entry| place_of(&entry.place)).collect();
        found
            .damaged
            .extend(entries.first().map(|first| first.damaged(root, PackageDamage::Duplicate(places))));
    }
    let packages: Vec<&MetadataEntry<'_>> =
        single.into_iter().flatten().filter(|entry| entry.is_dist_info).collect();
    let judge = |entry: &&MetadataEntry<'_>| entry.judge(&environment, of_conda.as_ref());
    let judged: Vec<Judged> = in_parallel(&packages, judge);
    let claims = Claims::of(&environment, &packages, &judged);
    for (entry, judged) in packages.iter().zip(judged) {
        match judged {
            Judged::Fine => {}
            Judged::Damaged(damage) => found.damaged.push(entry.damaged(root, damage)),
            Judged::Unread(place, reason) => {
                found.unreadable.push(Skip { path: place_of(&place), reason: reason.into(), blob: None });
            }
            Judged::Files(mut files) => {
                files.retain(|path, damage| !claims.explain(path, damage));
                if files.is_empty() {
                    continue;
                }
                let (missing, changed, examples) = summary(root, &files);
                let is_from_index = !exists(&entry.path.join("direct_url.json"));
                let damage = PackageDamage::Files { missing, changed, examples, is_from_index };
                found.damaged.push(entry.damaged(root, damage));
            }
        }
    }
    found.damaged.arrange_by(|a, b| a.record.cmp(&b.record));
    found
}

/// Leaves out metadata of setuptools beside a `.dist-info` of the same version: some systems' packages have both.
fn drop_repeated(entries: &mut Vec<&MetadataEntry<'_>>) {
    let versions: Vec<Option<String>> =
        entries.iter().filter(|entry| entry.is_dist_info).map(|entry| entry.version.clone()).collect();
    let is_same = |version: &Option<String>| version.is_none() || versions.contains(version);
    entries.retain(|entry| !entry.is_egg_info || versions.is_empty() || !is_same(&entry.version));
}

/// The metadata of a package, by the names in a site directory.
struct MetadataEntry<'s> {
    name: String,
    version: Option<String>,
    /// Relative to the environment.
    place: RepoPath,
    site: &'s CheckedSite,
    path: std::path::PathBuf,
    is_dist_info: bool,
    is_egg_info: bool,
}

/// The metadata in a site directory; left-overs of removals are added to what was found.
fn metadata_in<'s>(
    site: &SitePackages,
    opened: &'s CheckedSite,
    found: &mut FoundDamage,
    root: &RepoPath,
) -> Vec<MetadataEntry<'s>> {
    let listed = list_directory(&site.directory).ok().flatten().unwrap_or_default();
    let mut metadata = Vec::new();
    for entry in &listed {
        let Some((read, place)) = entry_of(entry).zip(site.place.join(&entry.name).ok()) else { continue };
        match read {
            SiteEntry::DistInfo(parts) | SiteEntry::EggInfo(parts) | SiteEntry::EggLink(parts) => {
                metadata.push(MetadataEntry {
                    name: parts.name.to_owned(),
                    version: parts.version.map(str::to_owned),
                    place,
                    site: opened,
                    path: path_of(site, entry),
                    is_dist_info: matches!(read, SiteEntry::DistInfo(_)),
                    is_egg_info: matches!(read, SiteEntry::EggInfo(_)),
                });
            }
            SiteEntry::Leftover => found.damaged.push(DamagedPackage {
                name: String::from_utf8_lossy(&entry.name).into_owned(),
                version: None,
                record: root.join(place.as_bytes()).unwrap_or_else(|_| root.clone()),
                damage: PackageDamage::Leftover,
            }),
            // Several versions of an egg may lie beside each other; one of them is on the path.
            SiteEntry::Egg(_) => {}
        }
    }
    metadata
}

fn path_of(site: &SitePackages, entry: &DirectoryEntry) -> std::path::PathBuf {
    site.directory.join(bytes_to_path(&entry.name))
}

/// What is made of one package.
enum Judged {
    Fine,
    Damaged(PackageDamage),
    /// Files that are not as recorded, unless another package has them too.
    Files(BTreeMap<RepoPath, FileDamage>),
    /// The place of what cannot be read, and why.
    Unread(RepoPath, String),
}

impl MetadataEntry<'_> {
    fn damaged(&self, root: &RepoPath, damage: PackageDamage) -> DamagedPackage {
        DamagedPackage {
            name: self.name.clone(),
            version: self.version.clone(),
            record: root.join(self.place.as_bytes()).unwrap_or_else(|_| root.clone()),
            damage,
        }
    }

    fn judge(&self, environment: &CheckedEnvironment, of_conda: Option<&BTreeSet<String>>) -> Judged {
        let metadata = self.place.join("METADATA").unwrap_or_else(|_| self.place.clone());
        match environment.opened.find(&metadata) {
            Ok(FoundFile::Missing) => return Judged::Damaged(PackageDamage::NoMetadata),
            Ok(_) => {}
            Err(error) => return Judged::Unread(metadata, error.to_string()),
        }
        if of_conda.is_some_and(|names| names.contains(&normalised(&self.name)) || !self.is_of_pip_or_uv()) {
            return Judged::Fine;
        }
        let record = match self.record() {
            Ok(Some(record)) => record,
            // What a system's package manager or another tool installed has none.
            Ok(None) if self.is_of_pip_or_uv() => return Judged::Damaged(PackageDamage::NoRecord),
            Ok(None) => return Judged::Fine,
            Err(reason) => return Judged::Unread(self.place.clone(), reason),
        };
        match environment.damaged(&self.files(&record)) {
            Ok(damaged) if damaged.is_empty() => Judged::Fine,
            Ok(damaged) => Judged::Files(damaged),
            Err((place, error)) => Judged::Unread(place, error.to_string()),
        }
    }

    fn files<'r>(&'r self, record: &'r [u8]) -> RecordedFiles<'r> {
        RecordedFiles { site: self.site, metadata: self.place.name(), text: RecordText::new(record) }
    }

    /// Its record; `None` if it has none.
    fn record(&self) -> Result<Option<Vec<u8>>, String> {
        read_optional(&self.path.join("RECORD"), RECORD_LIMIT).map_err(|error| error.to_string())
    }

    fn is_of_pip_or_uv(&self) -> bool {
        let read = read_optional(&self.path.join("INSTALLER"), INSTALLER_LIMIT).ok().flatten();
        read.is_some_and(|bytes| matches!(bytes.trim_ascii(), b"pip" | b"uv"))
    }
}

/// The names of conda's own packages; `None` if this is no prefix of conda.
fn conda_packages(directory: &Path) -> Option<BTreeSet<String>> {
    let listed = list_directory(&directory.join("conda-meta")).ok().flatten()?;
    let files = listed.iter().filter_map(|entry| conda_record::FileName::parse(&entry.name));
    Some(files.map(|file| normalised(&file.name)).collect())
}

/// What other packages say of files that are not as one package says. Packages that bring a file of the same name
/// overwrite it, and the last one wins.
struct Claims(HashMap<RepoPath, Claim>);

/// What all records say of one file.
#[derive(Default)]
struct Claim {
    /// A record has it without a size.
    is_open: bool,
    sizes: Vec<u64>,
    /// The file has the content that one of the records says.
    has_content: bool,
}

impl Claims {
    /// Reads all records once more, if any file is in question.
    fn of(environment: &CheckedEnvironment, packages: &[&MetadataEntry<'_>], judged: &[Judged]) -> Self {
        let changed = judged.iter().filter_map(|judged| match judged {
            Judged::Files(files) => Some(files),
            _ => None,
        });
        let changed = changed.flatten().filter(|(_, damage)| **damage != FileDamage::Missing);
        let asked: BTreeSet<&RepoPath> = changed.map(|(path, _)| path).collect();
        if asked.is_empty() {
            return Self(HashMap::new());
        }
        let told = in_parallel(packages, |entry| {
            let record = entry.record().ok().flatten().unwrap_or_default();
            let mut told = Vec::new();
            entry.files(&record).for_each_place(environment, |path, file| {
                if asked.contains(&path) {
                    let has_content = environment.has_recorded_content(&path, &file).unwrap_or(false);
                    told.push((path, file.size, has_content));
                }
            });
            told
        });
        let mut claims: HashMap<RepoPath, Claim> = HashMap::new();
        for (path, size, has_content) in told.into_iter().flatten() {
            let claim = claims.entry(path).or_default();
            claim.is_open |= size.is_none();
            claim.sizes.extend(size);
            claim.has_content |= has_content;
        }
        Self(claims)
    }

    /// Says whether a file is as another package has it.
    fn explain(&self, path: &RepoPath, damage: &FileDamage) -> bool {
        let Some(claim) = self.0.get(path) else { return false };
        match damage {
            FileDamage::Missing | FileDamage::NotAFile => false,
            FileDamage::Size { found, .. } => claim.is_open || claim.sizes.contains(found),
            FileDamage::Content => claim.has_content,
        }
    }
}
