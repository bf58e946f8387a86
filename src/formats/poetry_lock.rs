//! `poetry.lock` (<https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock>).

use super::fields::{Fields, text_of, texts_of, wrong};
use super::located::{Located, Value};
use super::text::{ParseError, utf8};
use super::toml;

/// What poetry recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PoetryLock {
    /// The version of poetry in the first line.
    pub written_by: Option<String>,
    /// `metadata.lock-version`, such as `2.1`.
    pub lock_version: Option<String>,
    /// `metadata.content-hash`: the SHA-256 of what it was locked from.
    pub content_hash: Option<String>,
    /// The locked packages, in the order of the file.
    pub packages: Vec<PoetryPackage>,
    /// The extras of the project, each with names of packages.
    pub extras: Vec<(String, Vec<String>)>,
}

/// A locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoetryPackage {
    /// The line of its table, counted from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Only extras of the project ask for it.
    pub is_optional: bool,
    /// The groups that ask for it; `None` before lock version 2.1.
    pub groups: Option<Vec<String>>,
    /// The markers under which they do: of a group, or of all (`None`).
    pub markers: Vec<(Option<String>, String)>,
    /// What it requires: names, each with one or more alternatives.
    pub dependencies: Vec<(String, Vec<PoetryDependency>)>,
    /// Where it comes from; `None` for the default index.
    pub source: Option<PoetrySource>,
    /// It is installed as editable.
    pub is_editable: bool,
}

/// A requirement of a package, or of a project in `tool.poetry`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PoetryDependency {
    /// The version constraint, as poetry writes it; `None` for what has another source.
    pub version: Option<String>,
    /// The extras of what is required.
    pub extras: Vec<String>,
    /// The marker under which it is required.
    pub marker: Option<String>,
    /// The version constraint for Python under which it is required.
    pub python: Option<String>,
    /// The `sys_platform` on which it is required.
    pub platform: Option<String>,
    /// Only an extra asks for it.
    pub is_optional: bool,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoetrySource {
    /// `legacy` (an index), `git`, `url`, `file` or `directory`.
    pub kind: String,
    /// The URL or path.
    pub url: String,
    /// The commit of a repository.
    pub commit: Option<String>,
    /// The directory in the archive or repository.
    pub subdirectory: Option<String>,
}

/// What is in the way of reading a lock that is cut off.
const CUT_OFF: &str = "the file has no `[metadata]`, which poetry writes last: it is cut off";

/// Parses a lock.
///
/// # Errors
/// [`ParseError`] if it is not TOML or a part of it is not what poetry writes.
pub fn parse(bytes: &[u8]) -> Result<PoetryLock, ParseError> {
    let text = utf8(bytes)?;
    let root = toml::parse_without(text, &["files", "description"])?;
    let root = Fields::of(&root, "poetry.lock")?;
    let metadata = root.table("metadata")?;
    let metadata = metadata.ok_or_else(|| ParseError::at(text.lines().count().max(1), CUT_OFF))?;
    let first = text.lines().next().unwrap_or_default();
    let written_by = first.strip_prefix('#').and_then(|line| line.split_once("Poetry "));
    Ok(PoetryLock {
        written_by: written_by
            .and_then(|(_, rest)| rest.split_whitespace().next())
            .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
            .map(str::to_owned),
        lock_version: metadata.text("lock-version")?,
        content_hash: metadata.text("content-hash")?,
        packages: root.tables("package")?.iter().map(package).collect::<Result<_, _>>()?,
        extras: root.map("extras", texts_of)?,
    })
}

fn package(fields: &Fields<'_>) -> Result<PoetryPackage, ParseError> {
    Ok(PoetryPackage {
        line: fields.line,
        name: fields.required("name")?,
        version: fields.required("version")?,
        is_optional: fields.flag("optional")?,
        groups: fields.get("groups").map(|value| texts_of(value, "groups")).transpose()?,
        markers: fields.get("markers").map(markers).transpose()?.unwrap_or_default(),
        dependencies: fields.map("dependencies", |value, _| dependencies(value))?,
        source: fields.table("source")?.map(|table| source(&table)).transpose()?,
        is_editable: fields.flag("develop")?,
    })
}

/// The alternatives of a requirement: a version, a table or a list of tables.
///
/// # Errors
/// [`ParseError`] if it is something else.
pub fn dependencies(value: &Located) -> Result<Vec<PoetryDependency>, ParseError> {
    match &value.value {
        Value::List(items) => items.iter().map(dependency).collect(),
        _ => Ok(vec![dependency(value)?]),
    }
}

fn dependency(value: &Located) -> Result<PoetryDependency, ParseError> {
    if let Value::Text(version) = &value.value {
        return Ok(PoetryDependency { version: Some(version.clone()), ..PoetryDependency::default() });
    }
    let fields = Fields::of(value, "dependencies")?;
    Ok(PoetryDependency {
        version: fields.text("version")?,
        extras: fields.texts("extras")?,
        marker: fields.text("markers")?,
        python: fields.text("python")?,
        platform: fields.text("platform")?,
        is_optional: fields.flag("optional")?,
    })
}

fn markers(value: &Located) -> Result<Vec<(Option<String>, String)>, ParseError> {
    match &value.value {
        Value::Text(text) => Ok(vec![(None, text.clone())]),
        Value::Table(members) => members
            .iter()
            .map(|member| Ok((Some(member.key.clone()), text_of(&member.value, "markers")?)))
            .collect(),
        other => Err(wrong(value.line, "markers", "a string or a table", other)),
    }
}

