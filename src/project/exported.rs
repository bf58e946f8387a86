//! Requirements files that a tool wrote from other files: whether they still agree with these.
//!
//! They do not record what they were made from. So it is certain only that they disagree: what they leave open, a newer
//! release or what a package needs, cannot be seen without an index.

mod additions;
mod compiled;
mod of_lock;
mod pins;
mod place;

use crate::formats::compiled::{CompiledBy, CompiledHeader};
use crate::formats::requirements_file::{self, RequirementsFile};
use crate::model::Freshness;
use crate::path::RepoPath;
use crate::project::locks::{LockInput, ProjectFiles};

/// Requirements that a tool wrote from other files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRequirements {
    /// The tool.
    pub tool: &'static str,
    /// The files that it read, relative to the directory of the file, as far as they are known.
    pub sources: Vec<String>,
    /// Whether it agrees with them. `Fresh` means that nothing contradicts it.
    pub freshness: Freshness,
}

/// Compares a requirements file with what it was made from: the inputs of its command, or the lock beside it. `None` if
/// no tool that is known wrote it.
#[must_use]
pub fn exported_requirements(
    file: &RepoPath,
    bytes: &[u8],
    files: &dyn ProjectFiles,
) -> Option<ExportedRequirements> {
    let parsed = requirements_file::parse(bytes, &|_| None).ok()?;
    let header = parsed.compiled.as_ref()?;
    let input = LockInput { file, lock: bytes, manifest: None, files };
    let mut sources = Vec::new();
    let result = compare(&input, &parsed, header, &mut sources);
    Some(ExportedRequirements {
        tool: match header.tool {
            CompiledBy::PipCompile => "pip-compile",
            CompiledBy::UvPipCompile | CompiledBy::UvExport => "uv",
            CompiledBy::Pdm => "pdm",
            CompiledBy::Pipenv => "pipenv",
        },
        sources,
        freshness: result.unwrap_or_else(|other| other),
    })
}

fn compare(
    input: &LockInput<'_>,
    file: &RequirementsFile,
    header: &CompiledHeader,
    sources: &mut Vec<String>,
) -> Result<Freshness, Freshness> {
    let lock = match header.tool {
        CompiledBy::PipCompile | CompiledBy::UvPipCompile => {
            return compiled::compare(input, file, header, sources);
        }
        CompiledBy::UvExport => of_lock::SourceLock::Uv,
        CompiledBy::Pdm => of_lock::SourceLock::Pdm,
        CompiledBy::Pipenv => of_lock::SourceLock::Pipenv,
    };
    let place = compiled::base(input, header)? + lock.file_name();
    sources.push(place.clone());
    of_lock::compare(input, file, header, (lock, &place))
}

#[cfg(test)]
mod tests;
