//! The content of what decides on a plan: as long as it stays, so does what is installed.

use std::path::PathBuf;

use super::request::InstallationRequest;
use crate::config::Settings;
use crate::error::Result;
use crate::formats::digest;
use crate::fs::{normalise_path, read_optional};
use crate::model::{CacheInput, Selection};
use crate::path::RepoPath;
use crate::project::{CacheInputs, content_inputs, input_digests};
use crate::session::Session;
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
