//! A Python interpreter that environments are created from.

use std::fmt;
use std::path::PathBuf;

use crate::python::{Build, Version};

/// Where discovery met an interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterpreterSource {
    /// Its path was given.
    Named,
    /// A version that pyenv installed.
    Pyenv,
    /// A version that uv installed.
    Uv,
    /// A directory of `PATH`.
    Path,
    /// A version that asdf installed.
    Asdf,
    /// A version that mise installed.
    Mise,
    /// A version that Homebrew installed.
    Homebrew,
    /// An installation of python.org in the frameworks of macOS.
    Framework,
}

impl fmt::Display for InterpreterSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Named => "named",
            Self::Pyenv => "pyenv",
            Self::Uv => "uv",
            Self::Path => "PATH",
            Self::Asdf => "asdf",
            Self::Mise => "mise",
            Self::Homebrew => "Homebrew",
            Self::Framework => "framework",
        })
    }
}

/// A Python as it described itself; never one of an environment, never a shim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// The program that environments link to, absolute. A link of the system such as `/usr/bin/python3` is kept, so
    /// that a patch upgrade does not leave it dangling.
    pub executable: PathBuf,
    /// `sys.executable` without its links, as `venv` records it.
    pub real_executable: PathBuf,
    /// Where it was found.
    pub source: InterpreterSource,
    /// `sys.implementation.name`: `cpython`, `pypy`, …
    pub implementation: String,
    /// The version, all three numbers, with what marks a release before the final one.
    pub version: Version,
    /// `sys.base_prefix`.
    pub prefix: PathBuf,
    /// The directory of the standard library (`sysconfig`'s `stdlib`).
    pub standard_library: PathBuf,
    /// `sys.platlibdir`: `lib` or `lib64`; `lib` before Python 3.9.
    pub platform_library: String,
    /// Built without the global interpreter lock, so that its directories end in `t` (PEP 703).
    pub free_threaded: bool,
    /// 64 or 32, from `sys.maxsize`.
    pub pointer_bits: u8,
    /// `sys.platform`: `linux`, `darwin`, `win32`, …
    pub system: String,
    /// Where the distribution keeps the wheels of `ensurepip`, if not beside it (`WHEEL_PKG_DIR`).
    pub wheel_directory: Option<PathBuf>,
}

impl Interpreter {
    /// What a request compares.
    #[must_use]
    pub fn build(&self) -> Build {
        Build {
            implementation: Some(self.implementation.clone()),
            version: Some(self.version.clone()),
            free_threaded: Some(self.free_threaded),
            system: Some(self.system.clone()),
        }
    }

    /// `python3.12`, `python3.13t`: the name of the program and of the directory of its packages.
    #[must_use]
    pub fn versioned_name(&self) -> String {
        let (major, minor) = self.version.feature();
        format!("python{major}.{minor}{}", if self.free_threaded { "t" } else { "" })
    }
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.implementation.as_str() {
            "cpython" => "Python",
            "pypy" => "PyPy",
            "graalpy" => "GraalPy",
            other => other,
        };
        write!(
            f,
            "{} {}{}",
            crate::path::printable(name.as_bytes()),
            self.version,
            if self.free_threaded { "t" } else { "" }
        )
    }
}
