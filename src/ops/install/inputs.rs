//! The content of what decides on a plan: as long as it stays, so does what is installed.

use std::path::PathBuf;

use super::request::InstallationRequest;
use crate::backends::BACKENDS;
use crate::config::Settings;
use crate::delegate::{add_commands, program_on_path};
use crate::error::Result;
use crate::formats::digest;
use crate::fs::{normalise_path, read_optional};
use crate::model::{CacheInput, PlanBasis, Selection};
use crate::path::RepoPath;
use crate::project::{CacheInputs, content_inputs, input_digests, select};
use crate::session::{Ports, Session};
use crate::tree::LOCK_LIMIT;

/// A file outside of the work tree, absolute, and the SHA-256 of its content in hexadecimal.
type OutsideInput = (PathBuf, String);

/// The digests of the named files and of those that they include, which were `read`; of all that the project has, if none are
/// named.
///
/// # Errors
/// Undecided if a file cannot be read.
pub(super) fn inputs(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    request: &InstallationRequest,
    read: Vec<RepoPath>,
) -> Result<(Vec<CacheInput>, Vec<OutsideInput>)> {
    if request.requirements.is_empty() {
        return Ok((content_inputs(session, settings, selection, read)?, Vec::new()));
    }
    let top = session.top()?;
    let named = CacheInputs { texts: read.into_iter().collect(), ..CacheInputs::default() };
    let places = request.requirements.iter().map(|typed| normalise_path(&session.env.directory.join(typed)));
    let outside = places.filter(|place| !place.starts_with(&top)).map(|place| {
        let bytes = read_optional(&place, LOCK_LIMIT)?.unwrap_or_default();
        Ok((place, digest::hexadecimal(&bytes)))
    });
    Ok((input_digests(&top, &named)?, outside.collect::<Result<_>>()?))
}

/// What an install into the selected environment would rest on, whether or not that exists: what is asked for, and the
/// programs that could install it.
///
/// # Errors
/// As [`select`]; undecided if a file cannot be read.
pub fn basis(ports: Ports<'_>, environment: Option<&str>) -> Result<PlanBasis> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let selection = select(&session, &settings, environment)?;
    let mut basis = PlanBasis::default();
    basis.add("backend", settings.backend.value.as_deref().unwrap_or_default().as_bytes());
    for input in content_inputs(&session, &settings, &selection, Vec::new())? {
        basis.add("file", input.path.as_bytes());
        basis.add("digest", input.digest.as_bytes());
    }
    let programs = BACKENDS.iter().filter_map(|backend| program_on_path(session.env, backend.name));
    let programs: Vec<Vec<String>> =
        programs.map(|program| vec![program.to_string_lossy().into_owned()]).collect();
    add_commands(&mut basis, session.env, &programs);
    Ok(basis)
}
