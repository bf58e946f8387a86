//! Which rules are needed, tried on git until they hide nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use super::coverage::{self, IgnoreCoverage};
use super::ignore_file::IgnoreFile;
use super::proof::{self, Hidden};
use super::target::Target;
use crate::error::{Error, Result};
use crate::git::IgnoreQuestion;
use crate::message::{Message, message, named_singly};
use crate::model::{InvocationDirectory, ignore_rule_for};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::session::Session;

/// How a target gets ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FixStrategy {
    /// Shared rules do so already.
    Covered,
    /// A rule of this file loses its slash.
    WithoutSlash(RepoPath, usize),
    /// One rule for its root.
    Root,
    /// One rule for each piece that no rule covers yet.
    Pieces,
}

/// How many names an error shows in one line.
const IN_LINE: usize = 3;

/// The changes of ignore files, in the making.
pub(super) struct Draft<'t> {
    targets: &'t [Target],
    /// How each target gets ignored, in the same order.
    pub(super) strategies: Vec<FixStrategy>,
    /// The files that were looked at.
    pub(super) files: BTreeMap<RepoPath, IgnoreFile>,
}

/// Finds the rules for the targets.
///
/// # Errors
/// Action if there are none that hide nothing else, or if an ignore file cannot be changed; undecided if git
/// cannot answer.
pub(super) fn draft<'t>(session: &Session<'_>, top: &Path, targets: &'t [Target]) -> Result<Draft<'t>> {
    let mut draft = Draft { targets, strategies: Vec::new(), files: BTreeMap::new() };
    draft.choose(session, top)?;
    let mut protected: Option<Vec<IgnoreQuestion>> = None;
    loop {
        draft.compose(session, top)?;
        if draft.changed().next().is_none() {
            return Ok(draft);
        }
        if protected.is_none() {
            protected = Some(proof::protected(session, targets)?);
        }
        let hidden = draft.hidden(session, protected.as_deref().unwrap_or_default())?;
        if hidden.is_empty() {
            return Ok(draft);
        }
        draft.narrow(session, &hidden)?;
    }
}

impl Draft<'_> {
    /// The files that change.
    pub(super) fn changed(&self) -> impl Iterator<Item = &IgnoreFile> {
        self.files.values().filter(|file| file.changes())
    }

    /// Starts with the strategy that changes least.
    fn choose(&mut self, session: &Session<'_>, top: &Path) -> Result<()> {
        let places: Vec<(&RepoPath, bool)> =
            self.targets.iter().map(|target| (&target.root, target.is_link)).collect();
        for (target, coverage) in self.targets.iter().zip(coverage::of_places(session, &places)?) {
            let strategy = match coverage {
                _ if target.root.is_root() => FixStrategy::Pieces,
                IgnoreCoverage::Full => FixStrategy::Covered,
                IgnoreCoverage::DirectoryOnly(rule) => {
                    match editable(&mut self.files, top, &rule.source, rule.line) {
                        Some(path) => FixStrategy::WithoutSlash(path, rule.line),
                        None => FixStrategy::Root,
                    }
                }
                IgnoreCoverage::None => FixStrategy::Root,
            };
            self.strategies.push(strategy);
        }
        self.require_no_exception(session)
    }

    /// A `!` rule in a nearer ignore file is stronger than any rule at the top.
    fn require_no_exception(&self, session: &Session<'_>) -> Result<()> {
        let pairs = self.targets.iter().zip(&self.strategies);
        let roots: Vec<&RepoPath> = pairs
            .filter(|(_, strategy)| **strategy == FixStrategy::Root)
            .map(|(target, _)| &target.root)
            .collect();
        let exceptions = coverage::exceptions(session, &roots)?;
        let stronger = roots.iter().zip(exceptions).find_map(|(root, rule)| {
            let rule = rule.filter(|rule| rule.is_shared() && rule.source != ".gitignore")?;
            Some(coverage::because_of(coverage::unprotected(root).cause("nothing was changed"), &rule))
        });
        stronger.map_or(Ok(()), Err)
    }

    /// Writes down the changes that the strategies need.
    fn compose(&mut self, session: &Session<'_>, top: &Path) -> Result<()> {
        self.files.values_mut().for_each(IgnoreFile::reset);
        let strategies = self.strategies.clone();
        for (asker, (strategy, target)) in strategies.into_iter().zip(self.targets).enumerate() {
            match strategy {
                FixStrategy::Covered => {}
                FixStrategy::WithoutSlash(path, line) => {
                    file(&mut self.files, top, &path)?.lose_slash(line, asker);
                }
                FixStrategy::Root => {
                    project_file(session, &mut self.files, top)?.add(ignore_rule_for(&target.root), asker)
                }
                FixStrategy::Pieces => {
                    let covered = coverage::of_pieces(session, &target.pieces)?;
                    let bare = target.pieces.iter().zip(covered).filter(|(_, covered)| !covered);
                    for (piece, _) in bare {
                        project_file(session, &mut self.files, top)?.add(ignore_rule_for(&piece.path), asker);
                    }
                }
            }
        }
        Ok(())
    }

    /// What would become ignored beside the targets, with the askers of the rule that does so.
    fn hidden(
        &self,
        session: &Session<'_>,
        protected: &[IgnoreQuestion],
    ) -> Result<Vec<(Hidden, Vec<usize>)>> {
        let roots = self.targets.iter().map(|target| &target.root).filter(|root| !root.is_root());
        let pieces = self.targets.iter().flat_map(|target| &target.pieces).map(|piece| &piece.path);
        let places: Vec<&RepoPath> = roots.chain(pieces).collect();
        let mut all = Vec::new();
        for file in self.changed() {
            let hidden = proof::newly_hidden(session, file, protected, &places)?;
            all.extend(hidden.into_iter().map(|hidden| {
                let askers = file.askers(hidden.line).to_vec();
                (hidden, askers)
            }));
        }
        Ok(all)
    }

    /// Takes the next narrower strategy where a rule hides too much.
    fn narrow(&mut self, session: &Session<'_>, hidden: &[(Hidden, Vec<usize>)]) -> Result<()> {
        let too_broad = |root: &RepoPath, hidden: &mut dyn Iterator<Item = &Hidden>| {
            too_broad(root, hidden.map(|hidden| &hidden.path), &session.invocation_directory())
        };
        let mut askers: Vec<usize> = hidden.iter().flat_map(|(_, askers)| askers).copied().collect();
        askers.arrange();
        askers.dedup();
        for &asker in &askers {
            let Some(strategy) = self.narrower(asker) else {
                let of_asker = hidden.iter().filter(|(_, askers)| askers.contains(&asker));
                return Err(too_broad(&self.targets[asker].root, &mut of_asker.map(|(hidden, _)| hidden)));
            };
            self.strategies[asker] = strategy;
        }
        if askers.is_empty() {
            return Err(too_broad(&RepoPath::root(), &mut hidden.iter().map(|(hidden, _)| hidden)));
        }
        Ok(())
    }

    fn narrower(&self, asker: usize) -> Option<FixStrategy> {
        let target = &self.targets[asker];
        match self.strategies[asker] {
            FixStrategy::WithoutSlash(..) => Some(FixStrategy::Root),
            FixStrategy::Root if !target.pieces.is_empty() => Some(FixStrategy::Pieces),
            FixStrategy::Root | FixStrategy::Pieces | FixStrategy::Covered => None,
        }
    }
}

