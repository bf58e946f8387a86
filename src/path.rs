//! Paths inside a repository, as git stores them: bytes, `/`-separated, relative to the root.
//!
//! All folders use this type. It is converted to a path of the operating system only for access to the disk.

use std::fmt;
use std::path::{Path, PathBuf};

/// A path relative to the root of a repository or of any other tree; the empty path is the root itself.
///
/// It has no empty, `.` or `..` component and never starts with `/`, so that joining it to a root cannot leave
/// that root. The bytes need not be UTF-8.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RepoPath(Box<[u8]>);

/// Why bytes are not a [`RepoPath`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// The path starts with `/`.
    #[error("the path is absolute")]
    Absolute,
    /// A component is empty, `.` or `..`.
    #[error("the path has an empty, `.` or `..` part")]
    Component,
    /// The path has a NUL byte.
    #[error("the path contains a NUL byte")]
    Nul,
}

impl RepoPath {
    /// Returns the root itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Validates the bytes of a path as git stores it.
    ///
    /// # Errors
    /// [`BadPath`] if they break a rule.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Result<Self, BadPath> {
        let bytes = bytes.into();
        Self::check(&bytes).map(|()| Self(bytes))
    }

    /// Returns whether bytes are a path as [`RepoPath::new`] takes it.
    #[must_use]
    pub fn is_valid(bytes: &[u8]) -> bool {
        Self::check(bytes).is_ok()
    }

    fn check(bytes: &[u8]) -> Result<(), BadPath> {
        if bytes.is_empty() {
            return Ok(());
        }
        if bytes.starts_with(b"/") {
            return Err(BadPath::Absolute);
        }
        if memchr::memchr(0, bytes).is_some() {
            return Err(BadPath::Nul);
        }
        let bad = |part: &[u8]| part.is_empty() || part == b"." || part == b"..";
        if bytes.split(|&b| b == b'/').any(bad) {
            return Err(BadPath::Component);
        }
        Ok(())
    }

    /// The bytes, without a trailing `/`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The last component; empty for the root.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        split_name(&self.0).1
    }

    /// The parent directory; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        (!self.is_root()).then(|| Self(split_name(&self.0).0.into()))
    }

    /// The path itself, then each parent directory, innermost first; the root comes last.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }

    /// The components, outermost first.
    pub fn components(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|&b| b == b'/').filter(|part| !part.is_empty())
    }

    /// Appends a relative path.
    ///
    /// # Errors
    /// [`BadPath`] if `tail` is not a valid path.
    pub fn join(&self, tail: impl AsRef<[u8]>) -> Result<Self, BadPath> {
        let tail = tail.as_ref();
        if self.is_root() || tail.is_empty() {
            return Self::new(if tail.is_empty() { self.0.to_vec() } else { tail.to_vec() });
        }
        Self::new([&self.0, b"/".as_slice(), tail].concat())
    }

    /// Returns whether this path is `directory` or below it.
    #[must_use]
    pub fn is_within(&self, directory: &Self) -> bool {
        below(&self.0, &directory.0).is_some()
    }

    /// The part of this path below `directory`; empty if they are equal, `None` if it is not below.
    #[must_use]
    pub fn below(&self, directory: &Self) -> Option<&[u8]> {
        below(&self.0, &directory.0)
    }

    /// The path for people, as one sees it who is in a directory of the same tree: relative, with `..`, and quoted as
    /// in [`display_bytes`]. The directory itself is `.`.
    #[must_use]
    pub fn seen_from(&self, directory: &Self) -> String {
        display_bytes(&self.relative_to(directory))
    }

    /// The path for people and programs, as seen from the root of its tree; quoted as in [`display_bytes`].
    #[must_use]
    pub fn seen_from_root(&self) -> String {
        display_bytes(&self.0)
    }

    /// The path relative to a directory of the same tree, with `..` where it is not below it; empty for the directory
    /// itself.
    #[must_use]
    pub fn relative_to(&self, directory: &Self) -> Vec<u8> {
        let is_shared = |(one, other): &(&[u8], &[u8])| one == other;
        let shared = self.components().zip(directory.components()).take_while(is_shared).count();
        let up = directory.components().skip(shared).map(|_| b"..".as_slice());
        up.chain(self.components().skip(shared)).collect::<Vec<_>>().join(&b'/')
    }

    /// The path as text if it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The path below `root` on this operating system.
    #[must_use]
    pub fn to_path(&self, root: &Path) -> PathBuf {
        if self.is_root() { root.to_path_buf() } else { root.join(bytes_to_path(&self.0)) }
    }

    /// Converts a path of the operating system that is already relative to the root.
    ///
    /// # Errors
    /// [`BadPath`] if it is absolute or leaves the root.
    pub fn from_relative(path: &Path) -> Result<Self, BadPath> {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for component in path.components() {
            match component {
                std::path::Component::Normal(part) => parts.push(path_to_bytes(Path::new(part))),
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => return Err(BadPath::Component),
                _ => return Err(BadPath::Absolute),
            }
        }
        Self::new(parts.join(&b'/'))
    }
}

