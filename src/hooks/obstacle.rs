//! What keeps files of ours out of the directory in which git looks for hooks.

use super::event::HookEvent;
use super::hook_file::HookFile;
use super::hooks_directory::HooksDirectory;
use crate::error::{Error, Result};
use crate::fs::{exists, is_directory, is_executable, is_on_noexec_mount};
use crate::git::Repository;
use crate::path::{RepoPath, path_to_bytes, printable};

/// Why no hooks may be written to the directory of hooks.
#[derive(Debug)]
pub(super) struct Obstacle {
    kind: ObstacleKind,
    /// The reason, as a part of a sentence.
    pub(super) reason: String,
}

/// What to do about it depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ObstacleKind {
    NotDirectory,
    ThisCommandOnly,
    MountedNoexec,
    OthersUseIt,
    Tracked,
    LooksAtItsPath,
}

impl Obstacle {
    /// Finds one; `None` if hooks can be written and git runs them.
    ///
    /// # Errors
    /// Undecided if the index or a hook cannot be read.
    pub(super) fn find(
        repository: &Repository<'_>,
        directory: &HooksDirectory,
        events: &[&HookEvent],
    ) -> Result<Option<Self>> {
        let place = directory.shown();
        let (kind, reason) = if exists(&directory.path) && !is_directory(&directory.path) {
            (ObstacleKind::NotDirectory, "it is not a directory".to_owned())
        } else if directory.hooks_path.as_ref().is_some_and(|path| path.scope == "command") {
            (ObstacleKind::ThisCommandOnly, "it is set for this command only".to_owned())
        } else if is_on_noexec_mount(&directory.path) {
            let reason = "it is on a file system that is mounted `noexec`, so git runs no hook there";
            (ObstacleKind::MountedNoexec, reason.to_owned())
        } else if directory.others_use_it(repository) {
            (ObstacleKind::OthersUseIt, "other repositories may use it too".to_owned())
        } else if let Some(hook) = tracked_hook(repository, directory, events)? {
            (ObstacleKind::Tracked, format!("its `{hook}` is tracked, so a change to it is for everybody"))
        } else if let Some(hook) = hook_with_fixed_path(directory, events)? {
            let reason =
                format!("its `{hook}` compares its own path, and would have another one beside ours");
            (ObstacleKind::LooksAtItsPath, reason)
        } else {
            return Ok(None);
        };
        Ok(Some(Self { kind, reason: format!("{place}, but {reason}") }))
    }

    /// The user may decide to write there all the same.
    pub(super) fn can_be_forced(&self) -> bool {
        use ObstacleKind::{LooksAtItsPath, OthersUseIt, Tracked};
        matches!(self.kind, OthersUseIt | Tracked | LooksAtItsPath)
    }

    /// The error for a git that cannot use its configuration instead.
    pub(super) fn refuse(self, directory: &HooksDirectory, events: &[&HookEvent]) -> Error {
        let version = directory.git_version;
        let message = match self.kind {
            ObstacleKind::OthersUseIt => "the hooks directory does not belong to this repository only",
            ObstacleKind::Tracked => "the hooks are part of what this repository tracks",
            ObstacleKind::LooksAtItsPath => "the hook that is there would not work any more",
            ObstacleKind::MountedNoexec => "git cannot run hooks here",
            ObstacleKind::NotDirectory | ObstacleKind::ThisCommandOnly => "hooks cannot be installed here",
        };
        let error = Error::usage(message)
            .cause(self.reason)
            .cause(format!("git {version} does not run hooks from its configuration (2.54 or later does)"));
        match self.kind {
            ObstacleKind::OthersUseIt | ObstacleKind::Tracked | ObstacleKind::LooksAtItsPath => events
                .iter()
                .fold(error, |error, event| error.hint(line_by_hand(directory, event)))
                .hint("or write there all the same: `git pyenv hook install --force`"),
            ObstacleKind::MountedNoexec => error.hint(
                "use git 2.54 or later, or keep the hooks on another file system: `git config core.hooksPath \
                 DIRECTORY`",
            ),
            ObstacleKind::NotDirectory => match directory.hooks_path.as_ref().map(|path| path.scope.as_str())
            {
                Some("local") => error.hint("to have hooks again: `git config --unset core.hooksPath`"),
                Some(_) => error.hint("to have hooks here: `git config core.hooksPath .git/hooks`"),
                None => error.hint("remove that file, or move it away"),
            },
            ObstacleKind::ThisCommandOnly => error.hint("leave out `-c core.hooksPath=…`"),
        }
    }
}

