//! A path that `git pyenv fix` puts in order, and what git's own commands can do in its place.

use super::InvocationDirectory;
use super::ignore_rule::ignore_rule_for;
use crate::path::RepoPath;
use crate::text::shell_quote;

/// The most paths that one command names. Whoever has more runs the check again.
const NAMED: usize = 8;

/// A path that `git pyenv fix` puts in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceToFix {
    /// The path.
    pub place: RepoPath,
    /// What git is to track no more.
    untracked: Vec<RepoPath>,
    /// What a new rule is to ignore.
    ignored: Vec<RepoPath>,
}

impl PlaceToFix {
    /// One that needs what only `git pyenv fix` does.
    #[must_use]
    pub fn new(place: &RepoPath) -> Self {
        Self { place: place.clone(), untracked: Vec::new(), ignored: Vec::new() }
    }

    /// Git is to track these pieces of it no more.
    #[must_use]
    pub fn untracking(mut self, pieces: &[RepoPath]) -> Self {
        self.untracked = pieces.iter().filter(|piece| !piece.is_root()).cloned().collect();
        self
    }

    /// Rules are to ignore these pieces of it.
    #[must_use]
    pub fn ignoring(mut self, pieces: &[RepoPath]) -> Self {
        self.ignored = pieces.iter().filter(|piece| !piece.is_root()).cloned().collect();
        self
    }

    fn is_for_git(&self) -> bool {
        !self.untracked.is_empty() || !self.ignored.is_empty()
    }
}

impl InvocationDirectory {
    /// Returns the command that fixes these places. Where `git pyenv` does not work, it consists of git's own commands, as
    /// far as these can do it.
    #[must_use]
    pub fn fixing(&self, places: &[&PlaceToFix]) -> String {
        if self.lacks_program && places.iter().all(|place| place.is_for_git()) {
            return self.fixing_by_git(places);
        }
        match places.len() > NAMED {
            true => "git pyenv fix".to_owned(),
            false => self.fix_command(&places.iter().map(|place| &place.place).collect::<Vec<_>>()),
        }
    }

    fn fixing_by_git(&self, places: &[&PlaceToFix]) -> String {
        let untracked: Vec<&RepoPath> =
            places.iter().flat_map(|place| &place.untracked).take(NAMED).collect();
        let ignored: Vec<&RepoPath> = places.iter().flat_map(|place| &place.ignored).take(NAMED).collect();
        let untrack = (!untracked.is_empty()).then(|| {
            let words: Vec<String> = untracked.iter().map(|path| self.word(path)).collect();
            format!("git{} rm -r --cached --quiet -- {}", literally(&untracked), words.join(" "))
        });
        let ignore = (!ignored.is_empty()).then(|| self.ignoring(&ignored));
        untrack.into_iter().chain(ignore).collect::<Vec<_>>().join(" && ")
    }

    /// Returns a command that adds a rule for each path to the `.gitignore` at the top and stages it. An empty line comes
    /// first: what the file has may end without a line break.
    pub(super) fn ignoring(&self, paths: &[&RepoPath]) -> String {
        let rules: Vec<String> = paths.iter().map(|path| shell_quote(&ignore_rule_for(path))).collect();
        let file = format!("{}.gitignore", "../".repeat(self.path.components().count()));
        format!("printf '%s\\n' '' {} >> {file} && git add {file}", rules.join(" "))
    }
}

/// The option without which git takes these paths for patterns.
fn literally(paths: &[&RepoPath]) -> &'static str {
    let is_special = |byte: &u8| b"*?[\\:".contains(byte);
    if paths.iter().any(|path| path.as_bytes().iter().any(is_special)) { " --literal-pathspecs" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    #[test]
    fn without_the_program_git_does_it() {
        let top = InvocationDirectory::default().lacking_program(true);
        let below = InvocationDirectory::new(path("a"), true).lacking_program(true);
        let whole = |name: &str| {
            let place = path(name);
            PlaceToFix::new(&place)
                .untracking(std::slice::from_ref(&place))
                .ignoring(std::slice::from_ref(&place))
        };
        let (venv, strange) = (whole("venv"), whole("my [env]"));
        assert_eq!(
            top.fixing(&[&venv]),
            "git rm -r --cached --quiet -- venv && printf '%s\\n' '' /venv >> .gitignore && git add .gitignore"
        );
        assert_eq!(
            below.fixing(&[&venv, &strange]),
            "git --literal-pathspecs rm -r --cached --quiet -- ../venv '../my [env]' && printf '%s\\n' '' /venv \
             '/my \\[env]' >> ../.gitignore && git add ../.gitignore"
        );
        let tracked = PlaceToFix::new(&path("lib")).untracking(&[path("lib/pyvenv.cfg")]);
        assert_eq!(top.fixing(&[&tracked]), "git rm -r --cached --quiet -- lib/pyvenv.cfg");
        let open = PlaceToFix::new(&path("venv")).ignoring(&[path("venv")]);
        assert_eq!(top.fixing(&[&open]), "printf '%s\\n' '' /venv >> .gitignore && git add .gitignore");
    }

    #[test]
    fn what_git_cannot_do_needs_the_program() {
        let top = InvocationDirectory::default().lacking_program(true);
        let rule = PlaceToFix::new(&path(".gitignore"));
        assert_eq!(top.fixing(&[&rule]), "git pyenv fix .gitignore");
        let root = PlaceToFix::new(&RepoPath::root()).untracking(&[RepoPath::root()]);
        assert_eq!(top.fixing(&[&root]), "git pyenv fix .");
    }

    #[test]
    fn with_the_program_it_is_one_command() {
        let here = InvocationDirectory::default();
        let places: Vec<PlaceToFix> =
            (0..9).map(|number| PlaceToFix::new(&path(&format!("e{number}")))).collect();
        let places: Vec<&PlaceToFix> = places.iter().collect();
        assert_eq!(here.fixing(&places[..2]), "git pyenv fix e0 e1");
        assert_eq!(here.fixing(&places), "git pyenv fix");
    }
}
