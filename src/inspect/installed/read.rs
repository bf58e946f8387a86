//! Reads one distribution.

use std::path::{Path, PathBuf};

use crate::formats::direct_url::{DirectUrl, file_url};
use crate::formats::egg_link;
use crate::formats::metadata::Metadata;
use crate::formats::site_entry::{NameParts, SiteEntry};
use crate::fs::{DirectoryEntry, exists, is_directory, normalise_path, read_start};
use crate::model::{DirectSource, Distribution, MetadataForm, UnreadableReason};
use crate::path::RepoPath;
use crate::tree::SMALL_FILE_LIMIT;

/// The most bytes read of metadata: name and version stand at its start.
const METADATA_LIMIT: u64 = 16 * 1024;

/// An entry of a site directory that stands for a distribution.
pub(super) struct Found<'f> {
    /// The site directory.
    pub(super) directory: &'f Path,
    /// The entry.
    pub(super) entry: &'f DirectoryEntry,
    /// The entry's place, relative to the environment.
    pub(super) place: &'f RepoPath,
}

impl Found<'_> {
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

    fn path(&self) -> PathBuf {
        self.directory.join(crate::path::bytes_to_path(&self.entry.name))
    }

    fn dist_info(&self, parts: NameParts<'_>) -> Result<Distribution, UnreadableReason> {
        let path = self.path();
        let metadata = read_bounded(&path.join("METADATA"), METADATA_LIMIT)?;
        let metadata = Metadata::parse(&metadata.ok_or(UnreadableReason::NoMetadata)?);
        let installer = read_bounded(&path.join("INSTALLER"), SMALL_FILE_LIMIT)?;
        let installer = installer.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
        let installer = installer.filter(|name| !name.is_empty());
        // conda's packages carry the URL of the directory in which conda-forge built them.
        let source = if installer.as_deref() == Some("conda") { None } else { direct_source(&path)? };
        Ok(Distribution {
            installer,
            source,
            has_record: exists(&path.join("RECORD")),
            ..self.named(parts, metadata, MetadataForm::DistInfo)
        })
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
        Ok(self.named(parts, Metadata::parse(&metadata.unwrap_or_default()), form))
    }

    /// `setup.py develop`: the metadata lies in the project.
    fn egg_link(&self, parts: NameParts<'_>) -> Result<Distribution, UnreadableReason> {
        let link = read_bounded(&self.path(), SMALL_FILE_LIMIT)?.unwrap_or_default();
        let project = egg_link::read(&link).ok_or(UnreadableReason::NoMetadata)?;
        let project = normalise_path(&self.directory.join(project));
        let information = project.join(format!("{}.egg-info", parts.name.replace('-', "_"))).join("PKG-INFO");
        let metadata = read_bounded(&information, METADATA_LIMIT)?.unwrap_or_default();
        let source = DirectSource {
            url: file_url(&project),
            local: Some(project),
            editable: true,
            ..DirectSource::default()
        };
        let named = self.named(parts, Metadata::parse(&metadata), MetadataForm::EggLink);
        Ok(Distribution { source: Some(source), ..named })
    }

    /// The name as the metadata has it; the version as the entry's name has it, which is how pip and uv read it.
    fn named(&self, parts: NameParts<'_>, metadata: Metadata, form: MetadataForm) -> Distribution {
        Distribution {
            name: metadata.name.unwrap_or_else(|| parts.name.to_owned()),
            version: parts.version.map(str::to_owned).or(metadata.version),
            metadata: self.place.clone(),
            outside: None,
            form,
            installer: None,
            source: None,
            has_record: false,
        }
    }
}

/// Where a distribution came from; `None` if nothing is recorded.
fn direct_source(path: &Path) -> Result<Option<DirectSource>, UnreadableReason> {
    let Some(bytes) = read_bounded(&path.join("direct_url.json"), SMALL_FILE_LIMIT)? else { return Ok(None) };
    // A broken record is no reason to pass the package over.
    let Ok(read) = DirectUrl::parse(&bytes) else { return Ok(None) };
    let local = read.local();
    Ok(Some(DirectSource {
        local,
        editable: read.editable,
        commit: read.commit,
        url: read.url,
        ..DirectSource::default()
    }))
}

fn read_bounded(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, UnreadableReason> {
    read_start(path, limit).map_err(|error| UnreadableReason::Failed(error.to_string()))
}
