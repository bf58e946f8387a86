//! The texts of an environment that is at another place than it was made for.
//!
//! Tools write the absolute path of an environment into activation scripts, the first lines of programs, `pyvenv.cfg`, and
//! files that lead to projects in it. Each shell quotes in its own way; a path that no shell quotes is the same text in all
//! of them, so only such a path can be put in the place of another.

use super::script::first_line;
use crate::formats::direct_url::file_url;
use crate::formats::script_interpreter;
use crate::path::bytes_to_path;

/// What begins the first lines of a program whose interpreter has a space or is too long.
const SHELL: &[u8] = b"#!/bin/sh\n'''exec' ";
/// What ends them.
const SHELL_END: &[u8] = b"\n' '''\n";

/// A move from one path to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relocation {
    old: String,
    new: String,
    old_url: String,
    new_url: String,
}

impl Relocation {
    /// A move of an environment.
    ///
    /// # Errors
    /// Why the texts cannot be changed, as a sentence without a full stop.
    pub fn new(old: &[u8], new: &[u8]) -> Result<Self, String> {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned);
        let (Ok(old), Ok(new)) = (text(old), text(new)) else {
            return Err("its scripts cannot be changed: the path is not valid UTF-8".to_owned());
        };
        // Where the old path has a space, it is quoted everywhere.
        let is_quoted = old.contains(' ');
        let is_plain = |c: char| c.is_alphanumeric() || "/._-+@,=".contains(c) || (c == ' ' && is_quoted);
        if let Some(special) = new.chars().find(|c| !is_plain(*c)) {
            let special = special.escape_debug();
            return Err(format!(
                "its scripts cannot be changed: shells treat `{special}` in the path as special"
            ));
        }
        let url = |path: &str| file_url(&bytes_to_path(path.as_bytes()));
        Ok(Self { old_url: url(&old), new_url: url(&new), old, new })
    }

    /// A text with the new path in the place of the old one, also in URLs; `None` if it does not name the old one.
    #[must_use]
    pub fn text(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let of_url = replaced(bytes, &self.old_url, &self.new_url);
        let all = replaced(of_url.as_deref().unwrap_or(bytes), &self.old, &self.new);
        all.or(of_url)
    }

    /// As [`Relocation::text`], for a program: its first lines are written anew if its interpreter is in the environment.
    #[must_use]
    pub fn program(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let interpreter = script_interpreter::read(bytes).and_then(|path| String::from_utf8(path).ok());
        let inside = interpreter.as_deref().and_then(|path| path.strip_prefix(&self.old));
        let Some((inside, body)) = inside.filter(|inside| inside.starts_with('/')).zip(self.body(bytes))
        else {
            return self.text(bytes);
        };
        let head = first_line(&format!("{}{inside}", self.new));
        let body = self.text(body).unwrap_or_else(|| body.to_vec());
        Some([head.as_bytes(), &body].concat())
    }

    /// What a link says that leads to the old place; `None` for any other.
    #[must_use]
    pub fn link(&self, target: &[u8]) -> Option<Vec<u8>> {
        let below = target.strip_prefix(self.old.as_bytes())?;
        (below.is_empty() || below.starts_with(b"/")).then(|| [self.new.as_bytes(), below].concat())
    }

    /// What follows the first lines that name nothing but an interpreter in the environment.
    fn body<'t>(&self, bytes: &'t [u8]) -> Option<&'t [u8]> {
        if bytes.starts_with(SHELL) {
            let end = memchr::memmem::find(bytes, SHELL_END)?;
            return bytes.get(end + SHELL_END.len()..);
        }
        let end = memchr::memchr(b'\n', bytes)?;
        let line = bytes.get(2..end)?.trim_ascii();
        let is_only = line.starts_with(self.old.as_bytes()) && !line.contains(&b'\t') && !has_option(line);
        is_only.then(|| bytes.get(end + 1..)).flatten()
    }
}

/// Says whether something follows the interpreter in a first line.
fn has_option(line: &[u8]) -> bool {
    memchr::memmem::find(line, b" -").is_some()
}

/// The bytes that may be a part of a name: a path that goes on with one is another path.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
}

