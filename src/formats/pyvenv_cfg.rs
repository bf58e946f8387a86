//! `pyvenv.cfg`, the file that makes a directory a virtual environment.
//!
//! It is not INI: lines are split at the first `=`, both sides are trimmed, keys ignore case, unknown keys and lines
//! without `=` are ignored, as in CPython's `site.py`
//! (<https://peps.python.org/pep-0405/#specification>,
//! <https://github.com/python/cpython/blob/main/Lib/site.py>).

use std::collections::BTreeMap;

/// The content of a `pyvenv.cfg`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PyvenvCfg {
    values: BTreeMap<String, String>,
}

impl PyvenvCfg {
    /// Parses the file. UTF-16, which PowerShell's `>` writes, is decoded; other bytes that are not text do not hide the
    /// lines beside them.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let text = decode(bytes);
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let values = pairs.map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim().to_owned()));
        Self { values: values.collect() }
    }

    /// The value of a key, given in lower case; `None` if it is absent or empty.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The directory of the base interpreter; `None` if it is not an absolute path, or a placeholder of a template.
    #[must_use]
    pub fn home(&self) -> Option<&str> {
        self.get("home").filter(|home| is_absolute(home) && !is_placeholder(home))
    }

    /// The path that it was created at, if recorded: the last argument of the `command` that venv (since Python 3.11),
    /// virtualenv (since 21) and `git pyenv create` write.
    #[must_use]
    pub fn recorded_path(&self) -> Option<&str> {
        let command = self.get("command")?;
        let arguments = ["-m venv ", "-m virtualenv ", "git pyenv create "]
            .iter()
            .find_map(|module| command.split_once(module))?
            .1;
        Some(without_options(arguments)).filter(|place| is_absolute(place))
    }

    /// Returns whether its scripts determine their own path, so that it can be moved (`uv venv --relocatable`).
    #[must_use]
    pub fn is_relocatable(&self) -> bool {
        self.get("relocatable").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns whether the packages of the base Python count too. CPython takes a missing key for `true`, and any other
    /// value for `false`.
    #[must_use]
    pub fn includes_system_packages(&self) -> bool {
        let value = self.values.get("include-system-site-packages");
        value.is_none_or(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The Python version as far as it is recorded (`3.12`, `3.12.1`), from the first of the keys that creators use:
    /// `version_info` (virtualenv, uv), `version` (venv), `python-version`.
    #[must_use]
    pub fn python_version(&self) -> Option<String> {
        let recorded = ["version_info", "version", "python-version"].iter().find_map(|key| self.get(key))?;
        let numbers: Vec<&str> = recorded
            .split('.')
            .take_while(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
            .collect();
        (numbers.len() >= 2).then(|| numbers[..numbers.len().min(3)].join("."))
    }

    /// The first two numbers of [`Self::python_version`].
    #[must_use]
    pub fn python_feature(&self) -> Option<String> {
        Some(self.python_version()?.split('.').take(2).collect::<Vec<_>>().join("."))
    }
}

/// The arguments after the options. Only `--prompt` has a value, in double quotes.
fn without_options(arguments: &str) -> &str {
    let mut rest = arguments.trim_start();
    while rest.starts_with("--") {
        let end = match rest.strip_prefix("--prompt=\"") {
            Some(value) => value.find('"').map(|end| end + "--prompt=\"\"".len()),
            None => rest.find(' '),
        };
        rest = rest.get(end.unwrap_or(rest.len())..).unwrap_or_default().trim_start();
    }
    rest
}

/// Writes the file: one line for each key, in this order. A value must not contain a line break.
#[must_use]
pub fn write(values: &[(&str, &str)]) -> String {
    values.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
}

/// Decodes UTF-8, and UTF-16 with a byte order mark. NUL bytes are dropped, which also decodes the ASCII characters of
/// UTF-16 without the mark.
fn decode(bytes: &[u8]) -> String {
    let utf16 = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).replace('\0', ""),
    }
}

/// Returns whether this is an absolute path on any system: `/usr`, `C:\Python`, `\\server\share`.
#[must_use]
pub fn is_absolute(path: impl AsRef<[u8]>) -> bool {
    match path.as_ref() {
        [b'/', ..] | [b'\\', b'\\', ..] => true,
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Returns whether text has a placeholder of a template, as in the sources and tests of creators.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    ["__VENV_", "__VIRTUAL_", "{{", "}}", "@@", "%(", "${", "<", ">"].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_each_creator_are_parsed() {
        let cases: [(&[u8], Option<&str>, Option<&str>); 13] = [
            (
                b"home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n",
                Some("/usr/bin"),
                Some("3.11.2"),
            ),
            (
                b"home = /opt/python\nversion_info = 3.8.18.final.0\nvirtualenv = 20.0.20\n",
                Some("/opt/python"),
                Some("3.8.18"),
            ),
            (b"home=/x\nversion_info=3.12", Some("/x"), Some("3.12")),
            (
                b"\xef\xbb\xbfHOME = C:\\Python311\r\nversion = 3.11.5\r\n",
                Some("C:\\Python311"),
                Some("3.11.5"),
            ),
            (b"\xff\xfeh\0o\0m\0e\0=\0/\0x\0", Some("/x"), None),
            (b"h\0o\0m\0e\0=\0/\0x\0", Some("/x"), None),
            (b"home = /x\nprompt = \0\n\xff\xfe\n", Some("/x"), None),
            (b"home = {{ base }}\n", None, None),
            (b"home = __VENV_DIR__\n", None, None),
            (b"# only a comment\n", None, None),
            (b"version = three\n", None, None),
            (b"home = relative/path\n", None, None),
            (b"", None, None),
        ];
        for (bytes, home, version) in cases {
            let read = PyvenvCfg::parse(bytes);
            assert_eq!(read.home(), home, "{bytes:?}");
            assert_eq!(read.python_version().as_deref(), version, "{bytes:?}");
        }
    }

    #[test]
    fn the_command_has_the_path() {
        let cases = [
            ("/usr/bin/python3 -m venv /p/venv", Some("/p/venv")),
            (
                "/usr/bin/python3 -m venv --copies --without-pip --prompt=\"a /b\" /my p/venv",
                Some("/my p/venv"),
            ),
            ("C:\\Python\\python.exe -m venv C:\\p\\venv", Some("C:\\p\\venv")),
            ("/x/python -m virtualenv /p/env", Some("/p/env")),
            ("git pyenv create --without-pip --env /p/my env", Some("/p/my env")),
            ("/usr/bin/python3 -m venv venv", None),
            ("/usr/bin/python3 -m venv --prompt=\"", None),
            ("make venv", None),
        ];
        for (command, expected) in cases {
            let read = PyvenvCfg::parse(format!("home = /x\ncommand = {command}\n").as_bytes());
            assert_eq!(read.recorded_path(), expected, "{command}");
        }
        assert!(PyvenvCfg::parse(b"relocatable = true\n").is_relocatable());
    }

    #[test]
    fn system_packages_count_unless_the_file_says_no() {
        let cases = [
            ("", true),
            ("= True", true),
            ("=true", true),
            ("= false", false),
            ("= yes", false),
            ("=", false),
        ];
        for (value, expected) in cases {
            let text = if value.is_empty() {
                String::new()
            } else {
                format!("include-system-site-packages {value}\n")
            };
            assert_eq!(PyvenvCfg::parse(text.as_bytes()).includes_system_packages(), expected, "{value}");
        }
    }

    #[test]
    fn a_conflict_has_values() {
        let conflict = PyvenvCfg::parse(b"<<<<<<< HEAD\nhome = /a\n=======\nhome = /b\n>>>>>>> other\n");
        assert_eq!(conflict.home(), Some("/b"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let read = PyvenvCfg::parse(&bytes);
            let _ = (read.home(), read.python_version(), read.recorded_path());
        }
    }
}
