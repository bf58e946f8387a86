//! The snapshot of an environment, from an inventory of it.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::listed_files::LIST_LIMIT;
use super::plan::ForeignFile;
use crate::formats::digest;
use crate::formats::snapshot::{Package, SCHEMA_VERSION, Snapshot, identifier};
use crate::fs;
use crate::model::{Distribution, Environment};
use crate::path::{RepoPath, path_to_bytes};
use crate::python::normalised;

/// What an environment consists of.
pub(super) struct Inventory<'i> {
    /// Its directory, absolute.
    pub(super) directory: &'i Path,
    /// The top of the work tree that it is removed from.
    pub(super) work_tree: Option<&'i Path>,
    /// What it was recognised as.
    pub(super) environment: &'i Environment,
    /// The content of its `pyvenv.cfg`.
    pub(super) configuration: Option<Vec<u8>>,
    /// The base interpreter, or its directory where only that was recorded.
    pub(super) interpreter: Option<String>,
    /// How many files and links it has.
    pub(super) files: u64,
    /// Their size in bytes.
    pub(super) bytes: u64,
    /// What is installed in it.
    pub(super) distributions: &'i [Distribution],
    /// Which extras of it are there, by its normalised name.
    pub(super) extras: BTreeMap<String, Vec<String>>,
    /// What cannot be recreated.
    pub(super) foreign: &'i [ForeignFile],
    /// What is copied.
    pub(super) copied: &'i [RepoPath],
}

/// The snapshot of an inventory, taken now.
pub(super) fn take(inventory: Inventory<'_>) -> Snapshot {
    let Inventory { directory, environment, .. } = inventory;
    let time = Timestamp::now().to_string();
    let seed = [path_to_bytes(directory), std::process::id().to_be_bytes().to_vec()].concat();
    let configuration = inventory.configuration.as_deref().map(String::from_utf8_lossy);
    // The list of each is read and hashed.
    let packages = fs::in_parallel(inventory.distributions, |distribution| {
        package(directory, distribution, &inventory.extras)
    });
    Snapshot {
        schema_version: SCHEMA_VERSION,
        id: identifier(&time, &seed),
        time,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        path: directory.into(),
        work_tree: inventory.work_tree.map(Into::into),
        kind: environment.kind.name.to_owned(),
        creator: environment.creator.clone(),
        python: environment.python.clone(),
        interpreter: inventory.interpreter,
        configuration: configuration.map(|text| text.into_owned()),
        files: inventory.files,
        bytes: inventory.bytes,
        distributions: packages,
        foreign: inventory.foreign.iter().map(|file| file.path.as_bytes().into()).collect(),
        copied: inventory.copied.iter().map(|path| path.as_bytes().into()).collect(),
        archive: None,
    }
}

/// A distribution as the snapshot holds it. Its metadata may lie behind the link `lib64`.
fn package(directory: &Path, distribution: &Distribution, extras: &BTreeMap<String, Vec<String>>) -> Package {
    let metadata = distribution.metadata.to_path(directory);
    let record = fs::read_regular(&metadata.join("RECORD"), LIST_LIMIT).ok().flatten();
    let source = distribution.source.as_ref();
    Package {
        requested: fs::exists(&metadata.join("REQUESTED")),
        record_sha256: record.map(|bytes| digest::hexadecimal(&bytes)),
        url: source.map(|source| source.url.clone()),
        local: source.and_then(|source| source.local.as_deref()).map(Into::into),
        editable: source.is_some_and(|source| source.editable),
        commit: source.and_then(|source| source.commit.clone()),
        vcs: source.and_then(|source| source.vcs.clone()),
        subdirectory: source.and_then(|source| source.subdirectory.clone()),
        extras: extras.get(&normalised(&distribution.name)).cloned().unwrap_or_default(),
        hashes: source.map(|source| source.hashes.clone()).unwrap_or_default(),
        name: distribution.name.clone(),
        version: distribution.version.clone(),
        installer: distribution.installer.clone(),
    }
}
