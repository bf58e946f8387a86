//! Repositories made with real `git` in a temporary directory, isolated from everything outside.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use git_pyenv::env::Env;
use git_pyenv::error::Result;
use git_pyenv::exec::ProcessRunner;
use git_pyenv::git::{Introduced, Reader, Repository};
use git_pyenv::path::bytes_to_path;
use tempfile::TempDir;

/// The option of `git init` for references in files.
const FILES: &str = "--ref-format=files";

/// A directory with its own home, without any configuration from outside.
pub(crate) struct Sandbox {
    _directory: TempDir,
    root: PathBuf,
    variables: Vec<(String, String)>,
}

impl Sandbox {
    /// Makes an empty sandbox.
    pub(crate) fn new() -> Self {
        Self::new_in(&std::env::temp_dir())
    }

    /// As [`Sandbox::new`], in this directory.
    fn new_in(place: &Path) -> Self {
        let directory = TempDir::new_in(place).expect("a temporary directory");
        let root = fs::canonicalize(directory.path()).expect("its real path");
        let create = |name: &str| {
            fs::create_dir(root.join(name)).expect("a new directory");
            root.join(name).to_str().expect("a plain path").to_owned()
        };
        let home = create("home");
        // A killed process leaves its temporary files here, and they go with the sandbox.
        let mut variables = vec![
            ("TMPDIR".to_owned(), create("tmp")),
            ("XDG_CONFIG_HOME".to_owned(), format!("{home}/.config")),
            ("HOME".to_owned(), home),
        ];
        variables.extend(HERMETIC.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Self { _directory: directory, root, variables }
    }

    /// Makes one with an empty repository in `repo`. If the installed git cannot make such repositories, this reports
    /// it and returns `None`.
    pub(crate) fn with_repository(options: &[&str]) -> Option<Self> {
        Self::with_repository_in(&std::env::temp_dir(), options)
    }

    /// As [`Sandbox::with_repository`], in this directory.
    pub(crate) fn with_repository_in(place: &Path, options: &[&str]) -> Option<Self> {
        let sandbox = Self::new_in(place);
        let init = |options: &[&str]| {
            let arguments = [&["init", "--quiet", "--initial-branch=main"], options, &["repo"]].concat();
            sandbox.try_git_in("", &arguments)
        };
        let mut output = init(options);
        // Git before 2.45 does not know the option and always stores references in files.
        if text(&output.stderr).contains("unknown option `ref-format") && options.contains(&FILES) {
            let others: Vec<&str> = options.iter().copied().filter(|option| *option != FILES).collect();
            output = init(&others);
        }
        if output.status.success() {
            return Some(sandbox);
        }
        super::sandbox::skip(&format!(
            "this git cannot `init {}`: {}",
            options.join(" "),
            text(&output.stderr)
        ));
        None
    }

    /// A path in the sandbox.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        if relative.is_empty() { self.root.clone() } else { self.root.join(relative) }
    }

