//! Computes the parts of an environment.

use super::environment::{EnvironmentLayout, IGNORE, LayoutFile, LayoutLink};
use super::library::{Library, path};
use super::request::LayoutRequest;
use super::seed;
use crate::error::Result;
use crate::formats::pyvenv_cfg;
use crate::model::{Interpreter, Platform};
use crate::path::path_to_bytes;
use crate::shells;

/// Excludes the directory from backups (<https://bford.info/cachedir/>).
const CACHE_TAG: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55\n\
    # This file is a cache directory tag created by git-pyenv.\n";

/// Computes the layout of an environment.
///
/// # Errors
/// Action if a wheel is damaged or has a file that must not be in an environment.
pub fn lay_out<'r>(request: &LayoutRequest<'r>) -> Result<EnvironmentLayout<'r>> {
    let library = Library::of(request.interpreter)?;
    let mut directories = library.directories(request.interpreter)?;
    let mut files = vec![LayoutFile::plain(path("CACHEDIR.TAG")?, CACHE_TAG)];
    let parameters = shells::ScriptParameters {
        root: request.directory,
        prompt: request.prompt,
        platform: Platform::Posix,
    };
    for script in shells::scripts(&parameters) {
        let place = path(&format!("bin/{}", script.name))?;
        files.push(LayoutFile::plain(place, script.text.into_bytes()));
    }
    for wheel in request.seeds {
        seed::add(&seed::Seed { wheel, library: &library, request }, &mut files)?;
    }
    for file in &files {
        let mut above = file.path.parent();
        // The parents of a known directory are known too.
        while let Some(directory) = above.filter(|above| !above.is_root() && !directories.contains(above)) {
            above = directory.parent();
            directories.insert(directory);
        }
    }
    Ok(EnvironmentLayout {
        ignore: LayoutFile::plain(path(".gitignore")?, IGNORE),
        directories: directories.into_iter().collect(),
        links: links(request.interpreter)?,
        files,
        settings: LayoutFile::plain(path("pyvenv.cfg")?, settings(request).into_bytes()),
    })
}

/// The names of the interpreter, and `lib64` if `venv` creates it.
fn links(interpreter: &Interpreter) -> Result<Vec<LayoutLink>> {
    let link = |name: &str, target: &[u8]| Ok(LayoutLink { path: path(name)?, target: target.to_vec() });
    let mut links = vec![link("bin/python", &path_to_bytes(&interpreter.executable))?];
    let mut names = vec!["python3".to_owned(), interpreter.versioned_name()];
    if interpreter.free_threaded {
        names.push(interpreter.versioned_name().trim_end_matches('t').to_owned());
    }
    for name in names {
        links.push(link(&format!("bin/{name}"), b"python")?);
    }
    if interpreter.pointer_bits == 64 && interpreter.system != "darwin" {
        links.push(link("lib64", b"lib")?);
    }
    Ok(links)
}

/// The content of `pyvenv.cfg`. It has none of the keys with which uv and virtualenv mark their environments; `venv`
/// records the directory in `command` too.
fn settings(request: &LayoutRequest<'_>) -> String {
    let interpreter = request.interpreter;
    let version = interpreter.version.to_string();
    let home = interpreter.executable.parent().unwrap_or(&interpreter.prefix);
    let text = |path: &std::path::Path| String::from_utf8_lossy(&path_to_bytes(path)).into_owned();
    pyvenv_cfg::write(&[
        ("home", &text(home)),
        ("implementation", "CPython"),
        ("version_info", &version),
        ("include-system-site-packages", if request.system_site_packages { "true" } else { "false" }),
        ("version", &version),
        ("executable", &text(&interpreter.real_executable)),
        ("command", request.command),
        ("git-pyenv", env!("CARGO_PKG_VERSION")),
        ("prompt", request.prompt),
    ])
}