fn too_broad<'p>(
    root: &RepoPath,
    hidden: impl Iterator<Item = &'p RepoPath>,
    directory: &InvocationDirectory,
) -> Error {
    let paths: Vec<&RepoPath> = hidden.collect();
    let names = match paths.len() {
        ..=IN_LINE => named_singly(paths),
        _ => Message::joined(paths.into_iter().map(|path| message!("`{}`", path)), "\n"),
    };
    Error::action(message!("every rule that ignores `{}` would also ignore other files", root))
        .cause(message!("it would also ignore {}", names))
        .shown_in_full_by(format!("git pyenv fix --dry-run -v {}", directory.word(root)))
        .cause("nothing was changed")
        .hint(message!("move these files out of `{}`, or write the rule by hand", root))
}

/// The ignore file that a rule stands in, if the rule can do without its slash.
fn editable(
    files: &mut BTreeMap<RepoPath, IgnoreFile>,
    top: &Path,
    source: &str,
    line: usize,
) -> Option<RepoPath> {
    let path = RepoPath::new(source.as_bytes()).ok()?;
    file(files, top, &path).ok().filter(|file| file.can_lose_slash(line)).map(|file| file.path.clone())
}

fn file<'f>(
    files: &'f mut BTreeMap<RepoPath, IgnoreFile>,
    top: &Path,
    path: &RepoPath,
) -> Result<&'f mut IgnoreFile> {
    if !files.contains_key(path) {
        files.insert(path.clone(), IgnoreFile::read(top, path)?);
    }
    files.get_mut(path).ok_or_else(|| Error::action(message!("`{}` does not exist", path)))
}

/// The `.gitignore` at the top. Where git has one and the disk has none (a sparse checkout, or it was deleted),
/// a new one would take the place of what git has.
fn project_file<'f>(
    session: &Session<'_>,
    files: &'f mut BTreeMap<RepoPath, IgnoreFile>,
    top: &Path,
) -> Result<&'f mut IgnoreFile> {
    let path = RepoPath::new(b".gitignore".as_slice())
        .map_err(|error| Error::action("no directory for an ignore file").cause(error))?;
    let known = files.contains_key(&path);
    let file = file(files, top, &path)?;
    if !known && file.old.is_none() && !session.repository.tracked_below(&[path])?.is_empty() {
        return Err(Error::action("`.gitignore` is in git but not in the work tree")
            .cause("nothing was changed")
            .hint("restore it with `git checkout -- .gitignore`"));
    }
    Ok(file)
}
