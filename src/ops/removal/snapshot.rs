//! Taking the snapshot of an environment.

use jiff::Timestamp;

use super::Removal;
use super::subject::Subject;
use crate::error::Result;
use crate::formats::digest;
use crate::formats::snapshot::{Package, SCHEMA_VERSION, Snapshot, identifier};
use crate::fs;
use crate::model::Distribution;
use crate::ops::installed;
use crate::path::path_to_bytes;

/// The snapshot of an environment that was looked at.
pub(super) fn take(removal: &Removal) -> Result<Snapshot> {
    let Removal { store, subject, foreign } = removal;
    let environment = &subject.environment;
    let time = Timestamp::now().to_string();
    let seed = [path_to_bytes(&subject.directory), std::process::id().to_be_bytes().to_vec()].concat();
    let configuration = subject.configuration();
    Ok(Snapshot {
        schema_version: SCHEMA_VERSION,
        id: identifier(&time, &seed),
        time,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        path: subject.directory.as_path().into(),
        work_tree: store.work_tree.as_deref().map(Into::into),
        kind: environment.kind.name.to_owned(),
        creator: environment.creator.clone(),
        python: environment.python.clone(),
        interpreter: subject.interpreter(),
        configuration: configuration.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        files: removal.files(),
        bytes: removal.bytes(),
        distributions: distributions(subject),
        foreign: foreign.iter().map(|path| path.as_bytes().into()).collect(),
    })
}

fn distributions(subject: &Subject) -> Vec<Package> {
    let installed = installed::distributions(&subject.directory);
    installed.distributions.into_iter().map(|distribution| package(subject, distribution)).collect()
}

/// A distribution as the snapshot holds it. Its metadata may lie behind the link `lib64`.
fn package(subject: &Subject, distribution: Distribution) -> Package {
    let metadata = distribution.metadata.to_path(&subject.directory);
    let record = fs::read_regular(&metadata.join("RECORD")).ok().flatten();
    let source = distribution.source.as_ref();
    Package {
        requested: fs::exists(&metadata.join("REQUESTED")),
        record_sha256: record.map(|bytes| digest::hexadecimal(&bytes)),
        url: source.map(|source| source.url.clone()),
        local: source.and_then(|source| source.local.as_deref()).map(Into::into),
        editable: source.is_some_and(|source| source.editable),
        commit: source.and_then(|source| source.commit.clone()),
        name: distribution.name,
        version: distribution.version,
        installer: distribution.installer,
    }
}
