//! The process environment, read once at the start.
//!
//! No other file reads a variable or the working directory, or checks whether a stream is a terminal, so that a test
//! can pass an environment of its choice.
#![expect(clippy::disallowed_methods, reason = "this is the door to the process environment")]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The file name suffix of programs: none, or `.exe`.
pub const PROGRAM_SUFFIX: &str = std::env::consts::EXE_SUFFIX;

/// The name of this system, as Rust has it: `linux`, `macos`, `windows`
/// (<https://doc.rust-lang.org/std/env/consts/constant.OS.html>).
pub const SYSTEM: &str = std::env::consts::OS;

/// The processor of this machine as `uname -m` has it, on Windows as `PROCESSOR_ARCHITECTURE`; `None` if it has no name
/// there.
#[must_use]
pub fn machine() -> Option<String> {
    #[cfg(unix)]
    let machine = rustix::system::uname().machine().to_str().ok().map(str::to_owned);
    #[cfg(not(unix))]
    let machine = match std::env::consts::ARCH {
        "x86_64" => Some("AMD64".to_owned()),
        "aarch64" => Some("ARM64".to_owned()),
        _ => None,
    };
    machine.filter(|machine| !machine.is_empty())
}

/// Joins paths to a value such as that of `PATH`.
///
/// # Errors
/// A path contains the separator, or a quote on Windows.
pub fn join_paths(paths: &[PathBuf]) -> Result<OsString, std::env::JoinPathsError> {
    std::env::join_paths(paths)
}

/// Whether this is a file, or a link to one, that this process may execute.
///
/// The system is asked, as git, shells and `exec` ask it: the mode alone does not know of access control lists or of a
/// file system that is mounted `noexec`.
#[must_use]
pub fn is_executable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) && may_execute(path)
}

#[cfg(unix)]
fn may_execute(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn may_execute(_: &Path) -> bool {
    true
}

/// A step of work after which a test may end this process as `kill -9` does, or hold it: with the feature `stop-points`,
/// where the variable `PYENV_STOP_POINT` has `kill:NAME` or `hold:NAME`, among others between commas. Without the feature
/// this is nothing.
#[inline]
pub fn stop_point(name: &str) {
    #[cfg(all(feature = "stop-points", unix))]
    {
        use rustix::process::Signal;
        if stop_points::has("kill", name) {
            stop_points::send(Signal::KILL);
        } else if stop_points::has("hold", name) {
            stop_points::send(Signal::STOP);
        }
    }
    #[cfg(not(all(feature = "stop-points", unix)))]
    let _ = name;
}

/// Comes before each change of the disk that can be told from the one before it: `kill:any:N` in `PYENV_STOP_POINT` ends
/// this process before the change with this number, counted from 0.
#[inline]
pub fn before_change() {
    #[cfg(all(feature = "stop-points", unix))]
    stop_points::count_change();
}

/// Whether a test wants a step to fail as it does where the system does not allow it: `refuse:NAME` in `PYENV_STOP_POINT`.
#[inline]
#[must_use]
pub fn is_refused(name: &str) -> bool {
    #[cfg(all(feature = "stop-points", unix))]
    return stop_points::has("refuse", name);
    #[cfg(not(all(feature = "stop-points", unix)))]
    {
        let _ = name;
        false
    }
}

/// What tests ask for.
#[cfg(all(feature = "stop-points", unix))]
mod stop_points {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use rustix::process::{Signal, getpid, kill_process};

    /// Pairs of what is to happen and where.
    fn asked() -> &'static [(String, String)] {
        static ASKED: OnceLock<Vec<(String, String)>> = OnceLock::new();
        ASKED.get_or_init(|| {
            let all = std::env::var("PYENV_STOP_POINT").unwrap_or_default();
            let pairs = all.split(',').filter_map(|one| one.split_once(':'));
            pairs.map(|(what, name)| (what.to_owned(), name.to_owned())).collect()
        })
    }

    pub(super) fn has(what: &str, name: &str) -> bool {
        asked().iter().any(|(other, at)| other == what && at == name)
    }

    pub(super) fn count_change() {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static LAST: OnceLock<Option<u64>> = OnceLock::new();
        let last = || {
            let number =
                asked().iter().find_map(|(what, at)| at.strip_prefix("any:").filter(|_| what == "kill"));
            number.and_then(|number| number.parse().ok())
        };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        if *LAST.get_or_init(last) == Some(number) {
            send(Signal::KILL);
        }
    }

    /// Nothing can be done about a signal that cannot be sent, and the test sees it.
    pub(super) fn send(signal: Signal) {
        let _ = kill_process(getpid(), signal);
    }
}

/// A snapshot of the process environment.
#[derive(Debug, Clone, Default)]
pub struct Env {
    variables: BTreeMap<OsString, OsString>,
    /// The working directory at the start of the program, absolute.
    pub directory: PathBuf,
    /// The path of the running executable, if the system provides it.
    pub executable: Option<PathBuf>,
    /// Standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Standard input is a terminal.
    pub stdin_is_terminal: bool,
}