/// Splits path bytes into the directory (empty at the root) and the last component.
#[must_use]
pub fn split_name(path: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memrchr(b'/', path) {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (&[], path),
    }
}

/// The part of `path` below `directory`; empty if they are equal, `None` if it is not below.
#[must_use]
pub fn below<'p>(path: &'p [u8], directory: &[u8]) -> Option<&'p [u8]> {
    if directory.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(directory)?;
    match rest.first() {
        None => Some(rest),
        Some(b'/') => Some(&rest[1..]),
        Some(_) => None,
    }
}

/// Resolves a relative path, which may have empty, `.` and `..` parts, from a directory; `None` if it leaves the root.
#[must_use]
pub fn resolve(directory: &[u8], relative: &[u8]) -> Option<RepoPath> {
    let mut parts: Vec<&[u8]> = directory.split(|&b| b == b'/').filter(|part| !part.is_empty()).collect();
    for part in relative.split(|&b| b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    RepoPath::new(parts.join(&b'/')).ok()
}

/// The bytes of a path of the operating system, with `/` between components.
#[must_use]
pub fn path_to_bytes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    {
        std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
    }
    #[cfg(not(unix))]
    {
        path.to_string_lossy().replace('\\', "/").into_bytes()
    }
}

/// The path of the operating system that these bytes name.
#[must_use]
pub fn bytes_to_path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// A path of the operating system for messages, quoted as in [`display_bytes`].
#[must_use]
pub fn display(path: &Path) -> String {
    display_bytes(&path_to_bytes(path))
}

/// A path for messages: unchanged if a terminal can print it safely, otherwise quoted as git quotes paths with
/// `core.quotePath=false` (`"a\nb"`, `"\033[31m"`, invalid UTF-8 as `\377`). The root is `.`. For a command that people
/// copy into a shell, use [`crate::text::shell_quote`].
#[must_use]
pub fn display_bytes(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return ".".to_owned();
    }
    let out = escape(bytes, &['"', '\\']);
    if out.as_bytes() == bytes { out } else { format!("\"{out}\"") }
}

/// Text from outside that is not a path (a version, a reason, a value), escaped so that a terminal prints it safely on
/// one line. Unlike [`display_bytes`] it adds no quotes and keeps backslashes and quotes, so it cannot be reversed.
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    escape(bytes, &[])
}

/// Escapes what [`is_deceptive`] says, invalid UTF-8, and the characters in `special`.
fn escape(bytes: &[u8], special: &[char]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    let octal =
        |out: &mut String, bytes: &[u8]| bytes.iter().for_each(|b| out.push_str(&format!("\\{b:03o}")));
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                c if special.contains(&c) => out.extend(['\\', c]),
                c if is_deceptive(c) => {
                    octal(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                c => out.push(c),
            }
        }
        octal(&mut out, chunk.invalid());
    }
    out
}

