//! What is installed in an environment, read as far as somebody asks.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::archives;
use super::conda_package;
use super::distributions::entry_of;
use super::package_metadata;
use super::read::{CONDA, FoundEntry, Names, installer};
use super::search_path::{SearchPath, SearchedDirectory, search_path};
use super::site_directory::SiteDirectory;
use crate::formats::conda_record;
use crate::formats::site_entry::{self, NameParts, SiteEntry};
use crate::fs::{Background, is_same_file, list_directory, normalise_path};
use crate::model::{Distribution, MetadataForm, UnreadableReason};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::python::normalised;
use crate::satisfied::{
    ArchiveState, Checkout, CondaAnswer, LocalProject, MetadataError, PackageMetadata, PackageSet,
};

/// The metadata of so many packages is read sooner than a thread starts.
const FEW: usize = 8;

/// Finds the project in a directory; see [`PackageSet::local_project`].
pub type LocalProjectFinder<'p> = dyn Fn(&Path, Option<&Distribution>) -> Option<Arc<LocalProject>> + 'p;
/// Finds what git has checked out in a directory; see [`PackageSet::checkout`].
pub type CheckoutFinder<'p> = dyn Fn(&Path) -> Option<Checkout> + 'p;

/// The packages of an environment. Names and versions are those of the entries in its directories of packages, which are
/// listed once.
pub struct InstalledPackages<'p> {
    root: PathBuf,
    /// By name, then rank, then place.
    packages: Arc<Packages>,
    unread: Option<String>,
    /// Reads metadata before it is asked for, as long as this is here; `None` for few packages.
    _reading_ahead: Option<Background>,
    conda: OnceLock<Option<Vec<conda_record::FileName>>>,
    projects: Option<Box<LocalProjectFinder<'p>>>,
    checkouts: Option<Box<CheckoutFinder<'p>>>,
}

/// All packages, and how to read them.
struct Packages(Vec<PackageEntry>);

/// One entry that stands for a package.
struct PackageEntry {
    /// The normalised name.
    name: String,
    rank: usize,
    /// The directory of packages that it is in.
    directory: Arc<SiteDirectory>,
    /// It is not one of the environment's own.
    is_outside: bool,
    entry: Vec<u8>,
    place: RepoPath,
    distribution: OnceLock<(Distribution, Option<MetadataError>)>,
    metadata: OnceLock<Result<Arc<PackageMetadata>, MetadataError>>,
}

impl<'p> InstalledPackages<'p> {
    /// Lists the packages that the Python of the environment at `root` finds: in the environment, in directories that
    /// `.pth` files name, and, where `pyvenv.cfg` says so, those of the base Python and of the user with this home
    /// directory. What cannot be listed is said by [`PackageSet::unread`].
    #[must_use]
    pub fn read(root: &Path, home: Option<&Path>) -> Self {
        let SearchPath { directories, unread, .. } = search_path(root, home);
        let mut packages: Vec<PackageEntry> = directories.into_iter().flat_map(packages_in).collect();
        packages.arrange_by(|a, b| (&a.name, a.rank, &a.place).cmp(&(&b.name, b.rank, &b.place)));
        let packages = Arc::new(Packages(packages));
        Self {
            root: root.to_path_buf(),
            _reading_ahead: (packages.0.len() > FEW).then(|| read_ahead(&packages)),
            packages,
            unread,
            conda: OnceLock::new(),
            projects: None,
            checkouts: None,
        }
    }

    /// The same packages, with what finds the projects that they are installed from, and what git has checked out. Without
    /// it, nothing is known of these.
    #[must_use]
    pub fn with_sources(
        self,
        projects: impl Fn(&Path, Option<&Distribution>) -> Option<Arc<LocalProject>> + 'p,
        checkouts: impl Fn(&Path) -> Option<Checkout> + 'p,
    ) -> Self {
        Self { projects: Some(Box::new(projects)), checkouts: Some(Box::new(checkouts)), ..self }
    }

    /// The packages of the environment itself, by normalised name, with their names as their metadata has them. One without
    /// metadata does not count, but one with damaged metadata does.
    pub fn own(&self) -> impl Iterator<Item = (String, &Distribution)> {
        self.packages.0.iter().filter(|package| package.rank == 0).filter_map(|package| {
            let name = match package.metadata() {
                Ok(metadata) => metadata.name.clone(),
                Err(_) => Some(package.find_as(Names::OfMetadata).ok()?.name),
            };
            let distribution = &package.read().0;
            Some((name.unwrap_or_else(|| distribution.name.clone()), distribution))
        })
    }