fn source(fields: &Fields<'_>) -> Result<PoetrySource, ParseError> {
    Ok(PoetrySource {
        kind: fields.required("type")?,
        url: fields.required("url")?,
        commit: fields.text("resolved_reference")?,
        subdirectory: fields.text("subdirectory")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"# This file is automatically @generated by Poetry 2.1.3 and should not be changed by hand.

[[package]]
name = "idna"
version = "3.10"
description = ""
optional = false
python-versions = "*"
groups = ["main", "dev"]
markers = {main = "extra == \"x\"", dev = "os_name == \"nt\""}
files = [
    {file = "idna-3.10-py3-none-any.whl", hash = "sha256:16"},
]

[[package]]
name = "six"
version = "1.16"
optional = true
markers = "sys_platform == \"win32\""
develop = true

[package.dependencies]
a = ">=1"
b = [{version = "<2", markers = "os_name == \"nt\""}, {version = ">=2", optional = true, extras = ["x"]}]

[package.source]
type = "git"
url = "https://example.org/six"
reference = "main"
resolved_reference = "0123456789"
subdirectory = "python"

[extras]
x = ["idna"]

[metadata]
lock-version = "2.1"
python-versions = ">=3.9"
content-hash = "b3b5"
"#;

    #[test]
    fn a_lock_is_read() {
        let lock = parse(LOCK.as_bytes()).expect("a lock");
        assert_eq!((lock.written_by.as_deref(), lock.lock_version.as_deref()), (Some("2.1.3"), Some("2.1")));
        assert_eq!(lock.content_hash.as_deref(), Some("b3b5"));
        assert_eq!(lock.extras, [("x".to_owned(), vec!["idna".to_owned()])]);
        let [idna, six] = lock.packages.as_slice() else { panic!("{:?}", lock.packages) };
        assert_eq!((idna.line, idna.name.as_str(), idna.version.as_str()), (3, "idna", "3.10"));
        let groups = Some(vec!["main".to_owned(), "dev".to_owned()]);
        assert_eq!((idna.is_optional, &idna.groups, idna.source.is_none()), (false, &groups, true));
        let by_group = [("main", "extra == \"x\""), ("dev", "os_name == \"nt\"")];
        assert_eq!(idna.markers, by_group.map(|(group, text)| (Some(group.to_owned()), text.to_owned())));
        assert_eq!((six.line, six.is_optional, six.is_editable, &six.groups), (15, true, true, &None));
        assert_eq!(six.markers, [(None, "sys_platform == \"win32\"".to_owned())]);
        let one = |version: &str| PoetryDependency {
            version: Some(version.to_owned()),
            ..PoetryDependency::default()
        };
        let below = PoetryDependency { marker: Some("os_name == \"nt\"".to_owned()), ..one("<2") };
        let above = PoetryDependency { is_optional: true, extras: vec!["x".to_owned()], ..one(">=2") };
        let dependencies = [("a".to_owned(), vec![one(">=1")]), ("b".to_owned(), vec![below, above])];
        assert_eq!(six.dependencies, dependencies);
        let source = six.source.as_ref().expect("a source");
        assert_eq!((source.kind.as_str(), source.url.as_str()), ("git", "https://example.org/six"));
        assert_eq!(
            (source.commit.as_deref(), source.subdirectory.as_deref()),
            (Some("0123456789"), Some("python"))
        );
    }

    #[test]
    fn what_is_no_lock_has_an_error_with_its_line() {
        let cut = LOCK.split("[extras]").next().expect("a part");
        let in_table = LOCK.split(", hash").next().expect("a part");
        let cases = [
            ("", 1, CUT_OFF),
            (cut, 32, CUT_OFF),
            (in_table, 12, "unclosed inline table, expected `}`"),
            ("<<<<<<< HEAD\na = 1\n=======\n>>>>>>> x\n", 1, "unresolved merge conflict"),
            ("package = 3\n[metadata]\n", 1, "`package` must be a list, not a number"),
            ("[metadata]\n[[package]]\nname = 'x'\n", 2, "`version` is missing"),
            (
                "[metadata]\n[[package]]\nname = 'x'\nversion = '1'\nmarkers = 1\n",
                5,
                "`markers` must be a string or a table, not a number",
            ),
            ("metadata = []\n", 1, "`metadata` must be a table, not a list"),
        ];
        for (text, line, reason) in cases {
            assert_eq!(parse(text.as_bytes()), Err(ParseError::at(line, reason)), "{text}");
        }
        let old = parse(b"[metadata]\ncontent-hash = 'x'\n").expect("a lock");
        assert_eq!((old.written_by, old.lock_version), (None, None));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, cut in 0..LOCK.len(), byte: u8) {
            drop(parse(&bytes));
            let mut changed = LOCK.as_bytes().to_vec();
            changed[cut] = byte;
            drop(parse(&changed));
            // What is cut off before the hash is never read as a whole lock.
            let read = parse(LOCK.as_bytes().get(..cut).unwrap_or_default());
            proptest::prop_assert!(read.is_err() || read.is_ok_and(|lock| lock.content_hash.is_none() || cut + 3 > LOCK.len()));
        }
    }
}
