//! Versions that asdf installed (<https://asdf-vm.com/manage/configuration.html#asdf-data-dir>).

use super::source::{Candidates, Source};
use crate::env::Env;
use crate::interpreters::candidate::versions_in;
use crate::model::InterpreterSource;
use crate::python::VersionRequest;

/// Below the data directory.
pub(super) static SOURCE: Source = Source { kind: InterpreterSource::Asdf, list };

fn list<'e>(env: &'e Env, _: Option<&VersionRequest>) -> Candidates<'e> {
    let directory = env.path("ASDF_DATA_DIR").or_else(|| Some(env.home()?.join(".asdf")));
    let directory = directory.map(|directory| directory.join("installs/python"));
    Box::new(directory.into_iter().flat_map(|directory| versions_in(&directory, InterpreterSource::Asdf)))
}
