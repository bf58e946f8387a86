//! Which ignore rule decides about a path, as `git check-ignore` says it.
//!
//! Git looks at the disk to learn whether a path is a directory, so what a rule says about a *link* named `.venv`
//! cannot be asked while `.venv` is a directory. [`Repository::ignore_rules_for_links`] asks it of a place where
//! nothing has that name: the `objects/pack` directory of the repository stands in for the work tree, and each
//! `.gitignore` in turn is given to git as `core.excludesFile`. Nothing is written.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use super::command::Git;
use super::repository::Repository;
use crate::error::{Error, Result};
use crate::path::RepoPath;

/// A path to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreQuestion {
    /// The path, relative to the root of the work tree.
    pub path: RepoPath,
    /// It is a directory, or would be one if it is not there. What is a directory on the disk counts as one
    /// either way.
    pub directory: bool,
}

/// The ignore rule that covers a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    /// The file that holds the rule, as git names it (relative to the work tree, or absolute).
    pub source: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The pattern as it is written there.
    pub pattern: String,
    /// The path is a directory, and the rule (`venv/*`, or `*` in a `.gitignore` of its own) is about what is in
    /// there and not about the directory, so that other rules may take parts of it out again.
    pub of_contents: bool,
}

impl IgnoreRule {
    /// Says whether the pattern matches a name of no letters, as which git sees what `venv/` ends with.
    fn matches_nothing(&self) -> bool {
        let pattern = self.pattern.trim_end_matches('/');
        pattern.is_empty() || pattern.ends_with('*')
    }

    /// Says whether the rule is in a `.gitignore` of the work tree, so that whoever clones the repository has it
    /// too (once it is committed); `info/exclude` and `core.excludesFile` protect one person.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        let relative = Path::new(&self.source).is_relative() && !self.source.starts_with("~/");
        relative && (self.source == ".gitignore" || self.source.ends_with("/.gitignore"))
    }
}

/// What a file of rules says about a path.
enum Verdict {
    /// No rule speaks of it.
    Open,
    /// A `!` rule takes it out of what is ignored.
    Kept(IgnoreRule),
    /// A rule ignores it.
    Ignored(IgnoreRule),
}

