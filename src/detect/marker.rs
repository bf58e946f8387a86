//! Markers: file names that are typical of environments, in the directories where environments have them.
//!
//! A single marker proves little; [`super::classification`] combines them.

use super::path_class::{PathClass, is_metadata, is_versioned_library};
use crate::model::Platform;
use crate::tree::EntryKind;

/// A file name that is typical of environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum PathMarker {
    /// `pyvenv.cfg`.
    Config,
    /// An activation script for some shell.
    Activation,
    /// `deactivate.bat` and the like, which belong to an activation script.
    Deactivation,
    /// An activation script in a directory that is neither `bin/` nor `Scripts/`.
    LooseActivation,
    /// Another script or program of an environment in such a directory.
    LooseScript,
    /// `activate_this.py` of virtualenv and uv.
    ActivateThis,
    /// `bin/python*` or `Scripts/python.exe`.
    Interpreter,
    /// `python.exe` in the root itself: conda on Windows, but also any Python for Windows.
    RootInterpreter,
    /// `pip`, `easy_install` or `wheel` among the scripts.
    PipScript,
    /// `python-config`, which virtualenv before 20 writes.
    PythonConfig,
    /// A `site-packages` directory with something in it.
    SitePackages,
    /// pip or its metadata in `site-packages`.
    SeededPip,
    /// `orig-prefix.txt` or `no-global-site-packages.txt` of virtualenv before 20.
    LegacyPrefix,
    /// A module of the standard library as a link, as virtualenv before 20 creates them.
    StandardLibraryLink,
    /// A file of the standard library, as source, compiled or in an archive: a whole Python, or a copying virtualenv.
    StandardLibraryFile,
    /// `.Python`, the link to the framework that virtualenv before 20.1 creates on macOS.
    FrameworkLink,
    /// `include/pythonX.Y` as a link.
    IncludeLink,
    /// A header in `include/site/pythonX.Y/`, where pip puts headers only in environments.
    SiteHeader,
    /// A directory in `local/` as a link, as virtualenv before 20 creates them on Debian.
    LocalLink,
    /// A manual page that a package of scientific Python installs.
    ManualPage,
    /// A file that a package of Jupyter installs into every environment.
    JupyterData,
    /// A directory that packages of Jupyter install whole.
    PackageData,
    /// The metadata of a package that `pip install --target` installed into the root.
    TargetInstall,
    /// A bucket of uv's cache.
    UvCache,
    /// `Dockerfile` or `Containerfile`.
    ImageFile,
    /// `lib64` as a link.
    Lib64Link,
    /// `pip-selfcheck.json`, which pip before 19 writes only into environments.
    SelfCheck,
    /// `CACHEDIR.TAG`.
    CacheTag,
    /// `.gitignore`, if a creator wrote it.
    OwnIgnore,
    /// `.lock`, which uv creates in an environment at the first install.
    Lock,
    /// `conda-meta/history`.
    CondaHistory,
    /// A package record in `conda-meta/`.
    CondaRecord,
    /// `conda-meta/pixi`.
    PixiFile,
    /// Something below `__pypackages__/X.Y/`.
    Pypackages,
    /// `.tox-info.json` of tox 4 or `.tox-config1` of tox 3.
    ToxInfo,
    /// `.project`, where pipenv records the project; other programs use that name too.
    Project,
}

impl PathMarker {
    /// Whether detection reads an entry of this marker. Of these every one counts: a path may have several spellings, and
    /// which of them decides is known only from their content.
    pub(super) fn is_read(self, kind: EntryKind) -> bool {
        match self {
            Self::Config | Self::Activation | Self::LooseActivation => true,
            Self::Interpreter | Self::IncludeLink | Self::Lib64Link => kind == EntryKind::Link,
            _ => false,
        }
    }
}

