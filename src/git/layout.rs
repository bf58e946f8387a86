//! Where the parts of a repository are, as git would answer, from libgit2 or from `git rev-parse`.

use std::path::{Component, Path, PathBuf};

use super::Layout;
use super::command::{Git, blame, line};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::path::{RepoPath, bytes_to_path, display_bytes};

/// The layout of a repository that libgit2 has opened; `None` where git has to be asked.
///
/// libgit2 is not told of `GIT_DIR` and `GIT_WORK_TREE`, so the rules of git's own setup are followed here:
/// <https://git-scm.com/docs/git#Documentation/git.txt-GITWORKTREE>.
pub(super) fn of_libgit2(repository: &git2::Repository, env: &Env) -> Option<Layout> {
    let git_directory = tidy(repository.path());
    let work_tree = match (env.path("GIT_WORK_TREE"), env.path("GIT_DIR")) {
        // From outside, or through a link: git knows which.
        (Some(named), _) => Some(without_dots(&named).filter(|top| env.directory.starts_with(top))?),
        (None, Some(_)) => implied_work_tree(repository, env),
        (None, None) if env.directory.starts_with(&git_directory) => None,
        (None, None) => repository.workdir().map(tidy),
    };
    let prefix = work_tree.as_ref().and_then(|top| env.directory.strip_prefix(top).ok());
    let prefix = prefix.map_or_else(|| Ok(RepoPath::root()), RepoPath::from_relative).ok()?;
    let common_directory = tidy(repository.commondir());
    let index_file = index_file(env, work_tree.as_deref(), &git_directory);
    Some(Layout { git_directory, common_directory, work_tree, index_file, prefix, object_id_length: 20 })
}

/// The work tree when `GIT_DIR` is set and `GIT_WORK_TREE` is not.
fn implied_work_tree(repository: &git2::Repository, env: &Env) -> Option<PathBuf> {
    let linked = repository.is_worktree();
    if !linked && repository.is_bare() {
        return None;
    }
    let configured = || repository.config().and_then(|config| config.get_path("core.worktree"));
    if !linked && configured().is_ok() {
        return repository.workdir().map(tidy);
    }
    (env.text("GIT_IMPLICIT_WORK_TREE") != Some("0")).then(|| env.directory.clone())
}

/// What git is asked, in this order; the last two have no answer outside of a work tree.
const QUESTIONS: [&str; 6] = [
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-object-format",
    "--is-inside-work-tree",
    "--show-toplevel",
    "--show-prefix",
];

/// The layout as git tells it.
///
/// # Errors
/// Usage if there is no repository; undecided, with git's own words, if git refuses it.
pub(super) fn of_git(git: &Git<'_>, env: &Env) -> Result<Layout> {
    let [git_directory, common_directory, format, inside, top, prefix] = answers(git)?;
    let object_id_length = match format.as_slice() {
        b"sha1" => 20,
        b"sha256" => 32,
        other => {
            return Err(Error::undecided(format!("unknown object format `{}`", display_bytes(other))));
        }
    };
    let prefix = if inside == b"true" { prefix.strip_suffix(b"/").unwrap_or(&prefix) } else { &[] };
    let prefix = RepoPath::new(prefix);
    let prefix = prefix.map_err(|error| Error::undecided("git names no usable prefix").cause(error))?;
    let work_tree = (!top.is_empty()).then(|| tidy(&bytes_to_path(&top)));
    let git_directory = tidy(&bytes_to_path(&git_directory));
    let common_directory = climb(&env.directory, &bytes_to_path(&common_directory));
    let index_file = index_file(env, work_tree.as_deref(), &git_directory);
    Ok(Layout { git_directory, common_directory, work_tree, index_file, prefix, object_id_length })
}

/// Asks everything at once, and one by one where that fails or a path holds a line break.
fn answers(git: &Git<'_>) -> Result<[Vec<u8>; 6]> {
    let all = git.attempt(&[&["rev-parse"], QUESTIONS.as_slice()].concat(), Vec::new())?;
    let text = line(all.stdout);
    let lines: Vec<Vec<u8>> = text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    if let (Some(0), Ok(answers)) = (all.status, lines.try_into()) {
        return Ok(answers);
    }
    let mut answers: [Vec<u8>; 6] = Default::default();
    for (index, question) in QUESTIONS.iter().enumerate() {
        answers[index] = match ask(git, question) {
            Err(_) if index >= 4 => Vec::new(),
            answer => answer?,
        };
    }
    Ok(answers)
}

/// Asks `git rev-parse` one question.
fn ask(git: &Git<'_>, question: &str) -> Result<Vec<u8>> {
    let arguments = ["rev-parse", question];
    let output = git.attempt(&arguments, Vec::new())?;
    if output.status == Some(0) {
        return Ok(line(output.stdout));
    }
    if memchr::memmem::find(&output.stderr, b"not a git repository").is_some() {
        return Err(no_repository());
    }
    let opened = Error::undecided("failed to open the repository");
    Err(blame(opened, &output.stderr))
}

/// Joins a path that git printed relative to a directory that has no links in it.
fn climb(directory: &Path, path: &Path) -> PathBuf {
    let mut joined = directory.to_path_buf();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(joined.pop()),
            Component::CurDir => {}
            part => joined.push(part),
        }
    }
    joined
}

/// The error for a directory that no repository holds.
pub(super) fn no_repository() -> Error {
    Error::usage("not a git repository (or any of the parent directories)")
        .hint("run it inside of a repository, or make one with `git init`")
}

/// The index of this run: git resolves a relative `GIT_INDEX_FILE` at the top of the work tree.
fn index_file(env: &Env, work_tree: Option<&Path>, git_directory: &Path) -> PathBuf {
    let named = env.raw("GIT_INDEX_FILE").filter(|value| !value.is_empty());
    let base = work_tree.unwrap_or(&env.directory);
    named.map_or_else(|| git_directory.join("index"), |value| base.join(value))
}

/// The path without a trailing separator.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

/// The path without `.` parts; `None` if it has a `..`, which only the system can resolve.
fn without_dots(path: &Path) -> Option<PathBuf> {
    let plain = !path.components().any(|part| part == Component::ParentDir);
    plain.then(|| path.components().filter(|part| *part != Component::CurDir).collect())
}
