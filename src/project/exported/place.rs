//! What the files around the requirements are called.

use crate::message::Message;
use crate::path::resolve;
use crate::project::locks::LockInput;

/// A file that is named relative to the directory of the requirements; as it was named if it is outside of the work tree.
pub(super) fn seen(input: &LockInput<'_>, relative: &str) -> Message {
    let directory = input.file.parent().unwrap_or_default();
    match resolve(directory.as_bytes(), relative.as_bytes()) {
        Some(path) => Message::of(&path),
        None => relative.into(),
    }
}
