//! Which environment variables reach git and other programs that this one starts.
//!
//! Git's own are listed once, in [`VARIABLES`], each with the reason; a `GIT_…` variable that is not listed is dropped.
//! Manual: <https://git-scm.com/docs/git#_environment_variables>.

use std::ffi::OsString;
use std::path::Path;

use crate::env::Env;

/// What a git that this program starts gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ForGit {
    /// The user's value.
    Inherited,
    /// The user's value if it is an absolute path.
    IfAbsolute,
    /// Nothing: git behaves as if it was not set.
    Nothing,
    /// This value.
    Fixed(&'static str),
}

/// What a variable is about, which decides what other programs get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// The user's wishes, wherever git is called.
    User,
    /// The git command that called this program. The user's programs do not get it.
    Call,
    /// The repository and its state. Neither the user's programs nor a git in another repository get it: a leaked
    /// `GIT_INDEX_FILE` lets a program write into the commit being made
    /// (<https://git-scm.com/docs/githooks#_description>).
    Repository,
}

/// A variable of git; a name that ends in `*` stands for all that begin so.
struct Variable {
    name: &'static str,
    subject: Subject,
    for_git: ForGit,
}

use ForGit::{Fixed, IfAbsolute, Inherited, Nothing};
use Subject::{Call, Repository, User};

const fn row(name: &'static str, subject: Subject, for_git: ForGit) -> Variable {
    Variable { name, subject, for_git }
}

/// Git's variables. [`Call`] and [`Repository`] are what `git rev-parse --local-env-vars` prints, and what git sets for
/// hooks.
static VARIABLES: &[Variable] = &[
    // Which repository, and which parts of it: the answer is about these.
    row("GIT_DIR", Repository, Inherited),
    row("GIT_WORK_TREE", Repository, Inherited),
    row("GIT_IMPLICIT_WORK_TREE", Repository, Inherited),
    row("GIT_COMMON_DIR", Repository, Inherited),
    row("GIT_INDEX_FILE", Repository, Inherited),
    // Where the objects of a push are until it is accepted, and the limits of a shallow one.
    row("GIT_OBJECT_DIRECTORY", Repository, Inherited),
    row("GIT_ALTERNATE_OBJECT_DIRECTORIES", Repository, Inherited),
    row("GIT_QUARANTINE_PATH", Repository, Inherited),
    row("GIT_SHALLOW_FILE", Repository, Inherited),
    // How far to look for a repository.
    row("GIT_CEILING_DIRECTORIES", User, Inherited),
    row("GIT_DISCOVERY_ACROSS_FILESYSTEM", User, Inherited),
    // The configuration, also of a single call (`git -c`), and the attributes that decide what a file becomes.
    row("GIT_CONFIG_PARAMETERS", Call, Inherited),
    row("GIT_CONFIG_COUNT", Call, Inherited),
    row("GIT_CONFIG_KEY_*", Call, Inherited),
    row("GIT_CONFIG_VALUE_*", Call, Inherited),
    row("GIT_CONFIG_GLOBAL", User, Inherited),
    row("GIT_CONFIG_SYSTEM", User, Inherited),
    row("GIT_CONFIG_NOSYSTEM", User, Inherited),
    row("GIT_ATTR_NOSYSTEM", User, Inherited),
    // How a new index and a new repository are written; the temporary one of `git/scratch.rs` may be either.
    row("GIT_INDEX_VERSION", User, Inherited),
    row("GIT_DEFAULT_HASH", User, Inherited),
    // Where a git that was moved after it was built has its programs, such as the filters of a user. Git puts it in
    // front of `PATH`, so the same goes for it.
    row("GIT_EXEC_PATH", User, IfAbsolute),
    // Nothing is written, fetched or asked for. The first keeps git from writing an index, the second from fetching
    // missing objects, as does the third for a git that does not know the second.
    row("GIT_OPTIONAL_LOCKS", User, Fixed("0")),
    row("GIT_NO_LAZY_FETCH", User, Fixed("1")),
    row("GIT_ALLOW_PROTOCOL", User, Fixed("none")),
    row("GIT_TERMINAL_PROMPT", User, Fixed("0")),
    // Objects are read in the form that a push would send.
    row("GIT_NO_REPLACE_OBJECTS", Call, Fixed("1")),
    row("GIT_REPLACE_REF_BASE", Call, Nothing),
    row("GIT_GRAFT_FILE", Repository, Nothing),
    // The directory below which the user is: git would answer relative to it.
    row("GIT_PREFIX", Repository, Nothing),
    row("GIT_INTERNAL_SUPER_PREFIX", Call, Nothing),
    // Only commands that transfer objects have namespaces.
    row("GIT_NAMESPACE", Repository, Nothing),
    // The file of `git config`, which is not the configuration.
    row("GIT_CONFIG", Call, Nothing),
    // Everything else changes how paths and references are read (`GIT_LITERAL_PATHSPECS`, `GIT_REF_PARANOIA`), what is
    // printed and where (`GIT_TRACE`, `GIT_REDIRECT_STDOUT`), what is run (`GIT_EXTERNAL_DIFF`, `GIT_SSH_COMMAND`), or
    // belongs to commands that are not used here (`GIT_AUTHOR_NAME`). Nothing of it is passed on.
];

