//! Reads one distribution.

use std::path::{Path, PathBuf};

use super::project_below::project_below;
use crate::formats::direct_url::{DirectUrl, DirectUrlKind, file_url};
use crate::formats::egg_link;
use crate::formats::metadata::Metadata;
use crate::formats::site_entry::{NameParts, SiteEntry};
use crate::fs::{is_directory, normalise_path, read_start};
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
    pub(super) directory: &'f Path,
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
        self.directory.join(bytes_to_path(self.name))
    }

    fn dist_info(&self, parts: NameParts<'_>) -> Result<Distribution, UnreadableReason> {
        let path = self.path();
        let metadata = match (self.names, parts.version) {
            (Names::OfEntry, Some(_)) => Metadata::default(),
            _ => {
                let metadata = read_bounded(&path.join("METADATA"), METADATA_LIMIT)?;
                Metadata::parse(&metadata.ok_or(UnreadableReason::NoMetadata)?)
            }
        };
        let source = direct_source(&path)?;
        let installer = match (self.names, &source) {
            (Names::OfEntry, None) => None,
            _ => installer(&path)?,
        };
        // conda's packages carry the URL of the directory in which conda-forge built them.
        let source = source.filter(|_| installer.as_deref() != Some(CONDA));
        Ok(Distribution { installer, source, ..self.named(parts, metadata, MetadataForm::DistInfo) })
    }

    /// An egg: a directory with its metadata inside, a file that is metadata itself (of distutils), or an archive,
    /// of which the name has to do.
    fn egg(
        &self,
        parts: NameParts<'_>,
        form: MetadataForm,
        inside: &str,
    ) -> Result<Distribution, UnreadableReason> {
        let path = self.path();
        let metadata = match (is_directory(&path), form) {
            (true, _) => read_bounded(&path.join(inside), METADATA_LIMIT)?,
            (false, MetadataForm::Egg) => None,
            (false, _) => read_bounded(&path, METADATA_LIMIT)?,
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
        let project = linked_project(self.directory, &self.path())?;
        let information = linked_metadata(&project, parts.name).join("PKG-INFO");
        let metadata = read_bounded(&information, METADATA_LIMIT)?.unwrap_or_default();
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
pub(super) fn linked_project(site: &Path, link: &Path) -> Result<PathBuf, UnreadableReason> {
    let link = read_bounded(link, SMALL_FILE_LIMIT)?.unwrap_or_default();
    let project = egg_link::read(&link).ok_or(UnreadableReason::NoMetadata)?;
    Ok(normalise_path(&site.join(project)))
}

/// Where a project that an `.egg-link` of this name leads to has its metadata.
pub(super) fn linked_metadata(project: &Path, name: &str) -> PathBuf {
    project.join(format!("{}.egg-info", name.replace('-', "_")))
}

/// Who installed the distribution with this metadata; `None` if nothing is recorded.
pub(super) fn installer(path: &Path) -> Result<Option<String>, UnreadableReason> {
    let bytes = read_bounded(&path.join("INSTALLER"), SMALL_FILE_LIMIT)?;
    let name = bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    Ok(name.filter(|name| !name.is_empty()))
}

/// Where a distribution came from; `None` if nothing is recorded.
fn direct_source(path: &Path) -> Result<Option<DirectSource>, UnreadableReason> {
    let Some(bytes) = read_bounded(&path.join("direct_url.json"), SMALL_FILE_LIMIT)? else { return Ok(None) };
    // A broken record is no reason to pass the package over.
    let Ok(read) = DirectUrl::parse(&bytes) else { return Ok(None) };
    let mut local = read.local();
    if let (Some(DirectUrlKind::Directory { editable: true }), Some(recorded)) = (&read.kind, &local)
        && let Some(project) = project_below(recorded, path)
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

fn read_bounded(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, UnreadableReason> {
    read_start(path, limit).map_err(|error| UnreadableReason::Failed(error.to_string()))
}
