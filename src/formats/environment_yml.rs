//! `environment.yml` of conda
//! (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).

use super::located::{Located, Member, Value};
use super::text::{ParseError, utf8};
use super::yaml;

/// What an `environment.yml` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnvironmentYml {
    /// The name of the environment, if it can be the name of a directory.
    pub name: Option<String>,
    /// The packages of conda.
    pub packages: Vec<CondaRequirement>,
    /// The lines for pip, each as in a requirements file.
    pub pip: Vec<PipLine>,
    /// Entries that are neither, with their lines and what is wrong.
    pub unread: Vec<(usize, String)>,
}

/// A package of conda
/// (<https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#package-match-specifications>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondaRequirement {
    /// The line, counted from 1.
    pub line: usize,
    /// As written.
    pub text: String,
    /// The name, in lower case.
    pub name: String,
    /// Version and build as written, without blanks around them; empty for any.
    pub specification: String,
    /// The name or URL of the channel that it has to be from.
    pub channel: Option<String>,
}

/// A line for pip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipLine {
    /// The line, counted from 1.
    pub line: usize,
    /// As written.
    pub text: String,
}

impl EnvironmentYml {
    /// Parses the file.
    ///
    /// # Errors
    /// [`ParseError`] for what is not YAML, and if `dependencies` is no list.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let Some(document) = yaml::parse(utf8(bytes)?)? else { return Ok(Self::default()) };
        let root = document.value;
        let name = root.text_at(&["name"]).filter(|name| is_name(name));
        let mut read = Self { name, ..Self::default() };
        let repeated = root.members().iter().filter(|member| member.key == "dependencies").nth(1);
        if let Some(repeated) = repeated {
            return Err(ParseError::at(repeated.value.line, "`dependencies` is there twice".to_owned()));
        }
        // What is merged into the table is not read.
        if let Some(merged) = root.member("<<") {
            read.unread.push((merged.value.line, "`<<` may add dependencies".to_owned()));
        }
        match root.member("dependencies").map(|member| &member.value) {
            Some(Located { value: Value::List(items), .. }) => {
                items.iter().for_each(|item| read.add(item));
            }
            None | Some(Located { value: Value::Null, .. }) => {}
            Some(Located { line, value }) => {
                let reason = format!("`dependencies` must be a list, not {}", value.kind());
                return Err(ParseError::at(*line, reason));
            }
        }
        Ok(read)
    }

    fn add(&mut self, item: &Located) {
        match &item.value {
            Value::Text(text) => match conda_requirement(item.line, text) {
                Some(requirement) => self.packages.push(requirement),
                None => self.refuse(item, "it is not the name of a package with a version"),
            },
            Value::Table(members) => match members.as_slice() {
                [Member { key, value, .. }] if key == "pip" => self.add_pip(value),
                _ => self.refuse(item, "it is for an installer that is not known"),
            },
            other => self.refuse(item, &format!("an entry must be a string, not {}", other.kind())),
        }
    }

    fn add_pip(&mut self, value: &Located) {
        match &value.value {
            Value::Null => {}
            Value::List(items) => {
                for item in items {
                    match &item.value {
                        Value::Text(text) if !text.contains(['\n', '\r']) => {
                            self.pip.push(PipLine { line: item.line, text: text.clone() });
                        }
                        _ => self.refuse(item, "an entry for pip must be a string on one line"),
                    }
                }
            }
            _ => self.refuse(value, "`pip` must be a list"),
        }
    }

    fn refuse(&mut self, item: &Located, reason: &str) {
        self.unread.push((item.line, reason.to_owned()));
    }
}

/// Whether this can be the name of a directory among conda's environments.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\', ':', '#', '"', '\'']) && !matches!(name, "." | "..")
}