/// What a user can add to a hook that this program must not replace.
fn line_by_hand(directory: &HooksDirectory, event: &HookEvent) -> String {
    let hook = printable(&path_to_bytes(&directory.hook(event)));
    format!("add this line to `{hook}`:\ngit-pyenv hook run {} -- \"$@\" || exit", event.name)
}

/// The first hook that knows the path at which it is. Its name stays the same and so does what is beside it, but not the
/// name of its directory.
fn hook_with_fixed_path(directory: &HooksDirectory, events: &[&HookEvent]) -> Result<Option<String>> {
    for event in events {
        if let HookFile::Foreign(bytes) = HookFile::read(&directory.hook(event))?
            && is_executable(&directory.hook(event))
            && compares_its_path(&bytes, event.name)
        {
            return Ok(Some(event.name.to_owned()));
        }
    }
    Ok(None)
}

/// How scripts spell the path at which they are called.
const OWN_PATH: [&str; 6] = ["$0", "${0", "BASH_SOURCE", "__file__", "argv[0]", "$PROGRAM_NAME"];

/// Says whether a script asks for its own path and names that path, or that of its directory as a pattern, in lines that
/// are no comments.
fn compares_its_path(bytes: &[u8], name: &str) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let code = || text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let own = format!("hooks/{name}");
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || "-._/".contains(next));
    let names = |line: &str| line.split(own.as_str()).skip(1).any(ends) || line.contains("/hooks/*");
    code().any(|line| OWN_PATH.iter().any(|spelling| line.contains(spelling))) && code().any(names)
}

/// The first hook that the index has: the team's, and not ours to replace.
fn tracked_hook(
    repository: &Repository<'_>,
    directory: &HooksDirectory,
    events: &[&HookEvent],
) -> Result<Option<String>> {
    let Some(inside) = directory.path_in_work_tree(repository) else { return Ok(None) };
    for event in events {
        let Ok(path) = RepoPath::from_relative(&inside.join(event.name)) else { continue };
        let is_foreign = matches!(HookFile::read(&directory.hook(event))?, HookFile::Foreign(_));
        if is_foreign && !repository.tracked_below(&[path])?.is_empty() {
            return Ok(Some(event.name.to_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_compares_its_path_is_recognised() {
        for script in [
            "[ \"$0\" = .git/hooks/pre-commit ] || exit 0\n",
            "case $0 in\n*/hooks/pre-commit) exit 1 ;;\nesac\n",
            "case ${0} in */hooks/*) exit 1 ;; esac\n",
            "test \"$BASH_SOURCE\" = \"$(git rev-parse --git-path hooks/pre-commit)\"\n",
            "if __file__ == '.git/hooks/pre-commit': fail()\n",
        ] {
            assert!(compares_its_path(script.as_bytes(), "pre-commit"), "{script}");
        }
        for script in [
            "# copy it to .git/hooks/pre-commit\ncd \"$(dirname \"$0\")\"\n",
            "exec .git/hooks/pre-commit.d/lint \"$0\"\n",
            "exec \"$GIT_DIR/hooks/pre-commit\"\n",
            "exec \"${0%/*}/../hooks/pre-commit-lint\"\n",
        ] {
            assert!(!compares_its_path(script.as_bytes(), "pre-commit"), "{script}");
        }
    }
}
