//! `setup.cfg` of setuptools, as far as it is static
//! (<https://setuptools.pypa.io/en/latest/userguide/declarative_config.html>).

use super::declared_requirement::{DeclaredRequirement, RequirementList};
use crate::python::{Specifiers, normalised};

/// What a `setup.cfg` says about a project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetupCfg {
    /// The name as written.
    pub name: Option<String>,
    /// `python_requires`; `None` also for what are no specifiers.
    pub requires_python: Option<Specifiers>,
    /// `install_requires`.
    pub dependencies: Vec<DeclaredRequirement>,
    /// `extras_require`.
    pub extras: Vec<RequirementList>,
    /// The files, relative to this one, from which what is installed is read when the project is built: `file:` in the
    /// options and for the version.
    pub files: Vec<String>,
    /// The first line that `configparser` refuses, and with it the file: it is neither a header nor a key, or a key before
    /// any header.
    pub malformed: Option<usize>,
}

/// A key with its value, line by line.
struct SetupCfgEntry<'t> {
    section: &'t str,
    key: &'t str,
    line: usize,
    value: Vec<(usize, &'t str)>,
}

impl SetupCfg {
    /// Parses the file.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let (entries, malformed) = entries(text);
        let mut read = Self { malformed, ..Self::default() };
        for entry in entries {
            if (entry.section, entry.key) == ("metadata", "version") || entry.section.starts_with("options") {
                read.files.extend(entry.files());
            }
            match (entry.section, entry.key) {
                ("metadata", "name") => read.name = entry.text(),
                ("options", "python_requires" | "python-requires") => {
                    read.requires_python = entry.text().and_then(|text| Specifiers::parse(&text).ok());
                }
                ("options", "install_requires" | "install-requires") => {
                    read.dependencies = entry.requirements();
                }
                ("options.extras_require", extra) => read.extras.push(RequirementList {
                    name: normalised(extra),
                    line: entry.line,
                    requirements: entry.requirements(),
                }),
                ("options", "extras_require" | "extras-require") => read.extras.push(RequirementList {
                    name: String::new(),
                    line: entry.line,
                    requirements: entry.directive().into_iter().collect(),
                }),
                _ => {}
            }
        }
        read
    }
}

/// The entries and the first line that is none, by the rules of `configparser`: an indented line continues the value above
/// it (<https://docs.python.org/3/library/configparser.html#supported-ini-file-structure>).
fn entries(text: &str) -> (Vec<SetupCfgEntry<'_>>, Option<usize>) {
    let mut entries: Vec<SetupCfgEntry<'_>> = Vec::new();
    let mut malformed = None;
    let (mut section, mut indent, mut is_open) = ("", 0, false);
    for (line, raw) in (1..).zip(text.lines()) {
        let content = raw.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        let depth = raw.len() - raw.trim_start().len();
        if let Some(entry) = entries.last_mut().filter(|_| is_open && depth > indent) {
            entry.value.push((line, content));
            continue;
        }
        indent = depth;
        let header = content.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        if let Some((name, _)) = header {
            (section, is_open) = (name, false);
            continue;
        }
        let pair = content.split_once(['=', ':']);
        is_open = pair.is_some();
        if pair.is_none() || section.is_empty() {
            malformed = malformed.or(Some(line));
        }
        entries.extend(pair.map(|(key, value)| SetupCfgEntry {
            section,
            key: key.trim_end(),
            line,
            value: vec![(line, value.trim())],
        }));
    }
    (entries, malformed)
}