/// Variables that name files, which have to be absolute once git starts in another directory.
const FILES: [(&str, Base); 6] = [
    ("GIT_INDEX_FILE", Base::Top),
    ("GIT_OBJECT_DIRECTORY", Base::Top),
    ("GIT_QUARANTINE_PATH", Base::Top),
    ("GIT_COMMON_DIR", Base::WorkingDirectory),
    ("GIT_CONFIG_GLOBAL", Base::WorkingDirectory),
    ("GIT_CONFIG_SYSTEM", Base::WorkingDirectory),
];

/// What a path in a variable is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// The top of the work tree.
    Top,
    /// Where the program was started.
    WorkingDirectory,
}

/// Variables of other programs that git obeys: how its messages are written, which become part of ours.
const MESSAGES: [(&str, &str); 1] = [("LC_ALL", "C")];

fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| match variable.name.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == variable.name,
    })
}

/// The variables of a git that works for the user in the directory that [`Env`] names.
pub(super) fn for_git(env: &Env) -> Vec<(OsString, OsString)> {
    let is_dropped = |name: &str| match find(name).map(|variable| variable.for_git) {
        Some(Inherited) => false,
        Some(IfAbsolute) => !env.raw(name).is_some_and(|value| Path::new(value).is_absolute()),
        Some(Nothing | Fixed(_)) => true,
        None => name.starts_with("GIT_") || MESSAGES.iter().any(|(fixed, _)| *fixed == name),
    };
    let fixed = VARIABLES.iter().filter_map(|variable| match variable.for_git {
        Fixed(value) => Some((variable.name, value)),
        _ => None,
    });
    let fixed = fixed.chain(MESSAGES).map(|(name, value)| (name.into(), value.into()));
    env.for_child(is_dropped).into_iter().chain(fixed).collect()
}

/// As [`for_git`], for a git that starts at the top of the work tree, or where there is none in the working directory.
pub(super) fn for_git_at(env: &Env, top: &Path) -> Vec<(OsString, OsString)> {
    let mut variables = for_git(env);
    for (name, value) in &mut variables {
        let file = FILES.iter().find(|(file, _)| name == file).filter(|_| !value.is_empty());
        if let Some((_, base)) = file {
            let base = if *base == Base::Top { top } else { &env.directory };
            *value = base.join(&*value).into_os_string();
        }
    }
    variables
}

/// The environment in another directory, without what points to this repository.
#[must_use]
pub fn elsewhere(env: &Env, directory: &Path) -> Env {
    env.elsewhere(directory, |name| find(name).is_some_and(|variable| variable.subject == Repository))
}

/// The variables that belong to this call of git and its repository, which a program of the user must not get.
#[must_use]
pub fn local_variables(env: &Env) -> Vec<OsString> {
    let is_local = |name: &&str| find(name).is_some_and(|variable| variable.subject != User);
    env.starting_with("GIT_").map(|(name, _)| name).filter(is_local).map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_has_one_row() {
        for (index, variable) in VARIABLES.iter().enumerate() {
            let name = variable.name.replace('*', "0");
            assert!(name.starts_with("GIT_"), "{name}");
            assert!(std::ptr::eq(find(&name).expect("a row"), &VARIABLES[index]), "{name} has another row");
        }
        assert!(
            FILES.iter().all(|(name, _)| find(name).is_some_and(|variable| variable.for_git == Inherited))
        );
    }
}
