//! One ignore file: its text, with rules without their slash and rules at its end, and how it is written.
//!
//! The format: <https://git-scm.com/docs/gitignore#_pattern_format>.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};
use crate::fs::{Access, Expected, FilePlace, ReadFile, is_link};
use crate::git::ignore_file_fault;
use crate::message::message;
use crate::path::RepoPath;
use crate::tree::SETTINGS_LIMIT;

/// An ignore file and what is to change in it. Whatever needs a change is identified by a number.
#[derive(Debug, Clone)]
pub(super) struct IgnoreFile {
    /// Where it is.
    pub(super) path: RepoPath,
    /// What it holds; `None` where there is none.
    pub(super) old: Option<Vec<u8>>,
    edits: BTreeMap<usize, Vec<usize>>,
    additions: Vec<(Vec<u8>, Vec<usize>)>,
}

impl IgnoreFile {
    /// Reads it.
    ///
    /// # Errors
    /// Action if something else has its place, or if it cannot be read, by us or by git.
    pub(super) fn read(top: &Path, path: &RepoPath) -> Result<Self> {
        let read = Self::place(top, path).and_then(|place| Self::read_from(&place));
        let read = read.map_err(|error| match is_link(&path.to_path(top)) {
            true => error
                .cause("git reads no rules through a link")
                .hint("put the file that it points to in its place, then try again"),
            false => error,
        });
        let old = read?.map(|file| file.bytes);
        match old.as_deref().and_then(ignore_file_fault) {
            Some(fault) => Err(Error::action(message!("`{}` {}", path, fault))
                .cause("git would not read a rule that is added to it either")
                .hint("save the file as UTF-8, then try again")),
            None => Ok(Self::new(path, old)),
        }
    }

    /// Its place. Neither the file nor a directory above it may be a link: git does not follow one to a `.gitignore`
    /// either (<https://git-scm.com/docs/gitignore#_notes>).
    fn place(top: &Path, path: &RepoPath) -> Result<FilePlace> {
        FilePlace::below(top, path)
    }

    fn read_from(place: &FilePlace) -> Result<Option<ReadFile>> {
        place.read(SETTINGS_LIMIT)
    }

    /// Writes the new text, unless somebody changed the file since it was read. `staging` is a directory for the
    /// temporary file.
    ///
    /// # Errors
    /// Action if it was changed, something else has its place, or it cannot be written.
    pub(super) fn write(&self, top: &Path, staging: &Path) -> Result<()> {
        self.replace(top, staging, self.old.as_deref(), &self.new_text())
    }

    /// Puts the old text back, or removes the file if there was none, unless somebody changed it since it was written.
    ///
    /// # Errors
    /// As [`IgnoreFile::write`].
    pub(super) fn put_back(&self, top: &Path, staging: &Path) -> Result<()> {
        let new = self.new_text();
        match &self.old {
            Some(old) => self.replace(top, staging, Some(&new), old),
            None => {
                let place = Self::place(top, &self.path)?;
                let found = Self::read_from(&place)?.filter(|found| found.bytes == new);
                place.remove(&found.ok_or_else(|| self.changed())?)
            }
        }
    }

    fn replace(&self, top: &Path, staging: &Path, before: Option<&[u8]>, after: &[u8]) -> Result<()> {
        let place = Self::place(top, &self.path)?;
        let found = Self::read_from(&place)?;
        if found.as_ref().map(|found| found.bytes.as_slice()) != before {
            return Err(self.changed());
        }
        let expected = found.as_ref().map_or(Expected::Nothing, Expected::Unchanged);
        place.write(after, Access::FILE, Some(staging), expected)
    }

    fn changed(&self) -> Error {
        Error::action(message!("`{}` was changed by another process", self.path)).hint("try again")
    }

    fn new(path: &RepoPath, old: Option<Vec<u8>>) -> Self {
        Self { path: path.clone(), old, edits: BTreeMap::new(), additions: Vec::new() }
    }

    /// Forgets all changes.
    pub(super) fn reset(&mut self) {
        self.edits.clear();
        self.additions.clear();
    }

    /// Says whether the rule in this line, counted from 1, can do without its slash.
    pub(super) fn can_lose_slash(&self, line: usize) -> bool {
        line.checked_sub(1).and_then(|index| self.lines().nth(index)).and_then(without_slash).is_some()
    }

    /// Takes the slash off the rule in this line.
    pub(super) fn lose_slash(&mut self, line: usize, asker: usize) {
        self.edits.entry(line).or_default().push(asker);
    }

    /// Adds a rule, once.
    pub(super) fn add(&mut self, rule: Vec<u8>, asker: usize) {
        match self.additions.iter_mut().find(|(other, _)| *other == rule) {
            Some((_, askers)) => askers.push(asker),
            None => self.additions.push((rule, vec![asker])),
        }
    }

    /// Says whether it only gets new rules at its end.
    pub(super) fn only_grows(&self) -> bool {
        self.edits.is_empty()
    }

    /// Says whether anything changes.
    pub(super) fn changes(&self) -> bool {
        !self.edits.is_empty() || !self.additions.is_empty()
    }

