//! `.python-version` of pyenv and uv (<https://github.com/pyenv/pyenv#choose-the-python-version>).

use super::Manifest;

/// Requests a Python, or names an environment of pyenv-virtualenv.
pub static MANIFEST: Manifest = Manifest::named(".python-version");