impl Repository<'_> {
    /// Finds for each path the rule that ignores it, itself or through a directory above it; `None` where
    /// nothing does. Whether a path is tracked plays no part.
    ///
    /// # Errors
    /// Undecided if git cannot answer, as in a bare repository.
    pub fn ignore_rules(&self, questions: &[IgnoreQuestion]) -> Result<Vec<Option<IgnoreRule>>> {
        let paths: Vec<_> =
            questions.iter().map(|question| spelled(question.path.as_bytes(), question.directory)).collect();
        let verdicts = verdicts(self.git(), &[], &paths)?.into_iter();
        let mut rules: Vec<Option<IgnoreRule>> = verdicts.map(Verdict::rule).collect();
        self.tell_contents(questions, &mut rules)?;
        Ok(rules)
    }

    /// Finds the rules that are about the contents of a directory: without the slash they are not the answer.
    fn tell_contents(&self, questions: &[IgnoreQuestion], rules: &mut [Option<IgnoreRule>]) -> Result<()> {
        let is_doubtful = |index: &usize| {
            let question = &questions[*index];
            let doubtful = rules[*index].as_ref().is_some_and(IgnoreRule::matches_nothing);
            doubtful && question.directory && !question.path.is_root()
        };
        let doubtful: Vec<usize> = (0..questions.len()).filter(is_doubtful).collect();
        let paths: Vec<_> =
            doubtful.iter().map(|&index| spelled(questions[index].path.as_bytes(), false)).collect();
        for (index, verdict) in doubtful.into_iter().zip(verdicts(self.git(), &[], &paths)?) {
            let (rule, bare) = (rules[index].as_mut(), verdict.rule());
            rule.into_iter().for_each(|rule| rule.of_contents = bare.as_ref() != Some(&*rule));
        }
        Ok(())
    }

    /// Finds for each path the `!` rule that takes it out of what is ignored, where there is one.
    ///
    /// # Errors
    /// As [`Repository::ignore_rules`].
    pub fn ignore_exceptions(&self, questions: &[IgnoreQuestion]) -> Result<Vec<Option<IgnoreRule>>> {
        let paths: Vec<_> =
            questions.iter().map(|question| spelled(question.path.as_bytes(), question.directory)).collect();
        let exception = |verdict| if let Verdict::Kept(rule) = verdict { Some(rule) } else { None };
        Ok(verdicts(self.git(), &[], &paths)?.into_iter().map(exception).collect())
    }

    /// Finds the rules that would ignore things of these names that are no directories, such as links.
    ///
    /// # Errors
    /// As [`Repository::ignore_rules`].
    pub fn ignore_rules_for_links(&self, paths: &[&RepoPath]) -> Result<Vec<Option<IgnoreRule>>> {
        self.ignore_rules_as(paths, false)
    }

    /// Finds the rules that would ignore directories of these names, also where the disk has links.
    ///
    /// # Errors
    /// As [`Repository::ignore_rules`].
    pub fn ignore_rules_for_directories(&self, paths: &[&RepoPath]) -> Result<Vec<Option<IgnoreRule>>> {
        self.ignore_rules_as(paths, true)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "only the names are looked at, and `fs` is not below `git`"
    )]
    fn ignore_rules_as(&self, paths: &[&RepoPath], is_directory: bool) -> Result<Vec<Option<IgnoreRule>>> {
        let work_tree = self.layout.work_tree.as_ref();
        let top = work_tree.ok_or_else(|| Error::undecided("a bare repository has no ignore rules"))?;
        let mut answers = self.ignored_from_above(paths)?;
        for (level, indices) in levels(paths) {
            let source =
                level.join(".gitignore").map_err(|error| Error::undecided("no such path").cause(error))?;
            let file = source.to_path(top);
            // Git does not follow a link in the place of a `.gitignore`, but does so for `core.excludesFile`.
            if !file.is_file() || file.is_symlink() {
                continue;
            }
            let open: Vec<usize> = indices.into_iter().filter(|&index| answers[index].is_none()).collect();
            let inner =
                |&index: &usize| spelled(paths[index].below(&level).unwrap_or_default(), is_directory);
            let verdicts = self.isolated(&file, &open.iter().map(inner).collect::<Vec<_>>())?;
            for (index, verdict) in open.into_iter().zip(verdicts) {
                answers[index] = verdict.in_file(&source);
            }
        }
        let open: Vec<usize> = (0..paths.len()).filter(|&index| answers[index].is_none()).collect();
        let inner = open.iter().map(|&index| spelled(paths[index].as_bytes(), is_directory));
        let personal = verdicts(&self.stand_in(&[]), &[], &inner.collect::<Vec<_>>())?;
        for (index, verdict) in open.into_iter().zip(personal) {
            answers[index] = Some(verdict);
        }
        Ok(answers.into_iter().map(|verdict| verdict.and_then(Verdict::rule)).collect())
    }

    /// The verdicts for paths that lie in an ignored directory; the others are open still.
    fn ignored_from_above(&self, paths: &[&RepoPath]) -> Result<Vec<Option<Verdict>>> {
        let above = |path: &&RepoPath| path.parent().unwrap_or_default();
        let parents = paths.iter().map(|path| IgnoreQuestion { path: above(path), directory: true });
        let rules = self.ignore_rules(&parents.collect::<Vec<_>>())?.into_iter();
        let below = rules.zip(paths).map(|(rule, path)| rule.filter(|_| !above(path).is_root()));
        Ok(below.map(|rule| rule.map(Verdict::Ignored)).collect())
    }

    /// Tells what a `.gitignore` with other content would ignore. The content is in the file `rehearsal`, and
    /// stands for the `.gitignore` in `directory`; rules of other files play no part.
    ///
    /// # Errors
    /// Undecided if git cannot answer, or for a path that is not below `directory`.
    pub fn rehearse(
        &self,
        rehearsal: &Path,
        directory: &RepoPath,
        questions: &[IgnoreQuestion],
    ) -> Result<Vec<Option<IgnoreRule>>> {
        let inner = |question: &IgnoreQuestion| {
            let inner = question.path.below(directory).filter(|inner| !inner.is_empty());
            let inner = inner.map(|inner| spelled(inner, question.directory));
            inner.ok_or_else(|| Error::undecided(format!("`{}` is not below `{directory}`", question.path)))
        };
        let paths = questions.iter().map(inner).collect::<Result<Vec<_>>>()?;
        Ok(self.isolated(rehearsal, &paths)?.into_iter().map(Verdict::rule).collect())
    }

    /// Asks what the rules of one file alone say.
    ///
    /// `info/exclude` comes before `core.excludesFile` and would hide it, so git is first pointed to a common
    /// directory that has none: that of the reflogs, which looks enough like one. Where there are no reflogs, a
    /// path that `info/exclude` speaks of counts as one that this file does not.
    #[expect(
        clippy::disallowed_methods,
        reason = "only the names are looked at, and `fs` is not below `git`"
    )]
    fn isolated(&self, file: &Path, paths: &[Vec<u8>]) -> Result<Vec<Verdict>> {
        let common = &self.layout.common_directory;
        let (logs, objects) = (common.join("logs"), common.join("objects"));
        let excludes = config_argument("core.excludesFile", file);
        if logs.join("refs").is_dir() {
            let git = self.stand_in(&[("GIT_COMMON_DIR", &logs), ("GIT_OBJECT_DIRECTORY", &objects)]);
            if let Ok(verdicts) = verdicts(&git, &excludes, paths) {
                return Ok(verdicts);
            }
        }
        let mut answers = verdicts(&self.stand_in(&[]), &excludes, paths)?;
        for answer in &mut answers {
            if matches!(answer, Verdict::Ignored(rule) if Path::new(&rule.source) != file) {
                *answer = Verdict::Open;
            }
        }
        Ok(answers)
    }

    /// Git in a work tree where no path of ours exists.
    fn stand_in(&self, variables: &[(&str, &Path)]) -> Git<'_> {
        let empty = self.layout.common_directory.join("objects").join("pack");
        let variables = [variables, &[("GIT_WORK_TREE", empty.as_path())]].concat();
        self.git().with(&empty, &variables)
    }
}

