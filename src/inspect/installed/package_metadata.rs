//! What an installed distribution says of its requirements.

use std::path::Path;

use super::read::{linked_metadata, linked_project};
use crate::error::Error;
use crate::formats::egg_requires;
use crate::formats::metadata::{self, Metadata};
use crate::fs::{is_directory, read_start};
use crate::model::{Distribution, MetadataForm};
use crate::path::{bytes_to_path, printable};
use crate::python::{Version, normalised};
use crate::satisfied::{MetadataError, PackageMetadata};

/// What is read of metadata at first: the headers of most packages are shorter, and the text below them is not needed.
const USUAL_HEADERS: u64 = 16 * 1024;
/// The most bytes read of headers.
const HEADERS_LIMIT: u64 = 8 * 1024 * 1024;

/// Reads the metadata of a distribution, whose entry has this name in a directory of packages.
pub(super) fn read(
    distribution: &Distribution,
    directory: &Path,
    entry: &[u8],
) -> Result<PackageMetadata, MetadataError> {
    let path = directory.join(bytes_to_path(entry));
    match distribution.form {
        MetadataForm::DistInfo => {
            let metadata = headers(&path.join("METADATA"))?.ok_or_else(|| broken("it has no METADATA"))?;
            require_agreement(&metadata, distribution)?;
            Ok(PackageMetadata { requires: metadata.requires, extras: metadata.extras })
        }
        MetadataForm::EggInfo if !is_directory(&path) => of_egg(&path, None),
        MetadataForm::EggInfo => of_egg(&path.join("PKG-INFO"), Some(&path)),
        MetadataForm::Egg if !is_directory(&path) => {
            Err(MetadataError::Unread("it is an archive on the path, which is not read".to_owned()))
        }
        MetadataForm::Egg => of_egg(&path.join("EGG-INFO/PKG-INFO"), Some(&path.join("EGG-INFO"))),
        MetadataForm::EggLink => {
            let project = linked_project(directory, &path).map_err(|reason| broken(&reason.to_string()))?;
            let information = linked_metadata(&project, &distribution.name);
            of_egg(&information.join("PKG-INFO"), Some(&information))
        }
    }
}

/// Metadata of setuptools: what old versions know of requirements is in a file of its own.
fn of_egg(file: &Path, directory: Option<&Path>) -> Result<PackageMetadata, MetadataError> {
    let metadata = headers(file)?.ok_or_else(|| broken("it has no PKG-INFO"))?;
    let (mut requires, mut extras) = (metadata.requires, metadata.extras);
    let separate = directory.filter(|_| requires.is_empty()).map(|directory| directory.join("requires.txt"));
    let separate = separate.map(|file| read_start(&file, HEADERS_LIMIT).map_err(|error| unread(&error)));
    if let Some(bytes) = separate.transpose()?.flatten() {
        let (separate, named) = egg_requires::read(&bytes);
        requires.extend(separate);
        extras.extend(named);
    }
    Ok(PackageMetadata { requires, extras })
}

/// Reads the headers of a file, however long they are; `None` if it does not exist.
fn headers(file: &Path) -> Result<Option<Metadata>, MetadataError> {
    let read = |limit| read_start(file, limit).map_err(|error| unread(&error));
    let Some(mut bytes) = read(USUAL_HEADERS)? else { return Ok(None) };
    if bytes.len() as u64 == USUAL_HEADERS && !metadata::is_complete(&bytes) {
        bytes = read(HEADERS_LIMIT)?.unwrap_or_default();
        if bytes.len() as u64 == HEADERS_LIMIT && !metadata::is_complete(&bytes) {
            return Err(MetadataError::Unread("its metadata is too large".to_owned()));
        }
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