/// Whether a terminal could obey a character or show other text for it than is there: control characters, of C0 and C1;
/// format characters (`Cf`), such as those that change the direction of text; line and paragraph separators; and what is
/// invisible unless the character before it gives it a meaning (`Default_Ignorable_Code_Point`).
///
/// <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>,
/// <https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    /// Unicode 17, without control characters.
    const RANGES: [(char, char); 25] = [
        ('\u{ad}', '\u{ad}'),
        ('\u{34f}', '\u{34f}'),
        ('\u{600}', '\u{605}'),
        ('\u{61c}', '\u{61c}'),
        ('\u{6dd}', '\u{6dd}'),
        ('\u{70f}', '\u{70f}'),
        ('\u{890}', '\u{891}'),
        ('\u{8e2}', '\u{8e2}'),
        ('\u{115f}', '\u{1160}'),
        ('\u{17b4}', '\u{17b5}'),
        ('\u{180b}', '\u{180f}'),
        ('\u{200b}', '\u{200f}'),
        ('\u{2028}', '\u{202e}'),
        ('\u{2060}', '\u{206f}'),
        ('\u{3164}', '\u{3164}'),
        ('\u{fe00}', '\u{fe0f}'),
        ('\u{feff}', '\u{feff}'),
        ('\u{ffa0}', '\u{ffa0}'),
        ('\u{fff0}', '\u{fffb}'),
        ('\u{110bd}', '\u{110bd}'),
        ('\u{110cd}', '\u{110cd}'),
        ('\u{13430}', '\u{1343f}'),
        ('\u{1bca0}', '\u{1bca3}'),
        ('\u{1d173}', '\u{1d17a}'),
        ('\u{e0000}', '\u{e0fff}'),
    ];
    if c < '\u{ad}' {
        return c.is_control();
    }
    RANGES.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

impl AsRef<[u8]> for RepoPath {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoPath({})", display_bytes(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_leave_the_root() {
        let cases: [(&[u8], Option<BadPath>); 8] = [
            (b"", None),
            (b"a/b", None),
            (b"\xff", None),
            (b"/a", Some(BadPath::Absolute)),
            (b"a//b", Some(BadPath::Component)),
            (b"a/../b", Some(BadPath::Component)),
            (b"a/", Some(BadPath::Component)),
            (b"a\0b", Some(BadPath::Nul)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(RepoPath::new(bytes).err(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn paths_are_seen_from_a_directory_as_git_prints_them() {
        let path = |text: &str| RepoPath::new(text.as_bytes()).expect("a path");
        let cases = [
            ("venv", "", "venv"),
            ("venv", "app", "../venv"),
            ("app/venv", "app", "venv"),
            ("app/venv", "app/src/deep", "../../venv"),
            ("app/venv", "ap", "../app/venv"),
            ("app", "app/venv/bin", "../.."),
            ("app/venv", "app/venv", "."),
            ("", "", "."),
            ("", "app", ".."),
            ("..x/venv", "..x", "venv"),
            ("venv", "..x/...", "../../venv"),
            ("a\nb/venv", "app", "\"../a\\nb/venv\""),
        ];
        for (to, directory, expected) in cases {
            assert_eq!(path(to).seen_from(&path(directory)), expected, "{to:?} from {directory:?}");
        }
    }

    #[test]
    fn special_characters_are_quoted() {
        let cases: [(&[u8], &str); 11] = [
            (b"", "."),
            (b"my env/x", "my env/x"),
            ("가상환경".as_bytes(), "가상환경"),
            (b"a\nb", "\"a\\nb\""),
            (b"\x1b[31m", "\"\\033[31m\""),
            (b"\xff", "\"\\377\""),
            ("a\u{202e}b".as_bytes(), "\"a\\342\\200\\256b\""),
            ("a\u{9b}b".as_bytes(), "\"a\\302\\233b\""),
            ("a\u{61c}b".as_bytes(), "\"a\\330\\234b\""),
            ("a\u{e0041}b".as_bytes(), "\"a\\363\\240\\201\\201b\""),
            ("e\u{301} \u{1f40d} \u{a0}".as_bytes(), "e\u{301} \u{1f40d} \u{a0}"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(display_bytes(bytes), expected);
        }
    }

    #[test]
    fn relative_paths_are_resolved_inside_the_root() {
        let cases = [
            ("", "a/./b//", Some("a/b")),
            ("a/b", "../c", Some("a/c")),
            ("a", "..", Some("")),
            ("a", "../..", None),
            ("", "../a", None),
            ("a", "b\0", None),
        ];
        for (directory, relative, expected) in cases {
            let expected = expected.map(|path| RepoPath::new(path.as_bytes()).expect("a path"));
            assert_eq!(resolve(directory.as_bytes(), relative.as_bytes()), expected, "{relative:?}");
        }
    }

    #[test]
    fn below_needs_a_whole_component() {
        assert_eq!(below(b"venv/bin", b"venv"), Some(b"bin".as_slice()));
        assert_eq!(below(b"venv2/bin", b"venv"), None);
        assert_eq!(below(b"venv", b"venv"), Some(b"".as_slice()));
        assert_eq!(below(b"venv", b""), Some(b"venv".as_slice()));
    }
}