/// A channel may stand before the name, `channel::name`. URLs, paths and conditions in brackets are not supported.
fn conda_requirement(line: usize, text: &str) -> Option<CondaRequirement> {
    let uncommented = text.split('#').next().unwrap_or_default();
    let (channel, plain) =
        uncommented.rsplit_once("::").map_or((None, uncommented), |(channel, plain)| (Some(channel), plain));
    let plain = plain.trim();
    // conda takes the name of an archive for a URL.
    if plain.ends_with(".tar.bz2") || plain.ends_with(".conda") {
        return None;
    }
    let end = plain.find(|c: char| c.is_whitespace() || "=<>!~".contains(c)).unwrap_or(plain.len());
    let (name, specification) = plain.split_at(end);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    let is_supported = is_name && !specification.contains(['[', ']', '\n']);
    is_supported.then(|| CondaRequirement {
        line,
        text: text.to_owned(),
        name: name.to_ascii_lowercase(),
        specification: specification.trim().to_owned(),
        channel: channel.map(|channel| channel.trim_start().to_owned()).filter(|channel| !channel.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> EnvironmentYml {
        EnvironmentYml::parse(text.as_bytes()).expect("YAML")
    }

    #[test]
    fn names() {
        let cases = [
            ("name: science\nchannels:\n  - defaults\n", Some("science")),
            ("# x\nname: \"my env\"  # why\n", Some("my env")),
            ("channels: []\nname: 'a'", Some("a")),
            ("a:\n  name: nested\n", None),
            ("name: ../../etc\n", None),
            ("name: ..\n", None),
            ("name:\n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).name.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn packages_and_lines_for_pip_are_told_apart() {
        let text = "name: x\ndependencies:\n  - python=3.12\n  - NumPy >=1.20,<2 # why\n  - conda-forge::scipy\n  - a=1.0=py_0\n  - pip\n\
            \x20 - pip:\n    - -r requirements.txt\n    - 'requests[x]>=2; os_name == \"nt\"'\n  - b[version='>=1']\n  - {npm: [c]}\n  - [d]\n";
        let read = read(text);
        let packages: Vec<_> =
            read.packages.iter().map(|it| (it.line, it.name.as_str(), it.specification.as_str())).collect();
        let expected = [
            (3, "python", "=3.12"),
            (4, "numpy", ">=1.20,<2"),
            (5, "scipy", ""),
            (6, "a", "=1.0=py_0"),
            (7, "pip", ""),
        ];
        assert_eq!(packages, expected);
        let channels: Vec<_> = read.packages.iter().map(|it| it.channel.as_deref()).collect();
        assert_eq!(channels, [None, None, Some("conda-forge"), None, None]);
        let pip: Vec<_> = read.pip.iter().map(|it| (it.line, it.text.as_str())).collect();
        assert_eq!(pip, [(9, "-r requirements.txt"), (10, "requests[x]>=2; os_name == \"nt\"")]);
        let unread: Vec<_> = read.unread.iter().map(|(line, _)| *line).collect();
        assert_eq!(unread, [11, 12, 13]);
    }

    #[test]
    fn a_file_that_is_not_understood_is_an_error() {
        let cases =
            [("dependencies: x\n", 1), ("dependencies:\n  - a\n b: c\n", 3), ("dependencies: [a\n", 2)];
        for (text, line) in cases {
            let error = EnvironmentYml::parse(text.as_bytes()).expect_err(text);
            assert_eq!(error.line, Some(line), "{text}: {error}");
        }
        assert_eq!(read("dependencies:\n"), EnvironmentYml::default());
        EnvironmentYml::parse(b"dependencies: [a]\ndependencies: [b]\n").expect_err("two lists");
        assert_eq!(read("a: &a {dependencies: [b]}\n<<: *a\n").unread.len(), 1);
        let others = read("dependencies: [a-1-0.tar.bz2, a-1-0.conda, 'a # b::c', 'd ::e']\n");
        assert_eq!(others.unread.len(), 2);
        let packages: Vec<_> =
            others.packages.iter().map(|it| (it.name.as_str(), it.channel.as_deref())).collect();
        assert_eq!(packages, [("a", None), ("e", Some("d "))]);
    }

    proptest! {
        #[test]
        fn every_entry_is_somewhere(names in proptest::collection::vec("[a-zA-Z0-9_.>=<!\\[ -]{1,12}", 0..8)) {
            let quoted: Vec<String> = names.iter().map(|name| format!("  - \"{name}\"\n")).collect();
            let read = read(&format!("dependencies:\n{}", quoted.concat()));
            prop_assert_eq!(read.packages.len() + read.unread.len(), names.len());
        }

        #[test]
        fn no_bytes_make_it_panic(text in "(dependencies:\n|  - |pip:|a|::|=1|\n|.){0,24}") {
            let read = EnvironmentYml::parse(text.as_bytes());
            prop_assert!(read.map_or_else(|error| error.line != Some(0), |_| true));
        }
    }
}
