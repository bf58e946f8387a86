//! Requirements files, read as pip reads them
//! (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>). Where uv reads a line differently, pip decides.

mod annotations;
#[cfg(test)]
mod cases;
mod decode;
mod included;
mod lines;
mod options;
mod requirement_entry;
#[cfg(test)]
mod tests;
mod variables;

use self::annotations::Annotations;
pub use self::decode::DecodeError;
use self::decode::{Decoded, decode};
pub use self::included::IncludedFile;
use self::lines::logical_lines;
pub use self::options::doubt;
use self::options::{Options, split_line};
pub use self::requirement_entry::{DirectRequirement, RequirementEntry};
use self::variables::expand;
use super::compiled::{self, CompiledHeader};
use super::text::{ParseError, merge_conflict};

/// A requirements file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementsFile {
    /// What its lines say, in their order, without blank lines and comments. A line of several options has an item for
    /// each.
    pub lines: Vec<RequirementsLine>,
    /// The tool that wrote it, if it says so.
    pub compiled: Option<CompiledHeader>,
}

/// A line of a requirements file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementsLine {
    /// The number of its first line, counted from 1. As in pip, all line breaks of Unicode count.
    pub line: usize,
    /// The line as written, without comment; of a requirement without the options behind it. Variables are not replaced,
    /// because their values may be secret.
    pub text: String,
    /// What it says, or why pip refuses it, as a lower-case fragment.
    pub entry: Result<RequirementEntry, String>,
    /// What the `# via` comment of a compiled file names: packages, `-r FILE`, `-c FILE`, `PROJECT (pyproject.toml)`.
    pub via: Vec<String>,
}

/// Parses a file; `variable` returns the variables of the environment. Errors of single lines are in the lines.
///
/// # Errors
/// [`DecodeError`] if the file cannot be decoded, or has an unresolved merge conflict.
pub fn parse(
    bytes: &[u8],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<RequirementsFile, DecodeError> {
    let Decoded { text, is_partial } = decode(bytes)?;
    if let Some(line) = merge_conflict(&text) {
        return Err(DecodeError::Refused(ParseError::at(line, "unresolved merge conflict")));
    }
    let mut lines: Vec<RequirementsLine> = Vec::new();
    let mut annotations = Annotations::default();
    for line in logical_lines(&text) {
        let content = line.content();
        if is_partial && content.contains(char::REPLACEMENT_CHARACTER) {
            let reason = "it has characters of an encoding that is not read";
            return Err(DecodeError::Undecided(ParseError::at(line.number, reason)));
        }
        if !content.is_empty() {
            let written = written(content);
            let entries = entries(content, variable).into_iter();
            lines.extend(entries.map(|entry| RequirementsLine {
                line: line.number,
                text: written.to_owned(),
                entry,
                via: Vec::new(),
            }));
            annotations.start();
        }
        match (line.comment(), lines.last_mut()) {
            (Some(comment), Some(last)) => annotations.read(comment, &mut last.via),
            (None, _) if content.is_empty() => annotations.end(),
            _ => {}
        }
    }
    Ok(RequirementsFile { lines, compiled: compiled::header(&text) })
}

/// The part of a line that messages show.
fn written(content: &str) -> &str {
    let wanted = split_line(content).0.trim_matches(lines::is_blank);
    if wanted.is_empty() { content } else { wanted }
}

/// What a line says.
fn entries(
    content: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Vec<Result<RequirementEntry, String>> {
    let expanded = match expand(content, variable) {
        Ok(expanded) => expanded,
        Err(reason) => return vec![Err(reason)],
    };
    match expanded_entries(&expanded.text) {
        Ok(mut entries) => {
            for entry in &mut entries {
                if let RequirementEntry::Named { requirement, .. } = entry {
                    written(content).clone_into(&mut requirement.text);
                }
            }
            entries.into_iter().map(Ok).collect()
        }
        // A blank behind it is easily overlooked.
        Err(_) if content.ends_with('\\') => {
            vec![
                Err("`\\` continues a line only as its last character, without a blank behind it".to_owned()),
            ]
        }
        Err(reason) => vec![Err(expanded.without_values(&reason))],
    }
}

/// What a line with its variables replaced says. On the line of a requirement only the options that belong to it have an
/// effect; of several `-r` and `-c` only one has, the first `-r` if there is one; and beside it no other option has.
fn expanded_entries(line: &str) -> Result<Vec<RequirementEntry>, String> {
    let (wanted, options) = split_line(line);
    let options = Options::parse(options)?;
    let first = |name| options.values(name).next();
    if let Some(editable) = first("--editable") {
        let text = if wanted.is_empty() { editable } else { wanted.trim_matches(lines::is_blank) };
        return Ok(vec![RequirementEntry::parse_editable(text)?]);
    }
    if !wanted.is_empty() {
        let hashes = options.values("--hash").map(str::to_owned).collect();
        return Ok(vec![RequirementEntry::parse(wanted, hashes)?]);
    }
    match (first("--requirement"), first("--constraint")) {
        (Some(""), _) | (None, Some("")) => Err("no file is named".to_owned()),
        (Some(path), _) => Ok(vec![RequirementEntry::Requirements(path.to_owned())]),
        (None, Some(path)) => Ok(vec![RequirementEntry::Constraints(path.to_owned())]),
        (None, None) => {
            let option = |(name, value): (&str, _)| RequirementEntry::Option { name: name.to_owned(), value };
            Ok(options.into_all().into_iter().map(option).collect())
        }
    }
}