/// A text with one path in the place of another, wherever that is not a part of another one.
fn replaced(bytes: &[u8], old: &str, new: &str) -> Option<Vec<u8>> {
    let mut result = Vec::new();
    let mut done = 0;
    for at in memchr::memmem::find_iter(bytes, old.as_bytes()) {
        let end = at + old.len();
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let goes_on = bytes.get(end).is_some_and(|byte| is_name(*byte));
        // A URL begins with letters, a path with a slash.
        let is_part = old.starts_with('/') && before.is_some_and(|byte| is_name(*byte) || *byte == b'/');
        if at < done || goes_on || is_part {
            continue;
        }
        result.extend_from_slice(bytes.get(done..at)?);
        result.extend_from_slice(new.as_bytes());
        done = end;
    }
    result.extend_from_slice(bytes.get(done..)?);
    (done > 0).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relocation() -> Relocation {
        Relocation::new(b"/p/venv", b"/q/other.env").expect("plain paths")
    }

    #[test]
    fn only_the_old_path_itself_is_replaced() {
        let cases = [
            ("VIRTUAL_ENV='/p/venv'\n", Some("VIRTUAL_ENV='/q/other.env'\n")),
            ("VIRTUAL_ENV=/p/venv", Some("VIRTUAL_ENV=/q/other.env")),
            ("command = /u/python -m venv /p/venv\n", Some("command = /u/python -m venv /q/other.env\n")),
            ("/p/venv/src/a\n/p/venv2/b\n", Some("/q/other.env/src/a\n/p/venv2/b\n")),
            ("file:///p/venv/src", Some("file:///q/other.env/src")),
            ("/p/venv-old:/p/venv.bak:/x/p/venv:\u{e9}/p/venv", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = relocation().text(text.as_bytes());
            assert_eq!(
                found.map(|bytes| String::from_utf8(bytes).expect("text")).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn the_first_lines_of_programs_are_written_anew() {
        let long = format!("/{}", "n".repeat(140));
        let cases = [
            ("/p/venv", "/q/v", "#!/p/venv/bin/python\nx\n", Some("#!/q/v/bin/python\nx\n".to_owned())),
            ("/p/venv", "/q/v", "#!/p/venv/bin/python -E\n", Some("#!/q/v/bin/python -E\n".to_owned())),
            ("/p/venv", "/q/v", "#!/usr/bin/env python\n", None),
            ("/p/venv", "/q/v", "#!/usr/bin/python3\n", None),
            ("/p/venv", "/q/v", "\x7fELF\0", None),
            (
                "/p q/venv",
                "/r",
                "#!/bin/sh\n'''exec' '/p q/venv/bin/python' \"$0\" \"$@\"\n' '''\nx\n",
                Some("#!/r/bin/python\nx\n".to_owned()),
            ),
            (
                "/p/venv",
                &long,
                "#!/p/venv/bin/python\nx\n",
                Some(format!("#!/bin/sh\n'''exec' '{long}/bin/python' \"$0\" \"$@\"\n' '''\nx\n")),
            ),
        ];
        for (old, new, text, expected) in cases {
            let relocation = Relocation::new(old.as_bytes(), new.as_bytes()).expect("paths");
            let found = relocation.program(text.as_bytes());
            assert_eq!(found.map(|bytes| String::from_utf8(bytes).expect("text")), expected, "{text}");
        }
    }

    #[test]
    fn links_into_the_old_place_lead_into_the_new_one() {
        let cases =
            [("/p/venv/lib", Some("/q/other.env/lib")), ("/p/venv2", None), ("lib", None), ("/p", None)];
        for (target, expected) in cases {
            assert_eq!(relocation().link(target.as_bytes()), expected.map(|text| text.as_bytes().to_vec()));
        }
    }

    #[test]
    fn paths_that_shells_quote_are_refused() {
        for new in ["/a b", "/a'b", "/a$b", "/a\"b", "/a\\b", "/a\nb", "/a:b", "/a!b"] {
            assert!(Relocation::new(b"/p/venv", new.as_bytes()).is_err(), "{new}");
        }
        assert!(Relocation::new(b"/p/venv", b"/\xff").is_err());
        assert!(Relocation::new(b"/p q/venv", b"/p q/other").is_ok());
        assert!(Relocation::new(b"/p/venv", "/p/\u{e9}".as_bytes()).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_looked_at(bytes: Vec<u8>) {
            let relocation = relocation();
            let _ = (relocation.text(&bytes), relocation.program(&bytes), relocation.link(&bytes));
        }
    }
}