/// Returns the marker that a file is, and the length of the environment's root in the path of its directory.
pub(super) fn of(
    directory: &[u8],
    class: PathClass,
    name: &[u8],
    kind: EntryKind,
) -> Option<(PathMarker, usize)> {
    let plain = || in_root(name, kind).map(|marker| (marker, directory.len()));
    match class {
        PathClass::Plain | PathClass::UvCache { .. } | PathClass::SitePackages { package: Some(_), .. } => {
            plain()
        }
        PathClass::CompiledLibrary { root } => {
            let compiled = directory.ends_with(b"/__pycache__") && name.starts_with(b"os.");
            compiled.then_some((PathMarker::StandardLibraryFile, root))
        }
        PathClass::Scripts { root, platform } => {
            marker_in_scripts(name, platform).map(|marker| (marker, root)).or_else(plain)
        }
        PathClass::Library { root } => {
            marker_in_library(name, kind).map(|marker| (marker, root)).or_else(plain)
        }
        PathClass::SitePackages { root, package: None, .. } => {
            is_pip(name).then_some((PathMarker::SeededPip, root))
        }
        PathClass::Include { root } => {
            let link = kind == EntryKind::Link && is_versioned_header(name);
            link.then_some((PathMarker::IncludeLink, root)).or_else(plain)
        }
        PathClass::Local { root } => {
            let link = kind == EntryKind::Link && matches!(name, b"bin" | b"lib" | b"include");
            link.then_some((PathMarker::LocalLink, root)).or_else(plain)
        }
        PathClass::SiteHeaders { root } => Some((PathMarker::SiteHeader, root)),
        PathClass::ManualPages { root } => is_installed_page(name).then_some((PathMarker::ManualPage, root)),
        PathClass::PackageData { root, folder } => {
            let known = is_settings_of_jupyter(&directory[..folder], &directory[folder..]);
            (known && name.ends_with(b".json")).then_some((PathMarker::JupyterData, root))
        }
        PathClass::CondaMeta { root } => marker_in_conda_meta(name).map(|marker| (marker, root)),
        PathClass::Metadata { .. } | PathClass::Pypackages { .. } => None,
    }
}

/// Returns the marker that a directory is by itself, if anything is in it.
pub(super) fn of_directory(directory: &[u8], class: PathClass) -> Option<(PathMarker, usize)> {
    match class {
        PathClass::SitePackages { root, .. } => Some((PathMarker::SitePackages, root)),
        PathClass::Pypackages { root } => Some((PathMarker::Pypackages, root)),
        PathClass::PackageData { root, .. } => Some((PathMarker::PackageData, root)),
        PathClass::Metadata { root } => Some((PathMarker::TargetInstall, root)),
        PathClass::UvCache { root } => Some((PathMarker::UvCache, root)),
        PathClass::CompiledLibrary { root } if directory.ends_with(b"/lib-dynload") => {
            Some((PathMarker::StandardLibraryFile, root))
        }
        _ => None,
    }
}

/// The first bytes of the file names that [`in_root`] recognises, and of `.venv`.
pub(super) const FIRST_BYTES_IN_ROOT: &[u8] = b".ACDPadenopw";

/// Recognises markers directly in the root of an environment, and scripts of one in any directory.
#[inline]
pub(super) fn in_root(name: &[u8], kind: EntryKind) -> Option<PathMarker> {
    let marker = match name.first()? {
        b'.' => match name {
            b".Python" => return Some(PathMarker::FrameworkLink),
            b".lock" => PathMarker::Lock,
            b".gitignore" => PathMarker::OwnIgnore,
            b".tox-info.json" | b".tox-config1" => PathMarker::ToxInfo,
            b".project" => PathMarker::Project,
            _ => return None,
        },
        b'l' => return (name == b"lib64" && kind == EntryKind::Link).then_some(PathMarker::Lib64Link),
        b'C' | b'D' if name == b"CACHEDIR.TAG" => PathMarker::CacheTag,
        b'C' | b'D' => is_image_file(name).then_some(PathMarker::ImageFile)?,
        b'P' | b'p' if name.len() == 10 && name.eq_ignore_ascii_case(b"pyvenv.cfg") => PathMarker::Config,
        b'p' => match name {
            b"pip-selfcheck.json" => PathMarker::SelfCheck,
            b"python.exe" => PathMarker::RootInterpreter,
            _ if is_library_archive(name) => PathMarker::StandardLibraryFile,
            _ => return is_loose_script(name).then_some(PathMarker::LooseScript),
        },
        b'n' | b'o' => is_legacy_prefix(name).then_some(PathMarker::LegacyPrefix)?,
        b'a' | b'A' => loose_activation(name)?,
        b'd' | b'e' | b'w' => return is_loose_script(name).then_some(PathMarker::LooseScript),
        _ => return None,
    };
    kind.is_file().then_some(marker)
}

