//! Versions that mise installed (<https://mise.jdx.dev/directories.html>); its other names for them are links.

use super::source::{Candidates, Source};
use crate::env::Env;
use crate::interpreters::candidate::versions_in;
use crate::model::InterpreterSource;
use crate::python::VersionRequest;

/// Below the data directory.
pub(super) static SOURCE: Source = Source { kind: InterpreterSource::Mise, list };

fn list<'e>(env: &'e Env, _: Option<&VersionRequest>) -> Candidates<'e> {
    let directory = env.path("MISE_DATA_DIR").or_else(|| Some(env.data_directory()?.join("mise")));
    let directory = directory.map(|directory| directory.join("installs/python"));
    Box::new(directory.into_iter().flat_map(|directory| versions_in(&directory, InterpreterSource::Mise)))
}
