//! What locks of all versions of poetry say in the same way.

use super::super::lock_input::{LockInput, PYPROJECT};
use super::super::locked::Wish;
use crate::formats::poetry_lock::PoetryPackage;
use crate::model::PackageSource;

/// The group of the project's own requirements.
pub(super) const MAIN: &str = "main";

/// A locked package, and the group that needs it if the project itself does not.
pub(super) fn wish(package: &PoetryPackage, group: Option<String>) -> Wish {
    let source = package.source.as_ref();
    Wish {
        line: package.line,
        name: package.name.clone(),
        extras: Vec::new(),
        version: Some(package.version.clone()),
        source: source.and_then(|source| {
            let subdirectory = source.subdirectory.clone();
            Some(match source.kind.as_str() {
                "git" => PackageSource::Repository {
                    vcs: "git".to_owned(),
                    url: source.url.clone(),
                    revision: source.commit.clone(),
                    subdirectory,
                    is_editable: package.is_editable,
                },
                "directory" => PackageSource::Directory {
                    path: source.url.clone().into(),
                    is_editable: package.is_editable,
                },
                "file" | "url" => {
                    PackageSource::Archive { url: source.url.clone(), subdirectory, hashes: Vec::new() }
                }
                _ => return None,
            })
        }),
        group,
    }
}

/// The name of the project.
pub(super) fn own_name(input: &LockInput<'_>) -> Option<String> {
    let manifest = input.manifest(PYPROJECT).ok()?;
    manifest.text_at(&["project", "name"]).or_else(|| manifest.text_at(&["tool", "poetry", "name"]))
}