    /// What the names of conda's records say; `None` if there are none.
    fn conda_records(&self) -> Option<&[conda_record::FileName]> {
        let read = || {
            let listed = list_directory(&self.root.join(conda_package::RECORDS)).ok().flatten()?;
            Some(listed.iter().filter_map(|entry| conda_record::FileName::parse(&entry.name)).collect())
        };
        self.conda.get_or_init(read).as_deref()
    }
}

impl PackageSet for InstalledPackages<'_> {
    fn named(&self, name: &str) -> Vec<&Distribution> {
        let found = self.packages.named(name);
        let first = found.first().map(|package| package.rank);
        let counts = found.iter().filter(|package| Some(package.rank) == first);
        let all: Vec<&Distribution> = counts.map(|package| &package.read().0).collect();
        // Debian's packages of the same version may have both forms.
        let is_repeated = |egg: &Distribution| {
            let is_same =
                |other: &&Distribution| other.form == MetadataForm::DistInfo && other.version == egg.version;
            egg.form == MetadataForm::EggInfo && all.iter().any(is_same)
        };
        all.iter().copied().filter(|distribution| !is_repeated(distribution)).collect()
    }

    fn names(&self) -> Vec<String> {
        let own = self.packages.0.iter().filter(|package| package.rank == 0);
        let names: BTreeSet<&String> = own.map(|package| &package.name).collect();
        names.into_iter().cloned().collect()
    }

    fn metadata(&self, distribution: &Distribution) -> Result<Arc<PackageMetadata>, MetadataError> {
        match self.packages.entry_of(distribution) {
            Some(package) => package.metadata(),
            None => Err(MetadataError::Unread("it is a package of another environment".to_owned())),
        }
    }

    fn local_project(&self, directory: &Path, installed: Option<&Distribution>) -> Option<Arc<LocalProject>> {
        self.projects.as_ref()?(directory, installed)
    }

    fn archive(&self, archive: &Path, installed: &Distribution, hashes: &[String]) -> ArchiveState {
        archives::state(&self.root, archive, installed, hashes)
    }

    fn checkout(&self, directory: &Path) -> Option<Checkout> {
        self.checkouts.as_ref()?(directory)
    }

    fn is_of_conda(&self, distribution: &Distribution) -> bool {
        let package = self.packages.entry_of(distribution);
        let is_recorded = distribution.form == MetadataForm::DistInfo;
        let recorded = package.filter(|_| is_recorded);
        let installer =
            recorded.and_then(|package| installer(&package.directory, &package.entry).ok().flatten());
        installer.is_some_and(|name| name == CONDA)
    }

    fn conda_package(&self, name: &str) -> CondaAnswer {
        let Some(records) = self.conda_records() else {
            return CondaAnswer::Unknown("there are no records of conda".to_owned());
        };
        let mut named = records.iter().filter(|record| record.name == name);
        match (named.next(), named.next()) {
            (None, _) => CondaAnswer::Missing,
            (Some(record), None) => conda_package::read(&self.root, record),
            (Some(_), Some(_)) => CondaAnswer::Unknown(format!("`{name}` is recorded twice")),
        }
    }

    fn is_same_place(&self, one: &Path, other: &Path) -> bool {
        normalise_path(one) == normalise_path(other) || is_same_file(one, other)
    }

    fn unread(&self) -> Option<String> {
        self.unread.clone()
    }
}

impl Packages {
    /// The entry of a distribution.
    fn entry_of(&self, distribution: &Distribution) -> Option<&PackageEntry> {
        let is_it = |package: &&PackageEntry| {
            package.place == distribution.metadata && package.outside() == distribution.outside.as_deref()
        };
        self.named(&normalised(&distribution.name)).iter().find(is_it)
    }

    /// All of a normalised name, the first on the path first.
    fn named(&self, name: &str) -> &[PackageEntry] {
        let start = self.0.partition_point(|package| package.name.as_str() < name);
        let rest = self.0.get(start..).unwrap_or_default();
        let end = rest.partition_point(|package| package.name == name);
        rest.get(..end).unwrap_or_default()
    }
}

