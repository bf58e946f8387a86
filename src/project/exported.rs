//! Requirements files that a tool wrote from other files: whether they still agree with these.
//!
//! They do not record what they were made from. So it is certain only that they disagree: what they leave open, a newer
//! release or what a package needs, cannot be seen without an index.

mod compiled;
mod of_lock;
mod pins;

use crate::formats::compiled::CompiledBy;
use crate::formats::requirements_file;
use crate::model::Freshness;
use crate::project::locks::LockInput;

/// Compares a requirements file with what it was made from: the inputs of its command, or the lock beside it. `None` if
/// no tool that is known wrote it. `Fresh` means that nothing contradicts it.
#[must_use]
pub fn exported_freshness(input: &LockInput<'_>) -> Option<Freshness> {
    let file = match requirements_file::parse(input.lock, &|_| None) {
        Ok(file) => file,
        Err(error) => return Some(Freshness::Unknown(format!("it cannot be read: {error}"))),
    };
    let header = file.compiled.as_ref()?;
    let result = match header.tool {
        CompiledBy::PipCompile | CompiledBy::UvPipCompile => compiled::compare(input, &file, header),
        CompiledBy::UvExport => of_lock::compare(input, &file, of_lock::SourceLock::Uv),
        CompiledBy::Pdm => of_lock::compare(input, &file, of_lock::SourceLock::Pdm),
        CompiledBy::Pipenv => of_lock::compare(input, &file, of_lock::SourceLock::Pipenv),
    };
    Some(result.unwrap_or_else(|other| other))
}

#[cfg(test)]
mod tests;