impl SetupCfgEntry<'_> {
    /// The value on one line.
    fn text(&self) -> Option<String> {
        let mut parts = self.value.iter().map(|(_, part)| *part).filter(|part| !part.is_empty());
        parts.next().filter(|_| parts.next().is_none()).map(str::to_owned)
    }

    /// The files that a value is read from.
    fn files(&self) -> Vec<String> {
        let lines: Vec<&str> = self.value.iter().map(|(_, part)| *part).collect();
        let joined = lines.join("\n");
        let names = joined.trim_start().strip_prefix("file:").unwrap_or_default().split(',');
        names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    }

    /// The requirement that stands for a value computed from a file or a program.
    fn directive(&self) -> Option<DeclaredRequirement> {
        let (line, text) = self.value.iter().find(|(_, part)| !part.is_empty())?;
        let is_directive = text.starts_with("file:") || text.starts_with("attr:");
        let reason = format!("`{}` is read from elsewhere when the project is built", self.key);
        is_directive.then(|| DeclaredRequirement::undecided(*line, text, reason))
    }

    /// The items of a list: one a line, or on a single line with `;` between them.
    fn requirements(&self) -> Vec<DeclaredRequirement> {
        if let Some(directive) = self.directive() {
            return vec![directive];
        }
        let items: Vec<(usize, &str)> = match self.value.as_slice() {
            [(line, single)] => single.split(';').map(|item| (*line, item)).collect(),
            lines => lines.to_vec(),
        };
        let plain = |(line, item): (usize, &str)| {
            let item = item.split(" #").next().unwrap_or_default().trim().to_owned();
            (!item.is_empty() && !item.starts_with('#')).then_some((line, item))
        };
        let read = |(line, item): (usize, String)| match item.ends_with('\\') {
            true => DeclaredRequirement::undecided(line, &item, "a requirement on several lines is not read"),
            false => DeclaredRequirement::of_text(line, &item),
        };
        items.into_iter().filter_map(plain).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::declared_requirement::tests::summary;

    fn read(text: &str) -> (Vec<String>, Vec<(String, Vec<String>)>) {
        let read = SetupCfg::parse(text.as_bytes());
        let of = |list: &[DeclaredRequirement]| list.iter().map(summary).collect::<Vec<_>>();
        (
            of(&read.dependencies),
            read.extras.iter().map(|it| (it.name.clone(), of(&it.requirements))).collect(),
        )
    }

    #[test]
    fn lists_are_read_with_their_lines() {
        let text = "[metadata]\nname = p\n[options]\npackages = find:\ninstall_requires =\n    a>=1\n    # no\n\n    b[x]; python_version < '3.9'  # old\n\n  c\nzip_safe = no\n[options.extras_require]\nTest =\n    d\ndoc = e; f\n";
        let (own, extras) = read(text);
        assert_eq!(own, ["6: a >=1", "9: b[x] ; python_version < '3.9'", "11: c"]);
        let expected = [
            ("test".to_owned(), vec!["15: d".to_owned()]),
            ("doc".to_owned(), vec!["16: e".to_owned(), "16: f".to_owned()]),
        ];
        assert_eq!(extras, expected);
        assert_eq!(read("[options]\ninstall_requires = a;b ;\n").0, ["2: a", "2: b"]);
        assert_eq!(read("[tool]\ninstall_requires = a\n").0, [] as [&str; 0]);
        assert!(read("[options]\ninstall_requires =\n  a b\n").0[0].starts_with("3: invalid: "));
    }

    #[test]
    fn directives_are_not_followed() {
        for text in ["install_requires = file: a.txt", "install_requires =\n  file: a.txt"] {
            let own = read(&format!("[options]\n{text}\n")).0;
            let line = 1 + text.lines().count();
            assert_eq!(
                own,
                [format!(
                    "{line}: undecided: `install_requires` is read from elsewhere when the project is built"
                )]
            );
        }
        assert_eq!(read("[options]\nextras_require = attr: x.y\n").1[0].1.len(), 1);
    }

    #[test]
    fn files_that_are_read_when_it_is_built_are_named() {
        let files = |text: &str| SetupCfg::parse(text.as_bytes()).files;
        let text = "[metadata]\nversion = file: VERSION\nlong_description = file: README\n[options]\ninstall_requires =\n  file: a.txt, b.txt,\n  c.txt\n";
        assert_eq!(files(text), ["VERSION", "a.txt", "b.txt", "c.txt"]);
        assert_eq!(files("[options.extras_require]\nx = file: x.txt\ny = attr: m.y\n"), ["x.txt"]);
        assert_eq!(files("[options]\ninstall_requires =\n  file\n"), [""; 0]);
    }

    #[test]
    fn the_name_is_in_metadata() {
        let name = |text: &str| SetupCfg::parse(text.as_bytes()).name;
        assert_eq!(name("[x]\nname = a\n[metadata]\nversion = 1\nname: b\n").as_deref(), Some("b"));
        assert_eq!(name("[metadata]\nname =\n  c\n").as_deref(), Some("c"));
        assert_eq!(name("[metadata]\n  name = indented\n").as_deref(), Some("indented"));
        assert_eq!(name("name = a\n"), None);
    }

    #[test]
    fn a_line_that_is_nothing_is_malformed() {
        let malformed = |text: &str| SetupCfg::parse(text.as_bytes()).malformed;
        assert_eq!(malformed("# x\n\n[a]\nb = c\n  d\n; e\n[f]\ng:\n"), None);
        assert_eq!(malformed("\n[options\ninstall_requires =\n  six\n"), Some(2));
        assert_eq!(malformed("[options]\ninstall_requires\n  six\n"), Some(2));
        assert_eq!(malformed("install_requires = six\n"), Some(1));
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_parsed(text in "(\\[options\\]\n|install_requires|[ \t]{1,2}|[=:;#]|\n|a|file:|.){0,24}") {
            let lines = text.lines().count();
            let read = SetupCfg::parse(text.as_bytes());
            proptest::prop_assert!(read.dependencies.iter().all(|it| (1..=lines).contains(&it.line)));
        }
    }
}
