//! Which ignore rule decides about a path: now, for a link or a directory of that name, or with other rules.

use std::ffi::OsString;

use super::check_ignore::{Verdict, check_ignore, query, query_path};
use super::ignore_rule::{IgnoreQuestion, IgnoreRule};
use super::repository::Repository;
use super::scratch::{ScratchRepository, ignore_files_above, work_tree_with};
use crate::error::{Error, Result};
use crate::message::message;
use crate::path::RepoPath;

impl Repository<'_> {
    /// Finds the rule that ignores each path, directly or through a directory above it; `None` if no rule does.
    /// Whether a path is tracked does not matter.
    ///
    /// # Errors
    /// Undecided if git cannot answer, as in a bare repository.
    pub fn ignore_rules(&self, questions: &[IgnoreQuestion]) -> Result<Vec<Option<IgnoreRule>>> {
        let paths: Vec<_> = questions.iter().map(query).collect();
        let verdicts = check_ignore(self.git(), &[], &paths)?.into_iter();
        let mut rules: Vec<Option<IgnoreRule>> = verdicts.map(Verdict::ignoring_rule).collect();
        self.mark_rules_of_contents(questions, &mut rules)?;
        Ok(rules)
    }

    /// Marks the rules that match the contents of a directory only: without the final slash, they are not the answer.
    fn mark_rules_of_contents(
        &self,
        questions: &[IgnoreQuestion],
        rules: &mut [Option<IgnoreRule>],
    ) -> Result<()> {
        let is_doubtful = |index: &usize| {
            let question = &questions[*index];
            let doubtful = rules[*index].as_ref().is_some_and(IgnoreRule::matches_empty_name);
            doubtful && question.directory && !question.path.is_root()
        };
        let doubtful: Vec<usize> = (0..questions.len()).filter(is_doubtful).collect();
        let paths: Vec<_> =
            doubtful.iter().map(|&index| query_path(questions[index].path.as_bytes(), false)).collect();
        for (index, verdict) in doubtful.into_iter().zip(check_ignore(self.git(), &[], &paths)?) {
            let without_slash = verdict.ignoring_rule();
            if let Some(rule) = &mut rules[index] {
                rule.of_contents = without_slash.as_ref() != Some(&*rule);
            }
        }
        Ok(())
    }

    /// Finds the `!` rule that re-includes each path, where there is one.
    ///
    /// # Errors
    /// As [`Repository::ignore_rules`].
    pub fn ignore_exceptions(&self, questions: &[IgnoreQuestion]) -> Result<Vec<Option<IgnoreRule>>> {
        let paths: Vec<_> = questions.iter().map(query).collect();
        Ok(check_ignore(self.git(), &[], &paths)?.into_iter().map(Verdict::including_rule).collect())
    }

    /// Finds the rules that would ignore links (or files) with these paths, even if the disk has directories there.
    ///
    /// # Errors
    /// As [`Repository::ignore_rules`].
    pub fn ignore_rules_for_links(&self, paths: &[&RepoPath]) -> Result<Vec<Option<IgnoreRule>>> {
        self.ignore_rules_as(paths, false)
    }

    /// Finds the rules that would ignore directories with these paths, even if the disk has links there.
    ///
    /// # Errors
    /// As [`Repository::ignore_rules`].
    pub fn ignore_rules_for_directories(&self, paths: &[&RepoPath]) -> Result<Vec<Option<IgnoreRule>>> {
        self.ignore_rules_as(paths, true)
    }

    fn ignore_rules_as(&self, paths: &[&RepoPath], directory: bool) -> Result<Vec<Option<IgnoreRule>>> {
        let top = self.layout.work_tree.as_ref();
        let top = top.ok_or_else(|| Error::undecided("a bare repository has no ignore rules"))?;
        let mut answers = vec![None; paths.len()];
        let mut rest: Vec<usize> = (0..paths.len()).collect();
        while !rest.is_empty() {
            let asked: Vec<&RepoPath> = rest.iter().map(|&index| paths[index]).collect();
            let files = ignore_files_above(&asked, top);
            // A path with a file below it would be a directory in the temporary work tree, so it is asked later.
            let is_directory = |index: &usize| files.iter().any(|(above, _)| above.is_within(paths[*index]));
            let (later, now): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(is_directory);
            let queries: Vec<_> =
                now.iter().map(|&index| query_path(paths[index].as_bytes(), directory)).collect();
            let work_tree = work_tree_with(&files)?;
            let git = self.git().with_work_tree(work_tree.path());
            for (index, verdict) in now.into_iter().zip(check_ignore(&git, &[], &queries)?) {
                answers[index] = verdict.ignoring_rule();
            }
            rest = later;
        }
        Ok(answers)
    }

    /// Predicts which paths a `.gitignore` with this text in `directory` would ignore. The rules of other files are
    /// left out.
    ///
    /// # Errors
    /// Undecided if git cannot answer, or for a path that is not below `directory`.
    pub fn predict_ignored(
        &self,
        text: &[u8],
        directory: &RepoPath,
        questions: &[IgnoreQuestion],
    ) -> Result<Vec<Option<IgnoreRule>>> {
        let inner = |question: &IgnoreQuestion| {
            let inner = question.path.below(directory).filter(|inner| !inner.is_empty());
            let inner = inner.map(|inner| query_path(inner, question.directory));
            inner
                .ok_or_else(|| Error::undecided(message!("`{}` is not below `{}`", question.path, directory)))
        };
        let queries = questions.iter().map(inner).collect::<Result<Vec<_>>>()?;
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let scratch = self.scratch()?;
        let work_tree = work_tree_with(&[(RepoPath::root(), text.to_vec())])?;
        let git = self.git().in_repository(&self.env, &scratch.git_directory(), work_tree.path());
        let settings = [setting("core.ignoreCase", &self.ignore_case()?), setting("core.excludesFile", "")];
        let verdicts = check_ignore(&git, &settings.concat(), &queries)?;
        Ok(verdicts.into_iter().map(Verdict::ignoring_rule).collect())
    }

    /// The value of `core.ignoreCase`.
    fn ignore_case(&self) -> Result<String> {
        let entry = self.configuration()?.into_iter().rfind(|entry| entry.key == "core.ignorecase");
        Ok(entry.map_or_else(|| "false".to_owned(), |entry| entry.value.unwrap_or_else(|| "true".to_owned())))
    }

    /// The temporary repository, which is made when it is first needed.
    fn scratch(&self) -> Result<&ScratchRepository> {
        match self.scratch.get() {
            Some(scratch) => Ok(scratch),
            None => {
                let scratch = ScratchRepository::create(self.git(), &self.env)?;
                Ok(self.scratch.get_or_init(|| scratch))
            }
        }
    }
}

/// Options that give git a setting.
fn setting(key: &str, value: &str) -> [OsString; 2] {
    ["-c".into(), format!("{key}={value}").into()]
}
