//! The content of what decides on an environment, as digests.

use std::path::Path;

use super::cache_inputs::{CacheInputs, archives_in, cache_inputs};
use super::python_requests::python_requests;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::formats::digest;
use crate::fs::{file_stamp, read_optional};
use crate::message::message;
use crate::model::{CacheInput, Selection};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::session::Session;
use crate::tree::LOCK_LIMIT;

/// How many bytes of archives are read, so that a directory of large ones delays nobody for long.
const MOST_READ: u64 = 1024 * 1024 * 1024;

/// The content of all that decides on what the selected environment contains, and of more files of the work tree, by path.
///
/// # Errors
/// As [`input_digests`].
pub fn content_inputs(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    more: Vec<RepoPath>,
) -> Result<Vec<CacheInput>> {
    // A Python that cannot be asked for decides on nothing.
    let python = python_requests(session.repository.layout(), selection, None).unwrap_or_default();
    let mut found = cache_inputs(session, settings, selection, &python);
    found.texts.extend(more);
    input_digests(&session.top()?, &found)
}

/// The inputs with their digests, by path.
///
/// # Errors
/// Undecided if a file cannot be read.
pub fn input_digests(top: &Path, found: &CacheInputs) -> Result<Vec<CacheInput>> {
    let mut inputs = Vec::new();
    for path in &found.texts {
        let failed = |error| Error::undecided(message!("failed to read `{}`", path)).cause(error);
        let bytes = read_optional(&path.to_path(top), LOCK_LIMIT).map_err(failed)?;
        inputs.extend(bytes.map(|bytes| CacheInput {
            path: path.clone(),
            digest: digest::hexadecimal(&with_line_breaks_of_unix(bytes)),
        }));
    }
    let mut left = MOST_READ;
    for path in &found.archives {
        let digest = archive(&path.to_path(top), path, &mut left)?;
        inputs.push(CacheInput { path: path.clone(), digest });
    }
    for path in &found.directories {
        let mut text = Vec::new();
        for name in archives_in(&path.to_path(top))? {
            let Ok(file) = path.join(&name) else { continue };
            text.extend(
                [name.as_slice(), b"\0", archive(&file.to_path(top), &file, &mut left)?.as_bytes(), b"\n"]
                    .concat(),
            );
        }
        inputs.push(CacheInput { path: path.clone(), digest: digest::hexadecimal(&text) });
    }
    inputs.arrange_by(|one, other| one.path.cmp(&other.path));
    Ok(inputs)
}

/// The digest of an archive: of its content as long as `left` bytes may be read, else of its size. Archives of one size under
/// one name and version are rarely different ones.
fn archive(place: &Path, path: &RepoPath, left: &mut u64) -> Result<String> {
    let size = file_stamp(place).map_or(0, |[size, ..]| size);
    if size > (*left).min(LOCK_LIMIT) {
        return Ok(digest::hexadecimal(format!("size {size}").as_bytes()));
    }
    *left = left.saturating_sub(size);
    let failed = |error| Error::undecided(message!("failed to read `{}`", path)).cause(error);
    let bytes = read_optional(place, LOCK_LIMIT).map_err(failed)?;
    Ok(digest::hexadecimal(&bytes.unwrap_or_default()))
}

/// As git has a text that it checks out with line breaks of Windows.
fn with_line_breaks_of_unix(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut before = 0;
    let mut kept = 0;
    for at in 0..bytes.len() {
        let Some(byte) = bytes.get(at).copied() else { break };
        if before == b'\r' && byte == b'\n' {
            kept -= 1;
        }
        if let Some(place) = bytes.get_mut(kept) {
            *place = byte;
        }
        (before, kept) = (byte, kept + 1);
    }
    bytes.truncate(kept);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_are_those_of_unix() {
        let cases = [("", ""), ("a\r\nb\r\n", "a\nb\n"), ("\r\r\n\r", "\r\n\r"), ("a\nb", "a\nb")];
        for (text, expected) in cases {
            let read = with_line_breaks_of_unix(text.as_bytes().to_vec());
            assert_eq!(read, expected.as_bytes(), "{text:?}");
        }
    }
}