impl Env {
    /// Reads the environment of this process.
    #[must_use]
    pub fn read() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            executable: std::env::current_exe().ok(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
        }
    }

    /// A snapshot with only these variables, for tests.
    #[must_use]
    pub fn with<const N: usize>(directory: &Path, variables: [(&str, &str); N]) -> Self {
        let variables = variables.iter().map(|(k, v)| (OsString::from(k), OsString::from(v))).collect();
        Self { variables, directory: directory.to_path_buf(), ..Self::default() }
    }

    /// Sets a variable in this snapshot, for tests; the process environment does not change.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.variables.insert(name.into(), value.into());
    }

    /// This environment in another directory, without some variables.
    #[must_use]
    pub fn elsewhere(&self, directory: &Path, is_dropped: impl Fn(&str) -> bool) -> Self {
        let mut env = Self { directory: directory.to_path_buf(), ..self.clone() };
        env.variables.retain(|name, _| !name.to_str().is_some_and(&is_dropped));
        env
    }

    /// The environment for a program that this one starts: all variables but some. What a relative directory in `PATH`
    /// holds depends on where a program stands, which may be in any repository, so `PATH` loses such directories.
    pub fn for_child(&self, is_dropped: impl Fn(&str) -> bool) -> Vec<(OsString, OsString)> {
        let kept = self.variables.iter().filter(|(name, _)| !name.to_str().is_some_and(&is_dropped));
        let value = |name: &OsString, value: &OsString| match name == "PATH" {
            true => join_paths(&self.program_directories()).unwrap_or_default(),
            false => value.clone(),
        };
        kept.map(|(name, old)| (name.clone(), value(name, old))).collect()
    }

    /// The raw value of a variable.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The value of a variable as text; `None` if it is unset, empty or not UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.raw(name)?.to_str().filter(|value| !value.is_empty())
    }

    /// The value of a variable as a path, relative ones against [`Env::directory`].
    ///
    /// Git sets a relative `GIT_INDEX_FILE` for hooks in the main work tree, so it has to be resolved before the
    /// directory changes: <https://git-scm.com/docs/githooks#_description>.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self.raw(name).filter(|value| !value.is_empty())?;
        Some(self.directory.join(value))
    }

    /// The user's home directory.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        self.path(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
    }

    /// The directory for data of the user, also on macOS
    /// (<https://specifications.freedesktop.org/basedir-spec/latest/>).
    #[must_use]
    pub fn data_directory(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            return self.path("APPDATA");
        }
        self.base_directory("XDG_DATA_HOME").or_else(|| Some(self.home()?.join(".local/share")))
    }

    /// The directory for settings of the user, of programs that do not follow a convention of the system.
    #[must_use]
    pub fn settings_directory(&self) -> Option<PathBuf> {
        self.base_directory("XDG_CONFIG_HOME").or_else(|| Some(self.home()?.join(".config")))
    }

    /// The directory for caches of the user.
    #[must_use]
    pub fn cache_directory(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            return self.path("LOCALAPPDATA");
        }
        let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        self.base_directory("XDG_CACHE_HOME").or_else(|| Some(self.home()?.join(usual)))
    }

    /// The directory for what programs remember of their work for the user.
    #[must_use]
    pub fn state_directory(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            return self.path("LOCALAPPDATA");
        }
        let usual = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" };
        self.base_directory("XDG_STATE_HOME").or_else(|| Some(self.home()?.join(usual)))
    }

    /// Whether text of this user is UTF-8, as the first variable that is set says of `LC_ALL`, `LC_CTYPE` and `LANG`
    /// (<https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02>); on macOS and Windows it is.
    #[must_use]
    pub fn has_utf8_locale(&self) -> bool {
        if cfg!(any(windows, target_os = "macos")) {
            return true;
        }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.text(name));
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    }

    /// A variable of the base directory specification, which treats relative paths as unset.
    fn base_directory(&self, name: &str) -> Option<PathBuf> {
        self.raw(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// The variables whose name starts with `prefix`, as text, sorted by name.
    pub fn starting_with<'e>(&'e self, prefix: &'e str) -> impl Iterator<Item = (&'e str, &'e OsStr)> {
        let named =
            self.variables.iter().filter_map(|(name, value)| Some((name.to_str()?, value.as_os_str())));
        named.filter(move |(name, _)| name.starts_with(prefix))
    }

    /// The possible files of a program, in the order of `PATH`; they need not exist. Relative directories are passed
    /// over, and so is the empty one, which stands for the working directory: a shell would look there, but what is
    /// there may be a file of any repository.
    pub fn candidates(&self, program: &str) -> impl Iterator<Item = PathBuf> + use<> {
        let file = format!("{program}{PROGRAM_SUFFIX}");
        self.program_directories().into_iter().map(move |directory| directory.join(&file))
    }

    /// The absolute directories in `PATH`, or those that the system looks in where `PATH` is not set
    /// (<https://man7.org/linux/man-pages/man3/exec.3.html>).
    #[must_use]
    pub fn program_directories(&self) -> Vec<PathBuf> {
        if self.raw("PATH").is_none() && cfg!(unix) {
            return ["/bin", "/usr/bin"].map(PathBuf::from).to_vec();
        }
        let mut directories = self.paths("PATH");
        directories.retain(|directory| directory.is_absolute());
        directories
    }

    /// The paths in a variable such as `PATH`, in order, as written.
    #[must_use]
    pub fn paths(&self, name: &str) -> Vec<PathBuf> {
        self.raw(name).map(|value| std::env::split_paths(value).collect()).unwrap_or_default()
    }
}
