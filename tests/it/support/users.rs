//! Programs that are run as other users and with other umasks.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown};
use std::path::{Path, PathBuf};

use super::repository::Sandbox;
use super::sandbox::{Finished, Place, tool};

/// The group of all users of a test.
const GROUP: u32 = 42_000;

/// A user who runs the binary under test and git.
pub(crate) struct User<'s> {
    sandbox: &'s Sandbox,
    id: Option<u32>,
    umask: &'static str,
    binary: PathBuf,
}

/// Whether this process may become any user.
pub(crate) fn is_root(sandbox: &Sandbox) -> bool {
    fs::metadata(sandbox.path("home")).expect("metadata").uid() == 0
}

/// The permissions of a path in the sandbox.
pub(crate) fn mode(sandbox: &Sandbox, path: &str) -> String {
    let metadata = fs::symlink_metadata(sandbox.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    format!("{:o}", metadata.permissions().mode() & 0o7777)
}

/// Makes a sandbox one of another user, if that is possible, so that permissions hold for the programs that run in it:
/// they do not for root. `None`, said aloud, if that needs a program that is missing.
pub(crate) fn unprivileged<'s>(sandbox: &'s Sandbox, umask: &'static str) -> Option<User<'s>> {
    unprivileged_as(GROUP + 1, sandbox, umask)
}

/// As [`unprivileged`], a user of whom no other test runs programs: the system counts all processes of a user.
pub(crate) fn alone<'s>(sandbox: &'s Sandbox, umask: &'static str) -> Option<User<'s>> {
    unprivileged_as(GROUP + 3, sandbox, umask)
}

fn unprivileged_as<'s>(id: u32, sandbox: &'s Sandbox, umask: &'static str) -> Option<User<'s>> {
    let id = is_root(sandbox).then_some(id);
    if id.is_some() {
        tool("setpriv")?;
    }
    let user = User::new(sandbox, id, umask);
    user.own("");
    Some(user)
}

/// Users of the sandbox who are in one group; `None`, said aloud, if this process cannot become others.
pub(crate) fn two_users<'s>(sandbox: &'s Sandbox, umask: &'static str) -> Option<[User<'s>; 2]> {
    tool("setpriv")?;
    if !is_root(sandbox) {
        super::sandbox::skip("only root can run programs as two users");
        return None;
    }
    Some([1, 2].map(|number| User::new(sandbox, Some(GROUP + number), umask)))
}

impl<'s> User<'s> {
    fn new(sandbox: &'s Sandbox, id: Option<u32>, umask: &'static str) -> Self {
        fs::set_permissions(sandbox.path(""), Permissions::from_mode(0o755)).expect("a mode");
        fs::set_permissions(sandbox.path("tmp"), Permissions::from_mode(0o1777)).expect("a mode");
        let binary = sandbox.path("bin/git-pyenv");
        if !binary.exists() {
            sandbox.make_directory("bin");
            // Other users may not reach the one that was built. Another process copies it: as long as this one had it
            // open for writing, a child of another thread would keep it busy.
            let built = env!("CARGO_BIN_EXE_git-pyenv");
            sandbox.at("bin").run("cp", &[built, &binary.display().to_string()]).ended(0);
        }
        let user = Self { sandbox, id, umask, binary };
        let home = user.home();
        sandbox.make_directory(&home);
        // The other user owns what this one works with.
        sandbox.overwrite(&sandbox.path(&home).join(".gitconfig"), b"[safe]\n\tdirectory = *\n");
        user.own(&home);
        user
    }

    fn home(&self) -> String {
        format!("home-{}", self.id.unwrap_or_default())
    }

    /// Gives a directory of the sandbox with everything below it to this user and to the group.
    pub(crate) fn own(&self, path: &str) {
        if let Some(id) = self.id {
            own_all(&self.sandbox.path(path), id);
        }
    }

    /// Runs a program in a directory of the sandbox.
    pub(crate) fn run(&self, directory: &str, program: impl AsRef<OsStr>, arguments: &[&str]) -> Finished {
        let home = self.sandbox.path(&self.home());
        let place: Place<'_> = self.sandbox.at(directory).with("HOME", &home);
        let place = place.with("GIT_CONFIG_GLOBAL", home.join(".gitconfig")).with("XDG_CONFIG_HOME", &home);
        let script = format!("umask {} && exec \"$@\"", self.umask);
        let mut words = vec!["sh".to_owned(), "-c".to_owned(), script, "sh".to_owned()];
        if let Some(id) = self.id {
            let user = [format!("--reuid={id}"), format!("--regid={GROUP}"), "--clear-groups".to_owned()];
            words.splice(0..0, ["setpriv".to_owned()].into_iter().chain(user));
        }
        words.push(program.as_ref().to_str().expect("a plain path").to_owned());
        words.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        place.run(&words[0], &words[1..])
    }

    /// Runs the binary under test in `repo`.
    pub(crate) fn pyenv(&self, arguments: &[&str]) -> Finished {
        self.run("repo", &self.binary, arguments)
    }

    /// The binary under test, where this user can reach it.
    pub(crate) fn binary(&self) -> &str {
        self.binary.to_str().expect("a plain path")
    }
}

fn own_all(path: &Path, id: u32) {
    let metadata = fs::symlink_metadata(path).expect("metadata");
    lchown(path, Some(id), Some(GROUP)).expect("an owner");
    if metadata.is_dir() {
        for entry in fs::read_dir(path).expect("a directory") {
            own_all(&entry.expect("an entry").path(), id);
        }
    }
}