    /// Sets a variable for everything that follows.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Runs git in `repo` and returns what it printed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in("repo", arguments)
    }

    /// Runs git in a directory of the sandbox and returns what it printed, without the final line break.
    pub(crate) fn git_in(&self, directory: &str, arguments: &[&str]) -> String {
        let output = self.try_git_in(directory, arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
        text(&output.stdout).trim_end().to_owned()
    }

    /// Runs git, whatever its exit status is.
    pub(crate) fn try_git_in(&self, directory: &str, arguments: &[&str]) -> Output {
        let mut command = self.command("git", directory);
        command.args(arguments).output().expect("git can be started")
    }

    /// A program in a directory of the sandbox, with only the environment of the sandbox.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, directory: &str) -> Command {
        #[cfg(target_os = "linux")]
        super::processes::start_with_default_signals();
        let mut command = Command::new(program);
        command.current_dir(self.path(directory)).env_clear();
        command.env("PATH", with_own_directory());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Writes a file in `repo` and makes the directories above it.
    pub(crate) fn write(&self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) {
        let file = self.in_repository(path.as_ref());
        fs::write(file, bytes).expect("a written file");
    }

    /// Writes an executable file in `repo`.
    #[cfg(unix)]
    pub(crate) fn write_program(&self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) {
        use std::os::unix::fs::PermissionsExt;
        let file = self.in_repository(path.as_ref());
        fs::write(&file, bytes).expect("a written file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    /// Removes a file or directory of `repo`, if it exists.
    pub(crate) fn remove(&self, path: &str) {
        let place = self.path("repo").join(path);
        let removed = match fs::symlink_metadata(&place) {
            Err(_) => return,
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&place),
            Ok(_) => fs::remove_file(&place),
        };
        // Another process may have removed it meanwhile: a git that outlives the program removes its lock file.
        assert!(
            removed.as_ref().err().is_none_or(|error| error.kind() == ErrorKind::NotFound),
            "{removed:?}"
        );
    }

    /// Replaces a file anywhere in the sandbox.
    pub(crate) fn overwrite(&self, file: &Path, bytes: &[u8]) {
        fs::write(file, bytes).expect("a written file");
    }

    /// Reads any file.
    pub(crate) fn read_any(&self, file: &Path) -> Vec<u8> {
        fs::read(file).expect("a file that can be read")
    }

    /// Makes a directory of the sandbox.
    pub(crate) fn make_directory(&self, path: &str) {
        fs::create_dir_all(self.path(path)).expect("a directory");
    }

    /// Reads a file of the sandbox.
    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).expect("a file that can be read")
    }

    /// Every file of the sandbox with its size and modification time, to show that nothing was written. Files may come
    /// and go in the temporary directory, but none may stay.
    pub(crate) fn listing(&self) -> Vec<(PathBuf, u64, std::time::SystemTime)> {
        let mut pending = vec![self.root.clone()];
        let mut listing = Vec::new();
        while let Some(directory) = pending.pop() {
            for entry in fs::read_dir(directory).expect("a directory") {
                let path = entry.expect("an entry").path();
                let metadata = fs::symlink_metadata(&path).expect("its metadata");
                listing.push((path.clone(), metadata.len(), metadata.modified().expect("a time")));
                pending.extend(metadata.is_dir().then_some(path));
            }
        }
        listing.retain(|(path, ..)| *path != self.root.join("tmp"));
        listing.sort();
        listing
    }

    /// Makes a symbolic link in `repo`.
    #[cfg(unix)]
    pub(crate) fn link(&self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) {
        let target = bytes_to_path(target.as_ref());
        std::os::unix::fs::symlink(target, self.in_repository(path.as_ref())).expect("a link");
    }

    /// Writes and adds a file of `repo`, then commits everything that is staged.
    pub(crate) fn commit(&self, path: &str, content: &str) -> String {
        self.write(path, content);
        self.git(&["add", "--", path]);
        self.git(&["commit", "--quiet", "--message", path]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The environment of a program that is started in a directory of the sandbox.
    pub(crate) fn env(&self, directory: &str, more: &[(&str, &str)]) -> Env {
        let mut env = Env::with(&self.path(directory), []);
        env.set("PATH", std::env::var_os("PATH").unwrap_or_default());
        let own = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.chain(more.iter().copied()).for_each(|(name, value)| env.set(name, value));
        env
    }

    /// Opens the repository as a program would that is started in a directory of the sandbox.
    pub(crate) fn open(&self, directory: &str, more: &[(&str, &str)]) -> Result<Repository<'static>> {
        Repository::open(&self.env(directory, more), &ProcessRunner)
    }

    fn in_repository(&self, path: &[u8]) -> PathBuf {
        let file = self.root.join("repo").join(bytes_to_path(path));
        fs::create_dir_all(file.parent().unwrap_or(Path::new("/"))).expect("the directories above");
        file
    }
}

/// No configuration of the user, no prompts, fixed names and dates.
const HERMETIC: [(&str, &str); 12] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "A. U. Thor"),
    ("GIT_AUTHOR_EMAIL", "author@example.com"),
    ("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z"),
    ("GIT_COMMITTER_NAME", "C. O. Mitter"),
    ("GIT_COMMITTER_EMAIL", "committer@example.com"),
    ("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "UTC"),
];

/// What the commits of a range bring in, and what they delete.
pub(crate) fn introduced(repository: &Repository<'_>, range: &str) -> Result<Vec<Introduced>> {
    let commits = repository.history(&repository.range(range)?)?.commits;
    repository.introduced(&commits, None)
}

/// Bytes as text for messages.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `PATH` with the directory of the binary under test at its end, so that `git pyenv` works as for most people.
fn with_own_directory() -> std::ffi::OsString {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let own = Path::new(env!("CARGO_BIN_EXE_git-pyenv")).parent().map(Path::to_path_buf);
    std::env::join_paths(std::env::split_paths(&inherited).chain(own)).expect("directories without a colon")
}
