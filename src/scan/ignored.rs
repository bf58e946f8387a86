//! Which ignore rules keep environments out of git.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::detect::Detection;
use crate::error::Result;
use crate::git::{IgnoreQuestion, IgnoreRule};
use crate::message::message;
use crate::model::{Environment, Facts, Protection};
use crate::path::{RepoPath, printable};
use crate::session::Session;
use crate::tree::{Entry, OwnedEntry, PlaceSet, Tree, Visitor};

/// Git's answers about everything that was found, asked at once.
pub(super) struct IgnoreAnswers {
    answers: HashMap<(RepoPath, bool), Protection>,
}

impl IgnoreAnswers {
    /// Asks about what git has and what was found on the disk.
    ///
    /// # Errors
    /// Undecided if git cannot answer.
    pub(super) fn ask(
        session: &Session<'_>,
        facts: &Facts,
        disk: &dyn Tree,
        found: &Detection,
    ) -> Result<Self> {
        let tracked = facts.tracked.iter().map(|tracked| &tracked.environment);
        let mut questions: Vec<IgnoreQuestion> =
            tracked.clone().chain(&found.environments).flat_map(questions_about).collect();
        let links = found.links.iter().map(|link| link.entry.path.clone());
        questions.extend(links.map(|path| IgnoreQuestion { path, directory: false }));
        if questions.is_empty() {
            return Ok(Self { answers: HashMap::new() });
        }
        let mut rules = session.repository.ignore_rules(&questions)?;
        let of_contents = |rule: &Option<IgnoreRule>| rule.as_ref().is_some_and(|rule| rule.of_contents);
        let doubted = questions.iter().zip(&rules).filter(|(_, rule)| of_contents(rule));
        let doubted: BTreeSet<&RepoPath> = doubted.map(|(question, _)| &question.path).collect();
        let members = tracked.flat_map(|environment| &environment.contents.members);
        let open = Doubts { session, disk, doubted }.open_places(members.collect())?;
        for (question, rule) in questions.iter().zip(&mut rules) {
            rule.take_if(|rule| rule.of_contents && open.contains(&question.path));
        }
        let answers = questions.into_iter().zip(rules).filter_map(|(question, rule)| {
            let protection = protection(&rule?, &question.path);
            Some(((question.path, question.directory), protection))
        });
        Ok(Self { answers: answers.collect() })
    }

    /// The rule that covers a path.
    pub(super) fn of(&self, path: &RepoPath, directory: bool) -> Option<Protection> {
        self.answers.get(&(path.clone(), directory)).cloned()
    }

    /// The rule for the first piece, if every piece has one.
    pub(super) fn of_all(&self, environment: &Environment) -> Option<Protection> {
        let questions = questions_about(environment);
        let rules: Option<Vec<Protection>> =
            questions.iter().map(|question| self.of(&question.path, question.directory)).collect();
        rules?.into_iter().next()
    }
}

/// Directories of which git says that what is in them is ignored, so that something in them may not be.
struct Doubts<'d> {
    session: &'d Session<'d>,
    disk: &'d dyn Tree,
    doubted: BTreeSet<&'d RepoPath>,
}

impl Doubts<'_> {
    /// The directories that hold something which is not ignored, other than their own ignore file. Most of the time
    /// the direct children decide; only below those that are open git is asked about every file.
    fn open_places(&self, members: Vec<&OwnedEntry>) -> Result<HashSet<RepoPath>> {
        if self.doubted.is_empty() {
            return Ok(HashSet::new());
        }
        let on_disk = |place: &&RepoPath| self.disk.children(place).unwrap_or_default();
        let on_disk = self.doubted.iter().flat_map(on_disk).map(|child| child.path);
        let tracked = members.iter().flat_map(|member| self.children_above(&member.path));
        let is_content = |path: &RepoPath| path.name() != b".gitignore";
        let children = self.open(on_disk.chain(tracked).filter(is_content).collect())?;
        let mut files = FilesBelow { places: children.iter().collect(), files: BTreeSet::new() };
        if !children.is_empty() {
            self.disk.visit(&mut files)?;
            members.iter().for_each(|member| files.entry(&member.borrowed()));
        }
        let open = self.open(files.files)?;
        let places = open.iter().flat_map(RepoPath::ancestors);
        Ok(places.filter(|place| self.doubted.contains(place)).collect())
    }

    /// The paths at or above this one that are directly in a doubted directory.
    fn children_above(&self, path: &RepoPath) -> Vec<RepoPath> {
        let is_child = |path: &RepoPath| path.parent().is_some_and(|place| self.doubted.contains(&place));
        path.ancestors().filter(is_child).collect()
    }

    /// Those of the paths that nothing ignores.
    fn open(&self, paths: BTreeSet<RepoPath>) -> Result<BTreeSet<RepoPath>> {
        let question = |path| IgnoreQuestion { path, directory: false };
        let questions: Vec<IgnoreQuestion> = paths.into_iter().map(question).collect();
        let rules = self.session.repository.ignore_rules(&questions)?;
        let open = questions.into_iter().zip(rules).filter(|(_, rule)| rule.is_none());
        Ok(open.map(|(question, _)| question.path).collect())
    }
}

/// Gathers the paths at or below some places.
struct FilesBelow {
    places: PlaceSet,
    files: BTreeSet<RepoPath>,
}

impl Visitor for FilesBelow {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.places.concerns(directory)
    }

    fn restart(&mut self) {
        self.files.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if self.places.contains(entry.path) {
            self.files.extend(RepoPath::new(entry.path));
        }
    }
}

/// What to ask of git about the pieces of an environment. A piece that is a link (`lib64`) must not be asked
/// about as a directory: git refuses what is beyond a link.
fn questions_about(environment: &Environment) -> Vec<IgnoreQuestion> {
    let question = |path| IgnoreQuestion { directory: environment.is_directory(&path), path };
    environment.pieces().into_iter().map(question).collect()
}

/// A rule as the model has it; `place` is what it covers.
pub(super) fn protection(rule: &IgnoreRule, place: &RepoPath) -> Protection {
    let shared = rule.is_shared().then(|| RepoPath::new(rule.source.as_bytes()).ok()).flatten();
    let is_own = shared.as_ref().is_some_and(|file| file.is_within(place));
    // Git names what is below the top by its path from there, also `.git/info/exclude`.
    let source = match RepoPath::new(rule.source.as_bytes()) {
        Ok(file) => message!("{}", file),
        Err(_) => printable(rule.source.as_bytes()).into(),
    };
    Protection { source, shared, line: rule.line, pattern: printable(rule.pattern.as_bytes()), is_own }
}