/// Lets other threads read the metadata of all packages of the environment itself: whoever compares them needs all of it.
/// They begin with the last name, and who asks begins with the first.
fn read_ahead(packages: &Arc<Packages>) -> Background {
    let count = packages.0.len();
    let packages = Arc::clone(packages);
    Background::start(count, move |index| {
        let own = packages.0.get(index).filter(|package| package.rank == 0);
        own.into_iter().for_each(PackageEntry::read_ahead);
    })
}

/// The packages in a directory.
fn packages_in(searched: SearchedDirectory) -> Vec<PackageEntry> {
    let SearchedDirectory { directory, place, rank, entries } = searched;
    let is_outside = place.is_none();
    let place = place.unwrap_or_default();
    let directory = Arc::new(match is_outside {
        true => SiteDirectory::elsewhere(directory),
        false => SiteDirectory::of_environment(directory),
    });
    let package = |entry: &crate::fs::DirectoryEntry| {
        let (parts, _) = parts_of(&entry_of(entry)?)?;
        Some(PackageEntry {
            name: normalised(parts.name),
            rank,
            directory: Arc::clone(&directory),
            is_outside,
            entry: entry.name.clone(),
            place: place.join(&entry.name).ok()?,
            distribution: OnceLock::new(),
            metadata: OnceLock::new(),
        })
    };
    entries.iter().filter_map(package).collect()
}

/// The name, version and form of an entry; `None` for what a removal left behind.
fn parts_of<'n>(read: &SiteEntry<'n>) -> Option<(NameParts<'n>, MetadataForm)> {
    match read {
        SiteEntry::DistInfo(parts) => Some((*parts, MetadataForm::DistInfo)),
        SiteEntry::EggInfo(parts) => Some((*parts, MetadataForm::EggInfo)),
        SiteEntry::Egg(parts) => Some((*parts, MetadataForm::Egg)),
        SiteEntry::EggLink(parts) => Some((*parts, MetadataForm::EggLink)),
        SiteEntry::Leftover => None,
    }
}

impl PackageEntry {
    fn outside(&self) -> Option<&Path> {
        self.is_outside.then_some(self.directory.path())
    }

    /// The distribution, and why its metadata cannot be used if that is known already.
    fn read(&self) -> &(Distribution, Option<MetadataError>) {
        self.distribution.get_or_init(|| self.find())
    }

    fn metadata(&self) -> Result<Arc<PackageMetadata>, MetadataError> {
        let read = || match self.read() {
            (_, Some(error)) => Err(error.clone()),
            (distribution, None) => self.find_metadata(distribution),
        };
        self.metadata.get_or_init(read).clone()
    }

    /// Reads what nobody has asked for yet. What cannot be read is left to who asks: there may be too many open files only
    /// because several threads read at once.
    fn read_ahead(&self) {
        if self.metadata.get().is_some() {
            return;
        }
        let found = self.find();
        if found.1.is_none()
            && let Ok(metadata) = self.find_metadata(&found.0)
        {
            // Who asked meanwhile has found the same.
            let _ = self.distribution.set(found);
            let _ = self.metadata.set(Ok(metadata));
        }
    }

    fn found(&self, names: Names) -> FoundEntry<'_> {
        FoundEntry {
            directory: &self.directory,
            name: &self.entry,
            place: &self.place,
            outside: self.outside(),
            names,
        }
    }

    fn find_as(&self, names: Names) -> Result<Distribution, UnreadableReason> {
        let read = site_entry::read(&self.entry).ok_or(UnreadableReason::Leftover)?;
        self.found(names).distribution(&read)
    }

    fn find(&self) -> (Distribution, Option<MetadataError>) {
        let failed = |error: MetadataError| {
            let read = site_entry::read(&self.entry);
            let nothing = (NameParts { name: &self.name, version: None }, MetadataForm::DistInfo);
            let (parts, form) = read.as_ref().and_then(parts_of).unwrap_or(nothing);
            (self.found(Names::OfEntry).named_only(parts, form), Some(error))
        };
        match self.find_as(Names::OfEntry) {
            Ok(distribution) => (distribution, None),
            Err(UnreadableReason::Failed(reason)) => failed(MetadataError::Unread(reason)),
            Err(reason) => failed(MetadataError::Broken(reason.to_string())),
        }
    }

    fn find_metadata(&self, distribution: &Distribution) -> Result<Arc<PackageMetadata>, MetadataError> {
        package_metadata::read(distribution, &self.directory, &self.entry).map(Arc::new)
    }
}
