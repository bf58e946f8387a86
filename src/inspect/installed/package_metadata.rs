//! What an installed distribution says of its requirements.

use super::read::{linked_metadata, linked_project};
use super::site_directory::SiteDirectory;
use crate::error::Error;
use crate::formats::egg_requires;
use crate::formats::metadata::{self, Metadata};
use crate::fs::is_directory;
use crate::model::{Distribution, MetadataForm};
use crate::path::{bytes_to_path, printable};
use crate::python::{Version, normalised};
use crate::satisfied::{MetadataError, PackageMetadata};

/// The most bytes read of headers.
const HEADERS_LIMIT: u64 = 8 * 1024 * 1024;

/// Reads the metadata of a distribution, whose entry has this name in a directory of packages.
pub(super) fn read(
    distribution: &Distribution,
    directory: &SiteDirectory,
    entry: &[u8],
) -> Result<PackageMetadata, MetadataError> {
    let is_directory = || is_directory(&directory.path().join(bytes_to_path(entry)));
    match distribution.form {
        MetadataForm::DistInfo => {
            let metadata =
                headers(directory, entry, "METADATA")?.ok_or_else(|| broken("it has no METADATA"))?;
            require_agreement(&metadata, distribution)?;
            let Metadata { name, requires, extras, .. } = metadata;
            Ok(PackageMetadata { name, requires, extras })
        }
        MetadataForm::EggInfo if !is_directory() => of_egg(directory, entry, ["", ""]),
        MetadataForm::EggInfo => of_egg(directory, entry, ["PKG-INFO", "requires.txt"]),
        MetadataForm::Egg if !is_directory() => {
            Err(MetadataError::Unread("it is an archive on the path, which is not read".to_owned()))
        }
        MetadataForm::Egg => of_egg(directory, entry, ["EGG-INFO/PKG-INFO", "EGG-INFO/requires.txt"]),
        MetadataForm::EggLink => {
            let project = linked_project(directory, entry).map_err(|reason| broken(&reason.to_string()))?;
            let (project, entry) = (SiteDirectory::elsewhere(project), linked_metadata(&distribution.name));
            of_egg(&project, &entry, ["PKG-INFO", "requires.txt"])
        }
    }
}

/// Metadata of setuptools: what old versions know of requirements is in a second file, if there is a directory.
fn of_egg(
    directory: &SiteDirectory,
    entry: &[u8],
    [information, separate]: [&str; 2],
) -> Result<PackageMetadata, MetadataError> {
    let metadata = headers(directory, entry, information)?.ok_or_else(|| broken("it has no PKG-INFO"))?;
    let Metadata { name, mut requires, mut extras, .. } = metadata;
    if requires.is_empty() && !separate.is_empty() {
        let bytes = directory.read_start(entry, separate, HEADERS_LIMIT).map_err(|error| unread(&error))?;
        let (separate, named) = egg_requires::read(&bytes.unwrap_or_default());
        requires.extend(separate);
        extras.extend(named);
    }
    Ok(PackageMetadata { name, requires, extras })
}

/// Reads the headers of a file of an entry, however long they are; `None` if it does not exist. The text below them is not
/// needed.
fn headers(directory: &SiteDirectory, entry: &[u8], file: &str) -> Result<Option<Metadata>, MetadataError> {
    let read = directory.read_until(entry, file, HEADERS_LIMIT, metadata::is_complete);
    let Some(bytes) = read.map_err(|error| unread(&error))? else { return Ok(None) };
    if bytes.len() as u64 == HEADERS_LIMIT && !metadata::is_complete(&bytes) {
        return Err(MetadataError::Unread("its metadata is too large".to_owned()));
    }
    Ok(Some(Metadata::parse(&bytes)))
}

/// Requires that metadata is of the name and version that its directory has: installers write them so, and refuse what is
/// inconsistent.
fn require_agreement(metadata: &Metadata, distribution: &Distribution) -> Result<(), MetadataError> {
    let name = metadata.name.as_deref().ok_or_else(|| broken("its METADATA has no name"))?;
    let version = metadata.version.as_deref().ok_or_else(|| broken("its METADATA has no version"))?;
    if normalised(name) != normalised(&distribution.name) {
        return Err(broken(&format!("its METADATA is that of {}", printable(name.as_bytes()))));
    }
    // Characters that a file name may not have are replaced in the name of the directory.
    let plain = |version: &str| version.replace('_', "-");
    let recorded = distribution.version.as_deref().unwrap_or(version);
    let is_same = plain(recorded).eq_ignore_ascii_case(&plain(version))
        || Version::are_same(&plain(recorded), &plain(version));
    if is_same {
        Ok(())
    } else {
        Err(broken(&format!("its METADATA is of version {}", printable(version.as_bytes()))))
    }
}

fn broken(reason: &str) -> MetadataError {
    MetadataError::Broken(reason.to_owned())
}

fn unread(error: &Error) -> MetadataError {
    MetadataError::Unread(error.to_string())
}
