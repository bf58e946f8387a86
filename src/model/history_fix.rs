//! How to remove environments from commits, as commands that work when they are copied.

use std::collections::BTreeSet;

use super::InvocationDirectory;
use crate::path::RepoPath;
use crate::text::shell_quote;

/// The most paths that one command names. Whoever has more runs the check again.
const NAMED: usize = 40;

/// The branch for a commit without a name, as in `git push origin COMMIT:main`: only references can be rewritten.
pub const NEW_BRANCH: &str = "git-pyenv-fixed";

/// How to remove environments from commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryFix {
    /// All that the environments and links consist of, and nothing else.
    pub pieces: Vec<RepoPath>,
    /// The pieces that are directories. A file that takes the name of one is not removed.
    pub directories: BTreeSet<RepoPath>,
    /// What comes first, so that the environments stay on disk.
    pub before: Untracking,
    /// How the commits are changed.
    pub change: HistoryChange,
    /// Another repository may have the commits already.
    pub is_published: bool,
    /// There is no work tree, and nothing on disk.
    pub is_bare: bool,
    /// Which commits are left as they are. A branch may have merged them, and rewriting removes signatures.
    pub spared: SparedCommits,
}

/// Commits that stay as they are, together with their history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SparedCommits {
    /// None but those before the first that has the files.
    None,
    /// Those of remotes.
    OfRemotes,
    /// These, which the other repository has.
    These(Vec<String>),
}

/// What has to be done in the work tree before history is changed: when git moves to a commit without the files that it
/// tracks, it deletes them from the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untracking {
    /// The index has the files: `git pyenv fix` untracks these environments and links.
    Fix(Vec<RepoPath>),
    /// The index has the files, but what they are can no longer be told.
    Remove,
    /// The index no longer has them, but `HEAD` does: that has to be committed.
    Commit,
    /// Neither has them.
    Nothing,
}

/// How commits are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryChange {
    /// Only `HEAD` has the files: amend it.
    Amend,
    /// Rewrite the commits of these references.
    Rewrite {
        /// The first commit that has the files, as an abbreviated id.
        first: String,
        /// It has no parent.
        is_root: bool,
        /// The references, as git names them.
        references: Vec<String>,
        /// A commit that has no name yet: [`NEW_BRANCH`] is made of it, and has to be pushed in its place.
        unnamed: Option<String>,
    },
}

impl HistoryFix {
    /// The command line for a POSIX shell.
    #[must_use]
    pub fn command(&self, directory: &InvocationDirectory) -> String {
        let untrack = match &self.before {
            Untracking::Fix(_) if directory.lacks_program => Some(self.untracking_by_git(directory)),
            Untracking::Fix(places) if places.len() > NAMED => Some("git pyenv fix".to_owned()),
            Untracking::Fix(places) => Some(directory.fix_command(&places.iter().collect::<Vec<_>>())),
            Untracking::Remove => Some(format!("{} {}", git_at_top(directory), self.removal())),
            Untracking::Commit | Untracking::Nothing => None,
        };
        let commit = (self.before != Untracking::Nothing)
            .then(|| "git commit --quiet --message 'untrack environment'".to_owned());
        let steps = match &self.change {
            // Without its environment the commit may be empty.
            HistoryChange::Amend => {
                vec![untrack, Some("git commit --amend --no-edit --allow-empty".to_owned())]
            }
            HistoryChange::Rewrite { first, is_root, references, unnamed } => {
                let branch =
                    unnamed.as_ref().map(|commit| format!("git branch --force {NEW_BRANCH} {commit}"));
                vec![untrack, commit, branch, Some(self.rewriting(directory, first, *is_root, references))]
            }
        };
        steps.into_iter().flatten().collect::<Vec<_>>().join(" && ")
    }

    /// What `git pyenv fix` does, as far as git can do it.
    fn untracking_by_git(&self, directory: &InvocationDirectory) -> String {
        let ignored: Vec<&RepoPath> =
            self.pieces.iter().filter(|piece| !piece.is_root()).take(NAMED).collect();
        let ignore = (!ignored.is_empty()).then(|| format!(" && {}", directory.ignoring(&ignored)));
        format!("{} {}{}", git_at_top(directory), self.removal(), ignore.unwrap_or_default())
    }

    /// What the command does, in one line.
    #[must_use]
    pub fn effect(&self) -> String {
        let what = match &self.change {
            HistoryChange::Amend => "changes the last commit".to_owned(),
            HistoryChange::Rewrite { first, .. } => format!("rewrites the commits from {first} on"),
        };
        let warning =
            if self.is_published { ", which are pushed: needs a force push, tell everybody" } else { "" };
        let needed = match &self.change {
            _ if self.is_bare => "",
            HistoryChange::Amend => "; keeps the files on disk",
            HistoryChange::Rewrite { .. } => "; keeps the files on disk; commit or stash other changes first",
        };
        format!("{what}{warning}{needed}")
    }

    /// The arguments of a git that takes the pieces out of the index.
    fn removal(&self) -> String {
        let quoted = |piece: &RepoPath| match self.directories.contains(piece) && !piece.is_root() {
            true => shell_quote(&[piece.as_bytes(), b"/"].concat()),
            false => shell_quote(piece.as_bytes()),
        };
        let pieces: Vec<_> = self.pieces.iter().take(NAMED).map(quoted).collect();
        format!("--literal-pathspecs rm -r --cached --quiet --ignore-unmatch -- {}", pieces.join(" "))
    }

    /// `git filter-branch` changes neither work tree nor index while it runs, keeps merges, and is part of every git:
    /// <https://git-scm.com/docs/git-filter-branch>. Its warning recommends a tool that would have to be installed.
    fn rewriting(
        &self,
        directory: &InvocationDirectory,
        first: &str,
        is_root: bool,
        references: &[String],
    ) -> String {
        let git = git_at_top(directory);
        let remove = format!("git {}", self.removal());
        let has_tag = references.iter().any(|name| name.starts_with("refs/tags/"));
        let tags = if has_tag { " --tag-name-filter cat" } else { "" };
        let short = |name: &String| {
            let name = ["refs/heads/", "refs/tags/"]
                .iter()
                .find_map(|prefix| name.strip_prefix(prefix))
                .unwrap_or(name);
            shell_quote(name.as_bytes())
        };
        let names: Vec<String> = references.iter().map(short).collect();
        let revisions = match (is_root, names.as_slice()) {
            (true, _) => names.join(" "),
            (false, [one]) => format!("{first}^..{one}"),
            (false, _) => format!("{} ^{first}^", names.join(" ")),
        };
        let others = match &self.spared {
            SparedCommits::None => String::new(),
            SparedCommits::OfRemotes => " --not --remotes".to_owned(),
            SparedCommits::These(commits) => commits.iter().map(|commit| format!(" ^{commit}")).collect(),
        };
        let filter = shell_quote(remove.as_bytes());
        format!(
            "FILTER_BRANCH_SQUELCH_WARNING=1 {git} filter-branch --force --index-filter {filter}{tags} -- {revisions}{others}"
        )
    }
}

/// A git that works at the top of the work tree.
fn git_at_top(directory: &InvocationDirectory) -> &'static str {
    match directory.is_top() {
        true => "git",
        false => "git -C \"$(git rev-parse --show-toplevel)\"",
    }
}