    /// Who needs the rule in this line of the new text.
    pub(super) fn askers(&self, line: usize) -> &[usize] {
        let first = self.lines().count() + 1;
        let added = line.checked_sub(first).and_then(|index| self.additions.get(index));
        added.map(|(_, askers)| askers).or_else(|| self.edits.get(&line)).map_or(&[], Vec::as_slice)
    }

    /// The new text: what is not changed keeps every byte, new lines end like the last one did.
    pub(super) fn new_text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for (index, line) in self.lines().enumerate() {
            let edited = self.edits.contains_key(&(index + 1)).then(|| without_slash(line)).flatten();
            text.extend_from_slice(edited.as_deref().unwrap_or(line));
        }
        let terminated = self.lines().rev().find(|line| line.ends_with(b"\n"));
        let ending: &[u8] =
            if terminated.is_some_and(|line| line.ends_with(b"\r\n")) { b"\r\n" } else { b"\n" };
        if !self.additions.is_empty() && !text.is_empty() && !text.ends_with(b"\n") {
            text.extend_from_slice(ending);
        }
        for (rule, _) in &self.additions {
            text.extend_from_slice(rule);
            text.extend_from_slice(ending);
        }
        text
    }

    fn lines(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.old.as_deref().unwrap_or_default().split_inclusive(|&byte| byte == b'\n')
    }
}

/// The line without the slash that ends its pattern; `None` if it has none, or if it would then ignore
/// everything.
fn without_slash(line: &[u8]) -> Option<Vec<u8>> {
    let body = line.strip_suffix(b"\n").map_or(line, |body| body.strip_suffix(b"\r").unwrap_or(body));
    let spaces = body.iter().rev().take_while(|&&byte| byte == b' ').count();
    let pattern = &body[..body.len() - spaces];
    let bare = pattern.strip_suffix(b"/")?;
    let name = bare.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let tells = name.iter().any(|&byte| byte != b'*');
    let whole = !bare.ends_with(b"\\") && !bare.starts_with(b"!") && !bare.starts_with(b"#");
    (tells && whole).then(|| [bare, &line[pattern.len()..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> RepoPath {
        RepoPath::new(bytes).expect("a path")
    }

    fn file(old: Option<&str>) -> IgnoreFile {
        IgnoreFile::new(&path(b".gitignore"), old.map(|text| text.as_bytes().to_vec()))
    }

    #[test]
    fn rules_name_one_path() {
        let cases: [(&[u8], &[u8]); 9] = [
            (b".venv", b"/.venv"),
            (b"a/b c", b"/a/b c"),
            (b"!a", b"/!a"),
            (b"#a", b"/#a"),
            (b"a*[b]?\\", b"/a\\*\\[b]\\?\\\\"),
            (b"a  ", b"/a\\ \\ "),
            (b"a\nb", b"/a?b"),
            (b"a\r", b"/a?"),
            (b"\xff", b"/\xff"),
        ];
        for (name, expected) in cases {
            assert_eq!(crate::model::ignore_rule_for(&path(name)), expected, "{name:?}");
        }
    }

    #[test]
    fn slashes_come_off() {
        let cases: [(&str, Option<&str>); 13] = [
            (".venv/\n", Some(".venv\n")),
            (".venv/", Some(".venv")),
            ("/.venv/\r\n", Some("/.venv\r\n")),
            ("a/.venv/  \n", Some("a/.venv  \n")),
            ("\u{feff}env/\n", Some("\u{feff}env\n")),
            (".venv\n", None),
            ("*/\n", None),
            ("**/\n", None),
            ("/\n", None),
            ("a//\n", None),
            ("a\\/\n", None),
            ("!a/\n", None),
            ("a/\t\n", None),
        ];
        for (line, expected) in cases {
            let expected = expected.map(|text| text.as_bytes().to_vec());
            assert_eq!(without_slash(line.as_bytes()), expected, "{line:?}");
        }
    }

    #[test]
    fn new_text_keeps_the_rest() {
        let cases: [(Option<&str>, &str); 6] = [
            (None, "/v\n"),
            (Some(""), "/v\n"),
            (Some("a\n"), "a\n/v\n"),
            (Some("a"), "a\n/v\n"),
            (Some("a\r\n"), "a\r\n/v\r\n"),
            (Some("a\r\nb"), "a\r\nb\r\n/v\r\n"),
        ];
        for (old, expected) in cases {
            let mut file = file(old);
            file.add(b"/v".to_vec(), 7);
            file.add(b"/v".to_vec(), 8);
            assert_eq!(String::from_utf8_lossy(&file.new_text()), expected);
            assert_eq!(file.askers(expected.lines().count()), [7, 8]);
        }
        let mut file = file(Some("x/\nv/\n"));
        file.lose_slash(2, 3);
        file.add(b"/w".to_vec(), 4);
        assert_eq!(String::from_utf8_lossy(&file.new_text()), "x/\nv\n/w\n");
        assert_eq!((file.askers(1), file.askers(2), file.askers(3)), (&[][..], &[3][..], &[4][..]));
    }
}