impl Verdict {
    fn rule(self) -> Option<IgnoreRule> {
        if let Self::Ignored(rule) = self { Some(rule) } else { None }
    }

    /// The verdict with the file that was really meant; `None` if that file says nothing.
    fn in_file(self, source: &RepoPath) -> Option<Self> {
        let named =
            |rule| IgnoreRule { source: String::from_utf8_lossy(source.as_bytes()).into_owned(), ..rule };
        match self {
            Self::Open => None,
            Self::Kept(rule) => Some(Self::Kept(named(rule))),
            Self::Ignored(rule) => Some(Self::Ignored(named(rule))),
        }
    }
}

/// The directories above some paths, innermost first, each with the positions of the paths below it.
fn levels(paths: &[&RepoPath]) -> Vec<(RepoPath, Vec<usize>)> {
    let mut levels: BTreeMap<(Reverse<usize>, RepoPath), Vec<usize>> = BTreeMap::new();
    for (index, path) in paths.iter().enumerate() {
        for level in path.ancestors().skip(1) {
            levels.entry((Reverse(level.components().count()), level)).or_default().push(index);
        }
    }
    levels.into_iter().map(|((_, level), indices)| (level, indices)).collect()
}

/// Asks git about paths. One that it refuses (below a link, inside a submodule) makes it refuse all of them, so
/// the paths are halved until it stands alone; nothing of this repository ignores such a path.
fn verdicts(git: &Git<'_>, options: &[std::ffi::OsString], paths: &[Vec<u8>]) -> Result<Vec<Verdict>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let command = ["check-ignore", "--verbose", "--non-matching", "-z", "--no-index", "--stdin"];
    let arguments: Vec<_> = options.iter().cloned().chain(command.map(Into::into)).collect();
    let input = paths.iter().flat_map(|path| [path, b"\0".as_slice()].concat()).collect();
    let output = git.run(&arguments, input)?;
    if matches!(output.status, Some(0 | 1)) {
        return parse(&output.stdout, paths.len()).ok_or_else(|| git.failure(&command, &output));
    }
    let refused = [b"beyond a symbolic link".as_slice(), b"is in submodule"];
    if !refused.iter().any(|reason| memchr::memmem::find(&output.stderr, reason).is_some()) {
        return Err(git.failure(&command, &output));
    }
    if paths.len() == 1 {
        return Ok(vec![Verdict::Open]);
    }
    let (first, second) = paths.split_at(paths.len() / 2);
    let mut all = verdicts(git, options, first)?;
    all.extend(verdicts(git, options, second)?);
    Ok(all)
}

/// Reads source, line, pattern and path for each question.
fn parse(output: &[u8], count: usize) -> Option<Vec<Verdict>> {
    let pieces: Vec<_> =
        output.strip_suffix(b"\0")?.split(|&byte| byte == 0).map(String::from_utf8_lossy).collect();
    let verdict = |fields: &[std::borrow::Cow<'_, str>]| match fields {
        [_, line, _, _] if line.is_empty() => Some(Verdict::Open),
        [source, line, pattern, _] => {
            let (source, pattern) = (source.to_string(), pattern.to_string());
            let rule = IgnoreRule { source, line: line.parse().ok()?, pattern, of_contents: false };
            let is_exception = rule.pattern.starts_with('!');
            Some(if is_exception { Verdict::Kept(rule) } else { Verdict::Ignored(rule) })
        }
        _ => None,
    };
    let verdicts: Vec<_> = pieces.chunks(4).map(verdict).collect::<Option<_>>()?;
    (verdicts.len() == count).then_some(verdicts)
}

/// The path as git takes it: with a final `/` for a directory, the root as `./`, and no `:` at the start, where it
/// would be magic.
fn spelled(path: &[u8], directory: bool) -> Vec<u8> {
    let start = if path.is_empty() || path.starts_with(b":") { "./" } else { "" };
    [start.as_bytes(), path, if directory && !path.is_empty() { b"/" } else { b"" }].concat()
}

/// `-c KEY=PATH`.
fn config_argument(key: &str, path: &Path) -> Vec<std::ffi::OsString> {
    let mut setting = std::ffi::OsString::from(format!("{key}="));
    setting.push(path);
    vec!["-c".into(), setting]
}
