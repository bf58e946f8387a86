//! The program's own source, read as text: for tests about how it is built.

use std::fs;
use std::path::Path;

/// One file of `src/`.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Relative to `src/`, with `/`.
    pub(crate) path: String,
    /// The text without comments.
    pub(crate) code: String,
    /// The whole text.
    pub(crate) text: String,
}

impl SourceFile {
    /// A file with this path below `src/` and this text.
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let code = text.lines().map(without_comment).filter(|line| !line.trim().is_empty());
        Self { path: path.into(), code: code.collect::<Vec<_>>().join("\n"), text }
    }

    /// The folder it lies in, or its own name for a file directly in `src/`: what the walls are between.
    pub(crate) fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The name without folder and ending.
    pub(crate) fn stem(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs")
    }
}

/// A file of the repository as text.
pub(crate) fn read(relative: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(relative);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file of `src/`, by path.
pub(crate) fn all() -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 50, "only {} files were found", files.len());
    files
}

fn collect(directory: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let entry = entry.expect("an entry");
        let path = format!("{prefix}{}", entry.file_name().to_str().expect("a plain name"));
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if path.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).expect("text");
            files.push(SourceFile::new(path, text));
        }
    }
}

/// Cuts a line comment off; `https://` in a string is no comment.
fn without_comment(line: &str) -> &str {
    let starts = line.match_indices("//").map(|(at, _)| at);
    let comment = starts.filter(|at| !line[..*at].ends_with(':')).min();
    comment.map_or(line, |at| &line[..at])
}