/// Recognises the activation script of a shell, in lower case.
fn is_activation_script(name: &[u8]) -> bool {
    matches!(
        name,
        b"activate"
            | b"activate.bat"
            | b"activate.csh"
            | b"activate.fish"
            | b"activate.nu"
            | b"activate.ps1"
            | b"activate.xsh"
    )
}

/// Recognises an activation script, by the exact names that creators write: other tools have scripts of these names too,
/// but in their own spelling.
fn loose_activation(name: &[u8]) -> Option<PathMarker> {
    let is_activation = is_activation_script(name) || matches!(name, b"Activate.ps1" | b"activate_this.py");
    is_activation.then_some(PathMarker::LooseActivation)
}

/// Recognises an activation script in any spelling.
pub(super) fn is_activation(name: &[u8]) -> bool {
    loose_activation(&name.to_ascii_lowercase()).is_some()
}

/// Recognises every script and program that creators write.
pub(super) fn is_script_of_creators(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    loose_activation(&lower).is_some() || is_loose_script(&lower)
}

/// Recognises what else creators write beside activation scripts.
fn is_loose_script(name: &[u8]) -> bool {
    is_deactivation(name)
        || matches!(name, b"pythonw.exe" | b"pydoc.bat" | b"python-config")
        || is_interpreter(name.strip_suffix(b".exe").unwrap_or(name))
        || is_pip_script(name)
}

/// Recognises the scripts that undo an activation.
fn is_deactivation(name: &[u8]) -> bool {
    matches!(name, b"deactivate.bat" | b"deactivate.csh" | b"deactivate.nu")
}

/// Recognises the file that an image of a container is built from.
fn is_image_file(name: &[u8]) -> bool {
    [b"Dockerfile".as_slice(), b"Containerfile"]
        .iter()
        .any(|file| name.strip_prefix(*file).is_some_and(|rest| rest.is_empty() || rest[0] == b'.'))
}

/// Recognises the standard library in an archive: `python38.zip`.
fn is_library_archive(name: &[u8]) -> bool {
    let digits = name.strip_prefix(b"python").and_then(|rest| rest.strip_suffix(b".zip"));
    digits.is_some_and(|digits| digits.len() >= 2 && digits.iter().all(u8::is_ascii_digit))
}

/// Recognises markers in `bin/` or `Scripts/`.
fn marker_in_scripts(name: &[u8], platform: Platform) -> Option<PathMarker> {
    let lower = name.to_ascii_lowercase();
    match lower.as_slice() {
        _ if is_activation_script(&lower) => return Some(PathMarker::Activation),
        b"activate_this.py" => return Some(PathMarker::ActivateThis),
        b"python-config" => return Some(PathMarker::PythonConfig),
        b"python.exe" | b"pythonw.exe" if platform == Platform::Windows => {
            return Some(PathMarker::Interpreter);
        }
        _ if is_deactivation(&lower) => return Some(PathMarker::Deactivation),
        _ => {}
    }
    if is_interpreter(lower.strip_suffix(b".exe").unwrap_or(&lower)) {
        return (platform == Platform::Posix).then_some(PathMarker::Interpreter);
    }
    is_pip_script(&lower).then_some(PathMarker::PipScript)
}

