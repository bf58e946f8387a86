//! What an environment consists of: facts in, directories, links and files out. Nothing here touches a disk.
//!
//! The layout is that of `python -m venv` (<https://docs.python.org/3/library/venv.html>), with `bin/python` as the
//! link that leads out. `script.rs` writes the programs, `seed.rs` lays out wheels.

mod script;
mod seed;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg;
use crate::formats::wheel::{Member, Wheel};
use crate::model::{Interpreter, Platform};
use crate::path::{RepoPath, path_to_bytes};
use crate::shells;

/// Ignores everything in its directory, itself too.
pub const IGNORE: &[u8] = b"*\n";
/// Keeps the directory out of backups (<https://bford.info/cachedir/>).
const CACHE_TAG: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55\n\
    # This file is a cache directory tag created by git-pyenv.\n";

/// What environment is wanted.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// The Python it is made from.
    pub interpreter: &'r Interpreter,
    /// Where it will be: absolute.
    pub place: &'r str,
    /// What shells show while it is active.
    pub prompt: &'r str,
    /// The packages of the Python it is made from are seen too.
    pub system_site_packages: bool,
    /// The command that makes the same environment; its last word is the place.
    pub command: &'r str,
    /// The packages it starts with.
    pub seeds: &'r [Wheel<'r>],
}

/// An environment before it is made. It is to be made in the order of the fields: git never sees it, and what is
/// not finished has no settings file.
pub struct Blueprint<'w> {
    /// Makes git ignore everything.
    pub ignore: File<'w>,
    /// The directories, outer ones first.
    pub directories: Vec<RepoPath>,
    /// The symbolic links.
    pub links: Vec<Link>,
    /// The files.
    pub files: Vec<File<'w>>,
    /// `pyvenv.cfg`, which makes it an environment.
    pub settings: File<'w>,
}

/// A symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it is in the environment.
    pub path: RepoPath,
    /// Where it leads.
    pub target: Vec<u8>,
}

/// A file.
pub struct File<'w> {
    /// Where it is in the environment.
    pub path: RepoPath,
    /// It is a program.
    pub executable: bool,
    content: Content<'w>,
}

enum Content<'w> {
    Bytes(Cow<'static, [u8]>),
    Packed(&'w Wheel<'w>, &'w Member),
}

impl<'w> File<'w> {
    fn plain(path: RepoPath, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { path, executable: false, content: Content::Bytes(bytes.into()) }
    }

    fn program(path: RepoPath, bytes: Vec<u8>) -> Self {
        Self { path, executable: true, content: Content::Bytes(bytes.into()) }
    }

    /// The content. What is packed in a wheel is unpacked, and compared with the hash that the wheel has of it.
    ///
    /// # Errors
    /// Action if the wheel is damaged.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        match &self.content {
            Content::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Content::Packed(wheel, member) => {
                wheel.read(member).map(Cow::Owned).map_err(|error| damaged(wheel, error))
            }
        }
    }

    /// A name for the content by which other environments can have the same file: the hash that the wheel has of it.
    /// `None` for what is written for this environment, and for programs.
    #[must_use]
    pub fn shared_name(&self) -> Option<&str> {
        match &self.content {
            Content::Packed(_, member) if !self.executable => {
                member.hash.strip_prefix("sha256=").filter(|hash| is_digest(hash))
            }
            _ => None,
        }
    }

    /// The size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Packed(_, member) => member.size,
        }
    }
}

impl Blueprint<'_> {
    /// How many files and links it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.files.len() + self.links.len() + 2) as u64
    }

    /// It starts with packages.
    #[must_use]
    pub fn is_seeded(&self) -> bool {
        self.files.iter().any(|file| matches!(file.content, Content::Packed(..)))
    }

    /// The size of its files in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().chain([&self.ignore, &self.settings]).map(File::size).sum()
    }
}

/// Lays out an environment.
///
/// # Errors
/// Action if a wheel is damaged or holds what does not belong into an environment.
pub fn blueprint<'r>(request: &Request<'r>) -> Result<Blueprint<'r>> {
    let library = Library::of(request.interpreter)?;
    let mut directories = library.directories(request.interpreter)?;
    let mut files = vec![File::plain(path("CACHEDIR.TAG")?, CACHE_TAG)];
    let place = shells::Place { root: request.place, prompt: request.prompt, platform: Platform::Posix };
    for script in shells::scripts(&place) {
        let place = path(&format!("bin/{}", script.name))?;
        let bytes = script.text.into_bytes();
        files.push(File { executable: script.executable, ..File::plain(place, bytes) });
    }
    for wheel in request.seeds {
        seed::add(&seed::Seed { wheel, library: &library, request }, &mut files)?;
    }
    for file in &files {
        let mut above = file.path.parent();
        // Of a directory that is known those above are known too.
        while let Some(directory) = above.filter(|above| !above.is_root() && !directories.contains(above)) {
            above = directory.parent();
            directories.insert(directory);
        }
    }
    Ok(Blueprint {
        ignore: File::plain(path(".gitignore")?, IGNORE),
        directories: directories.into_iter().collect(),
        links: links(request.interpreter)?,
        files,
        settings: File::plain(path("pyvenv.cfg")?, settings(request).into_bytes()),
    })
}

/// Where packages go.
struct Library {
    /// `python3.12`, `python3.13t`.
    name: String,
    /// `lib/python3.12/site-packages`.
    packages: RepoPath,
}

impl Library {
    fn of(interpreter: &Interpreter) -> Result<Self> {
        let name = interpreter.versioned_name();
        let packages = path(&format!("lib/{name}/site-packages"))?;
        Ok(Self { name, packages })
    }

    /// The directories that are there even if nothing is in them. Python 3.11 began to make one for headers.
    fn directories(&self, interpreter: &Interpreter) -> Result<BTreeSet<RepoPath>> {
        let mut found: BTreeSet<RepoPath> =
            self.packages.ancestors().filter(|above| !above.is_root()).collect();
        found.extend([path("bin")?, path("include")?]);
        if interpreter.version.feature() >= (3, 11) {
            found.insert(path(&format!("include/{}", self.name))?);
        }
        Ok(found)
    }
}

/// The names of the interpreter, and `lib64` where `venv` has it.
fn links(interpreter: &Interpreter) -> Result<Vec<Link>> {
    let link = |name: &str, target: &[u8]| Ok(Link { path: path(name)?, target: target.to_vec() });
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

/// `pyvenv.cfg`. It has no key by which uv or virtualenv know their own; `command` is where `venv` keeps the place.
fn settings(request: &Request<'_>) -> String {
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

/// Says whether text is a SHA-256 as `RECORD` writes it. What a wheel says of a file that is not unpacked is no name
/// to look for otherwise.
fn is_digest(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn path(text: &str) -> Result<RepoPath> {
    RepoPath::new(text.as_bytes())
        .map_err(|error| Error::action(format!("`{text}` is no path of an environment")).cause(error))
}

fn damaged(wheel: &Wheel<'_>, reason: impl std::fmt::Display) -> Error {
    Error::action(format!("the wheel of `{}` cannot be installed", wheel.distribution)).cause(reason)
}
