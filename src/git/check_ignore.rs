//! Runs `git check-ignore`: which ignore rule decides about each of some paths.

use std::borrow::Cow;
use std::ffi::OsString;

use super::command::Git;
use super::ignore_rule::{IgnoreQuestion, IgnoreRule};
use crate::error::Result;

/// The command and its options. Whether a path is tracked does not matter.
const COMMAND: [&str; 6] = ["check-ignore", "--verbose", "--non-matching", "-z", "--no-index", "--stdin"];
/// What git writes when it refuses to answer for a path.
const REFUSALS: [&[u8]; 2] = [b"beyond a symbolic link", b"is in submodule"];

/// What the rules say about a path.
pub(super) enum Verdict {
    /// No rule matches.
    NoMatch,
    /// A `!` rule re-includes the path.
    Included(IgnoreRule),
    /// A rule ignores the path.
    Ignored(IgnoreRule),
}

impl Verdict {
    /// The rule that ignores the path.
    pub(super) fn ignoring_rule(self) -> Option<IgnoreRule> {
        if let Self::Ignored(rule) = self { Some(rule) } else { None }
    }

    /// The `!` rule that re-includes the path.
    pub(super) fn including_rule(self) -> Option<IgnoreRule> {
        if let Self::Included(rule) = self { Some(rule) } else { None }
    }
}

/// The path of a question as `git check-ignore` reads it.
pub(super) fn query(question: &IgnoreQuestion) -> Vec<u8> {
    query_path(question.path.as_bytes(), question.directory)
}

/// A path as `git check-ignore` reads it: with a final `/` for a directory, `./` for the root, and without `:` at the
/// start, which would be pathspec magic.
pub(super) fn query_path(path: &[u8], directory: bool) -> Vec<u8> {
    let start = if path.is_empty() || path.starts_with(b":") { "./" } else { "" };
    [start.as_bytes(), path, if directory && !path.is_empty() { b"/" } else { b"" }].concat()
}

/// Asks git about paths, in the form of [`query_path`], with more options of git itself. Git refuses all paths if it
/// refuses one (below a link, inside a submodule), so the paths are halved until that one is alone. No rule of this
/// repository matches such a path.
///
/// # Errors
/// Undecided if git fails, as in a bare repository.
pub(super) fn check_ignore(git: &Git<'_>, options: &[OsString], paths: &[Vec<u8>]) -> Result<Vec<Verdict>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let arguments: Vec<_> = options.iter().cloned().chain(COMMAND.map(Into::into)).collect();
    let input = paths.iter().flat_map(|path| [path, b"\0".as_slice()].concat()).collect();
    let output = git.run(&arguments, input)?;
    if matches!(output.status, Some(0 | 1)) {
        return parse(&output.stdout, paths.len()).ok_or_else(|| git.failure(&COMMAND, &output));
    }
    if !REFUSALS.iter().any(|reason| memchr::memmem::find(&output.stderr, reason).is_some()) {
        return Err(git.failure(&COMMAND, &output));
    }
    if paths.len() == 1 {
        return Ok(vec![Verdict::NoMatch]);
    }
    let (first, second) = paths.split_at(paths.len() / 2);
    let mut all = check_ignore(git, options, first)?;
    all.extend(check_ignore(git, options, second)?);
    Ok(all)
}

/// Parses the source, line, pattern and path that git prints for each path.
fn parse(output: &[u8], count: usize) -> Option<Vec<Verdict>> {
    let fields: Vec<_> =
        output.strip_suffix(b"\0")?.split(|&byte| byte == 0).map(String::from_utf8_lossy).collect();
    let verdict = |fields: &[Cow<'_, str>]| match fields {
        [_, line, _, _] if line.is_empty() => Some(Verdict::NoMatch),
        [source, line, pattern, _] => {
            let (source, pattern) = (source.to_string(), pattern.to_string());
            let rule = IgnoreRule { source, line: line.parse().ok()?, pattern, of_contents: false };
            let is_exception = rule.pattern.starts_with('!');
            Some(if is_exception { Verdict::Included(rule) } else { Verdict::Ignored(rule) })
        }
        _ => None,
    };
    let verdicts: Vec<_> = fields.chunks(4).map(verdict).collect::<Option<_>>()?;
    (verdicts.len() == count).then_some(verdicts)
}