/// Recognises `pip`, `pip3.12`, `easy_install-3.6.exe`, `wheel`.
pub(super) fn is_pip_script(name: &[u8]) -> bool {
    let stem = name.strip_suffix(b".exe").unwrap_or(name);
    let tail =
        [b"pip".as_slice(), b"easy_install", b"wheel"].iter().find_map(|tool| stem.strip_prefix(*tool));
    tail.is_some_and(|tail| tail.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')))
}

/// Recognises `python`, `python3`, `python3.12`, `python3.13t`, `pypy3`.
pub(super) fn is_interpreter(name: &[u8]) -> bool {
    matches!(name, b"python" | b"pypy") || is_versioned_library(name)
}

/// Recognises markers in `lib/pythonX.Y/` or `Lib/`.
fn marker_in_library(name: &[u8], kind: EntryKind) -> Option<PathMarker> {
    match name {
        _ if is_legacy_prefix(name) => Some(PathMarker::LegacyPrefix),
        b"os.py" | b"codecs.py" | b"posixpath.py" if kind == EntryKind::Link => {
            Some(PathMarker::StandardLibraryLink)
        }
        b"os.py" | b"os.pyc" | b"os.pyo" => Some(PathMarker::StandardLibraryFile),
        _ if kind.is_file() && is_library_archive(name) => Some(PathMarker::StandardLibraryFile),
        _ => None,
    }
}

/// Returns whether a file or link directly in `Lib/` proves an environment.
pub(super) fn is_proof_in_library(name: &[u8], kind: EntryKind) -> bool {
    matches!(marker_in_library(name, kind), Some(PathMarker::LegacyPrefix | PathMarker::StandardLibraryLink))
}

/// Recognises the files in which virtualenv before 20 keeps its settings.
pub(super) fn is_legacy_prefix(name: &[u8]) -> bool {
    matches!(name, b"orig-prefix.txt" | b"no-global-site-packages.txt")
}

/// Recognises markers in `conda-meta/`; records are named `NAME-VERSION-BUILD.json`.
fn marker_in_conda_meta(name: &[u8]) -> Option<PathMarker> {
    match name {
        b"history" => Some(PathMarker::CondaHistory),
        b"pixi" => Some(PathMarker::PixiFile),
        _ => {
            let record = name.strip_suffix(b".json")?;
            (record.iter().filter(|&&b| b == b'-').count() >= 2).then_some(PathMarker::CondaRecord)
        }
    }
}

/// Recognises the manual pages of IPython, fonttools and SymPy. In their sources they are in other directories.
pub(super) fn is_installed_page(name: &[u8]) -> bool {
    matches!(name, b"ipython.1" | b"ipython.1.gz" | b"ttx.1" | b"isympy.1")
}

/// Recognises the directories with files of ipykernel, and the settings of Jupyter's extensions: one is in every
/// environment with Jupyter.
fn is_settings_of_jupyter(folder: &[u8], below: &[u8]) -> bool {
    (folder.ends_with(b"/kernels/python3") && below.is_empty())
        || (folder.ends_with(b"/nbconfig") && below == b"/notebook.d")
}

/// Recognises pip or its metadata as an entry of `site-packages`.
pub(super) fn is_pip(name: &[u8]) -> bool {
    name == b"pip" || (name.starts_with(b"pip-") && is_metadata(name))
}

/// Recognises the directory of C headers, such as `python3.7m`.
pub(super) fn is_versioned_header(name: &[u8]) -> bool {
    let version = name.strip_prefix(b"python").or_else(|| name.strip_prefix(b"pypy"));
    version.is_some_and(|version| {
        let digits = version.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
        super::path_class::is_version(&version[..digits])
            && version[digits..].iter().all(|b| b"dmut".contains(b))
    })
}

#[cfg(test)]
mod tests;
