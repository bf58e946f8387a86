//! Reads one distribution.

use std::path::{Path, PathBuf};

use super::project_below::project_below;
use super::site_directory::SiteDirectory;
use crate::error::Error;
use crate::formats::direct_url::{DirectUrl, DirectUrlKind, file_url};
use crate::formats::egg_link;
use crate::formats::metadata::Metadata;
use crate::formats::site_entry::{NameParts, SiteEntry};
use crate::fs::{is_directory, normalise_path};
use crate::model::{DirectSource, Distribution, MetadataForm, SourceForm, UnreadableReason};
use crate::path::{RepoPath, bytes_to_path};
use crate::tree::SMALL_FILE_LIMIT;

/// The most bytes read of metadata: name and version stand at its start.
const METADATA_LIMIT: u64 = 16 * 1024;

/// What conda writes into `INSTALLER`.
pub(super) const CONDA: &str = "conda";

/// Where the name and the version of a distribution are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// In the name of the entry, as far as it has them: its metadata need not be there. Who installed it is not read where
    /// it came from an index.
    OfEntry,
    /// In the metadata, which must be there.
    OfMetadata,
}

/// An entry of a site directory that stands for a distribution.
pub(super) struct FoundEntry<'f> {
    /// The site directory.
    pub(super) directory: &'f SiteDirectory,
    /// The entry's name.
    pub(super) name: &'f [u8],
    /// The entry's place, relative to the environment or to `outside`.
    pub(super) place: &'f RepoPath,
    /// The site directory, if it is outside of the environment.
    pub(super) outside: Option<&'f Path>,
    /// Where name and version are read.
    pub(super) names: Names,
}

