//! What an environment can be made from again.

use std::path::Path;

use crate::fs;
use crate::model::Distribution;
use crate::path::{display, printable};

/// What no longer exists of what an environment was made from: its interpreter, and local sources of packages.
/// A package without a recorded source came from an index, which is taken to have it still.
pub(super) fn missing(interpreter: Option<&str>, distributions: &[Distribution]) -> Vec<String> {
    let interpreter = interpreter.map(Path::new).filter(|path| path.is_absolute() && !fs::exists(path));
    let interpreter = interpreter.map(|path| format!("its Python `{}` is gone", display(path)));
    let sources = distributions.iter().filter_map(|distribution| {
        let local = distribution.source.as_ref()?.local.as_deref().filter(|local| !fs::exists(local))?;
        let name = printable(distribution.name.as_bytes());
        Some(format!("`{name}` was installed from `{}`, which is gone", display(local)))
    });
    interpreter.into_iter().chain(sources).collect()
}
