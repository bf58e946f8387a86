//! Finds where the parts of a repository are, as git would answer, with libgit2 or with `git rev-parse`.

use std::path::{Component, Path, PathBuf};

use super::command::{Git, add_stderr, without_newline};
use super::layout::RepositoryLayout;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::path::{RepoPath, bytes_to_path, display_bytes};

/// The layout of a repository that libgit2 has opened; `None` where git has to be asked.
///
/// libgit2 does not know `GIT_DIR` and `GIT_WORK_TREE`, so this follows the rules of git's own setup:
/// <https://git-scm.com/docs/git#Documentation/git.txt-GITWORKTREE>.
pub(super) fn of_libgit2(repository: &git2::Repository, env: &Env) -> Option<RepositoryLayout> {
    let git_directory = without_trailing_slash(repository.path());
    let work_tree = match (env.path("GIT_WORK_TREE"), env.path("GIT_DIR")) {
        // Outside of the work tree or through a link, only git can tell.
        (Some(named), _) => Some(without_dots(&named).filter(|top| env.directory.starts_with(top))?),
        (None, Some(_)) => implied_work_tree(repository, env),
        (None, None) if env.directory.starts_with(&git_directory) => None,
        (None, None) => repository.workdir().map(without_trailing_slash),
    };
    let prefix = work_tree.as_ref().and_then(|top| env.directory.strip_prefix(top).ok());
    let prefix = prefix.map_or_else(|| Ok(RepoPath::root()), RepoPath::from_relative).ok()?;
    let common_directory = without_trailing_slash(repository.commondir());
    let index_file = index_file(env, work_tree.as_deref(), &git_directory);
    Some(RepositoryLayout {
        git_directory,
        common_directory,
        work_tree,
        index_file,
        prefix,
        object_id_length: 20,
    })
}

/// The work tree when `GIT_DIR` is set and `GIT_WORK_TREE` is not.
fn implied_work_tree(repository: &git2::Repository, env: &Env) -> Option<PathBuf> {
    let linked = repository.is_worktree();
    if !linked && repository.is_bare() {
        return None;
    }
    let configured = || repository.config().and_then(|config| config.get_path("core.worktree"));
    if !linked && configured().is_ok() {
        return repository.workdir().map(without_trailing_slash);
    }
    (env.text("GIT_IMPLICIT_WORK_TREE") != Some("0")).then(|| env.directory.clone())
}

/// The questions to git, in this order; the last two have no answer outside of a work tree.
const QUESTIONS: [&str; 6] = [
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-object-format",
    "--is-inside-work-tree",
    "--show-toplevel",
    "--show-prefix",
];

/// The layout, as git answers.
///
/// # Errors
/// Usage if there is no repository; undecided, with git's own message, if git refuses it.
pub(super) fn of_git(git: &Git<'_>, env: &Env) -> Result<RepositoryLayout> {
    let [git_directory, common_directory, format, inside, top, prefix] = rev_parse_all(git)?;
    let object_id_length = match format.as_slice() {
        b"sha1" => 20,
        b"sha256" => 32,
        other => {
            let error = Error::undecided(format!("unknown object format `{}`", display_bytes(other)));
            return Err(git.or_too_old(error));
        }
    };
    let prefix = if inside == b"true" { prefix.strip_suffix(b"/").unwrap_or(&prefix) } else { &[] };
    let prefix = RepoPath::new(prefix);
    let prefix = prefix.map_err(|error| Error::undecided("git printed an invalid prefix").cause(error))?;
    let work_tree = (!top.is_empty()).then(|| without_trailing_slash(&bytes_to_path(&top)));
    let git_directory = without_trailing_slash(&bytes_to_path(&git_directory));
    let common_directory = join_lexically(&env.directory, &bytes_to_path(&common_directory));
    let index_file = index_file(env, work_tree.as_deref(), &git_directory);
    Ok(RepositoryLayout { git_directory, common_directory, work_tree, index_file, prefix, object_id_length })
}

/// Asks everything at once, and one by one if that fails or a path contains a line break.
fn rev_parse_all(git: &Git<'_>) -> Result<[Vec<u8>; 6]> {
    let all = git.run(&[&["rev-parse"], QUESTIONS.as_slice()].concat(), Vec::new())?;
    let text = without_newline(all.stdout);
    let lines: Vec<Vec<u8>> = text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    if let (Some(0), Ok(answers)) = (all.status, lines.try_into()) {
        return Ok(answers);
    }
    let mut answers: [Vec<u8>; 6] = Default::default();
    for (index, question) in QUESTIONS.iter().enumerate() {
        answers[index] = match rev_parse(git, question) {
            Err(_) if index >= 4 => Vec::new(),
            answer => answer?,
        };
    }
    Ok(answers)
}

/// Asks `git rev-parse` one question.
fn rev_parse(git: &Git<'_>, question: &str) -> Result<Vec<u8>> {
    let arguments = ["rev-parse", question];
    let output = git.run(&arguments, Vec::new())?;
    if output.status == Some(0) {
        return Ok(without_newline(output.stdout));
    }
    if memchr::memmem::find(&output.stderr, b"not a git repository").is_some() {
        return Err(no_repository());
    }
    let error = Error::undecided("failed to open the repository");
    Err(git.or_too_old(add_stderr(error, &output.stderr)))
}

/// Joins a relative path that git printed to a directory without links in its path.
fn join_lexically(directory: &Path, path: &Path) -> PathBuf {
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

/// The error for a directory outside of any repository.
pub(super) fn no_repository() -> Error {
    Error::usage("not a git repository (or any of the parent directories)")
        .hint("run it inside a repository, or create one with `git init`")
}

/// The index of this run. Git resolves a relative `GIT_INDEX_FILE` at the top of the work tree.
fn index_file(env: &Env, work_tree: Option<&Path>, git_directory: &Path) -> PathBuf {
    let named = env.raw("GIT_INDEX_FILE").filter(|value| !value.is_empty());
    let base = work_tree.unwrap_or(&env.directory);
    named.map_or_else(|| git_directory.join("index"), |value| base.join(value))
}

/// Removes a trailing separator.
pub(super) fn without_trailing_slash(path: &Path) -> PathBuf {
    path.components().collect()
}

/// Removes `.` components; `None` for a path with `..`, which only the system can resolve.
fn without_dots(path: &Path) -> Option<PathBuf> {
    let plain = !path.components().any(|part| part == Component::ParentDir);
    plain.then(|| path.components().filter(|part| *part != Component::CurDir).collect())
}