impl FoundEntry<'_> {
    /// Reads the distribution.
    ///
    /// # Errors
    /// Why it does not count as one.
    pub(super) fn distribution(&self, read: &SiteEntry<'_>) -> Result<Distribution, UnreadableReason> {
        match read {
            SiteEntry::Leftover => Err(UnreadableReason::Leftover),
            SiteEntry::DistInfo(parts) => self.dist_info(*parts),
            SiteEntry::EggInfo(parts) => self.egg(*parts, MetadataForm::EggInfo, "PKG-INFO"),
            SiteEntry::Egg(parts) => self.egg(*parts, MetadataForm::Egg, "EGG-INFO/PKG-INFO"),
            SiteEntry::EggLink(parts) => self.egg_link(*parts),
        }
    }

    /// What the entry's name tells of a distribution that could not be read.
    pub(super) fn named_only(&self, parts: NameParts<'_>, form: MetadataForm) -> Distribution {
        self.named(parts, Metadata::default(), form)
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(bytes_to_path(self.name))
    }

    /// Reads the start of a file of the entry.
    fn read(&self, file: &str, limit: u64) -> Result<Option<Vec<u8>>, UnreadableReason> {
        self.directory.read_start(self.name, file, limit).map_err(|error| failed(&error))
    }

    fn dist_info(&self, parts: NameParts<'_>) -> Result<Distribution, UnreadableReason> {
        let metadata = match (self.names, parts.version) {
            (Names::OfEntry, Some(_)) => Metadata::default(),
            _ => {
                let metadata = self.read("METADATA", METADATA_LIMIT)?;
                Metadata::parse(&metadata.ok_or(UnreadableReason::NoMetadata)?)
            }
        };
        let source = self.direct_source()?;
        let installer = match (self.names, &source) {
            (Names::OfEntry, None) => None,
            _ => installer(self.directory, self.name)?,
        };
        // conda's packages carry the URL of the directory in which conda-forge built them.
        let source = source.filter(|_| installer.as_deref() != Some(CONDA));
        Ok(Distribution { installer, source, ..self.named(parts, metadata, MetadataForm::DistInfo) })
    }

    /// Where a distribution came from; `None` if nothing is recorded.
    fn direct_source(&self) -> Result<Option<DirectSource>, UnreadableReason> {
        let Some(bytes) = self.read("direct_url.json", SMALL_FILE_LIMIT)? else { return Ok(None) };
        // A broken record is no reason to pass the package over.
        let Ok(read) = DirectUrl::parse(&bytes) else { return Ok(None) };
        let mut local = read.local();
        if let (Some(DirectUrlKind::Directory { editable: true }), Some(recorded)) = (&read.kind, &local)
            && let Some(project) = project_below(recorded, &self.path())
        {
            local = Some(project);
        }
        let DirectUrl { url, subdirectory, kind } = read;
        let source = DirectSource { url, local, subdirectory, ..DirectSource::default() };
        Ok(Some(match kind {
            None => source,
            Some(DirectUrlKind::Archive { hashes }) => {
                DirectSource { form: Some(SourceForm::Archive), hashes, ..source }
            }
            Some(DirectUrlKind::Directory { editable }) => {
                DirectSource { form: Some(SourceForm::Directory), editable, ..source }
            }
            Some(DirectUrlKind::Repository { vcs, commit, requested_revision }) => {
                DirectSource { form: Some(SourceForm::Repository), vcs, commit, requested_revision, ..source }
            }
        }))
    }

    /// An egg: a directory with its metadata inside, a file that is metadata itself (of distutils), or an archive,
    /// of which the name has to do.
    fn egg(
        &self,
        parts: NameParts<'_>,
        form: MetadataForm,
        inside: &str,
    ) -> Result<Distribution, UnreadableReason> {
        let metadata = match (is_directory(&self.path()), form) {
            (true, _) => self.read(inside, METADATA_LIMIT)?,
            (false, MetadataForm::Egg) => None,
            (false, _) => self.read("", METADATA_LIMIT)?,
        };
        if metadata.is_none() && parts.version.is_none() {
            return Err(UnreadableReason::NoMetadata);
        }
        let metadata = Metadata::parse(&metadata.unwrap_or_default());
        // Characters of a version are replaced in the name of an egg, so that pip reads the metadata.
        let version = metadata.version.clone();
        let named = self.named(parts, metadata, form);
        Ok(Distribution { version: version.or(named.version), ..named })
    }

    /// `setup.py develop`: the metadata lies in the project.
    fn egg_link(&self, parts: NameParts<'_>) -> Result<Distribution, UnreadableReason> {
        let project = linked_project(self.directory, self.name)?;
        let information = SiteDirectory::elsewhere(project.clone());
        let metadata = information.read_start(&linked_metadata(parts.name), "PKG-INFO", METADATA_LIMIT);
        let metadata = metadata.map_err(|error| failed(&error))?.unwrap_or_default();
        let source = DirectSource {
            url: file_url(&project),
            form: Some(SourceForm::Directory),
            local: Some(project),
            editable: true,
            ..DirectSource::default()
        };
        let named = self.named(parts, Metadata::parse(&metadata), MetadataForm::EggLink);
        Ok(Distribution { source: Some(source), ..named })
    }

    /// The name as the metadata has it; the version as the entry's name has it, which is how pip and uv read it.
    fn named(&self, parts: NameParts<'_>, metadata: Metadata, form: MetadataForm) -> Distribution {
        let name = metadata.name.filter(|_| self.names == Names::OfMetadata);
        Distribution {
            name: name.unwrap_or_else(|| parts.name.to_owned()),
            version: parts.version.map(str::to_owned).or(metadata.version),
            metadata: self.place.clone(),
            outside: self.outside.map(Path::to_path_buf),
            form,
            installer: None,
            source: None,
        }
    }
}

/// The directory that an `.egg-link` in a site directory names.
pub(super) fn linked_project(site: &SiteDirectory, link: &[u8]) -> Result<PathBuf, UnreadableReason> {
    let link = site.read_start(link, "", SMALL_FILE_LIMIT).map_err(|error| failed(&error))?;
    let project = egg_link::read(&link.unwrap_or_default()).ok_or(UnreadableReason::NoMetadata)?;
    Ok(normalise_path(&site.path().join(project)))
}

/// The name of the directory in which a project that an `.egg-link` of this name leads to has its metadata.
pub(super) fn linked_metadata(name: &str) -> Vec<u8> {
    format!("{}.egg-info", name.replace('-', "_")).into_bytes()
}

/// Who installed the distribution with this metadata; `None` if nothing is recorded.
pub(super) fn installer(site: &SiteDirectory, entry: &[u8]) -> Result<Option<String>, UnreadableReason> {
    let bytes = site.read_start(entry, "INSTALLER", SMALL_FILE_LIMIT).map_err(|error| failed(&error))?;
    let name = bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    Ok(name.filter(|name| !name.is_empty()))
}

fn failed(error: &Error) -> UnreadableReason {
    UnreadableReason::Failed(error.to_string())
}
