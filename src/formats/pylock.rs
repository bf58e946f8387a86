//! `pylock.toml` and `pylock.NAME.toml` (<https://packaging.python.org/en/latest/specifications/pylock-toml/>).

use super::fields::{Fields, texts_of};
use super::text::{ParseError, utf8};
use super::toml;

/// What a tool recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pylock {
    /// The version of the format, such as `1.0`.
    pub lock_version: String,
    /// The tool that wrote it.
    pub created_by: String,
    /// The Python versions that it is for.
    pub requires_python: Option<String>,
    /// The markers of which one has to hold; none for any environment.
    pub environments: Vec<String>,
    /// The extras that can be installed.
    pub extras: Vec<String>,
    /// The groups that can be installed.
    pub dependency_groups: Vec<String>,
    /// The groups that are installed unless others are asked for.
    pub default_groups: Vec<String>,
    /// The locked packages, in the order of the file.
    pub packages: Vec<PylockPackage>,
    /// `tool.pdm.hashes.sha256`: what pdm locked it from.
    pub pdm_hash: Option<String>,
}

/// A locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PylockPackage {
    /// The line of its table, counted from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// Its version; `None` where its source can change.
    pub version: Option<String>,
    /// The marker under which it is installed.
    pub marker: Option<String>,
    /// The Python versions that it is for.
    pub requires_python: Option<String>,
    /// Where it comes from; `None` for an index.
    pub source: Option<PylockSource>,
}

/// Where a package comes from, if not from an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PylockSource {
    /// A directory, relative to the lock.
    Directory {
        /// Its path.
        path: String,
        /// It is installed as editable.
        is_editable: bool,
        /// The directory of the package in it.
        subdirectory: Option<String>,
    },
    /// An archive.
    Archive {
        /// The URL, or a path relative to the lock.
        location: String,
        /// The directory of the package in it.
        subdirectory: Option<String>,
    },
    /// A commit of a repository.
    Repository {
        /// The version control system.
        vcs: String,
        /// The URL, or a path relative to the lock.
        location: String,
        /// The commit.
        commit: String,
        /// The directory of the package in it.
        subdirectory: Option<String>,
    },
}

/// Parses a lock.
///
/// # Errors
/// [`ParseError`] if it is not TOML, empty, or a part of it is not what the standard says.
pub fn parse(bytes: &[u8]) -> Result<Pylock, ParseError> {
    let text = utf8(bytes)?;
    let unread = ["wheels", "sdist", "attestation-identities", "dependencies"];
    let root = toml::parse_without(text, &unread)?;
    let root = Fields::of(&root, "pylock.toml")?;
    if root.members().is_empty() {
        return Err(ParseError::at(
            1,
            "the file is empty: a lock without packages has at least `lock-version`",
        ));
    }
    let environments = root.get("environments").map(|value| texts_of(value, "environments")).transpose()?;
    if environments.as_ref().is_some_and(Vec::is_empty) {
        return Err(ParseError::at(1, "`environments` is empty, so that the lock is for no environment"));
    }
    Ok(Pylock {
        lock_version: root.required("lock-version")?,
        created_by: root.required("created-by")?,
        requires_python: root.text("requires-python")?,
        environments: environments.unwrap_or_default(),
        extras: root.texts("extras")?,
        dependency_groups: root.texts("dependency-groups")?,
        default_groups: root.texts("default-groups")?,
        packages: match root.get("packages") {
            Some(_) => root.tables("packages")?.iter().map(package).collect::<Result<_, _>>()?,
            None => return Err(ParseError::at(1, "`packages` is missing: the file is cut off or empty")),
        },
        pdm_hash: pdm_hash(&root)?,
    })
}

fn pdm_hash(root: &Fields<'_>) -> Result<Option<String>, ParseError> {
    let Some(tool) = root.table("tool")? else { return Ok(None) };
    let Some(pdm) = tool.table("pdm")? else { return Ok(None) };
    let Some(hashes) = pdm.table("hashes")? else { return Ok(None) };
    hashes.text("sha256")
}

fn package(fields: &Fields<'_>) -> Result<PylockPackage, ParseError> {
    Ok(PylockPackage {
        line: fields.line,
        name: fields.required("name")?,
        version: fields.text("version")?,
        marker: fields.text("marker")?,
        requires_python: fields.text("requires-python")?,
        source: source(fields)?,
    })
}

fn source(fields: &Fields<'_>) -> Result<Option<PylockSource>, ParseError> {
    let location = |table: &Fields<'_>| -> Result<String, ParseError> {
        // A path wins over a URL.
        let path = table.text("path")?;
        path.map_or_else(|| table.required("url"), Ok)
    };
    if let Some(table) = fields.table("vcs")? {
        return Ok(Some(PylockSource::Repository {
            vcs: table.required("type")?,
            location: location(&table)?,
            commit: table.required("commit-id")?,
            subdirectory: table.text("subdirectory")?,
        }));
    }
    if let Some(table) = fields.table("directory")? {
        return Ok(Some(PylockSource::Directory {
            path: table.required("path")?,
            is_editable: table.flag("editable")?,
            subdirectory: table.text("subdirectory")?,
        }));
    }
    let archive = fields.table("archive")?;
    archive
        .map(|table| {
            Ok(PylockSource::Archive {
                location: location(&table)?,
                subdirectory: table.text("subdirectory")?,
            })
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"lock-version = "1.0"
created-by = "pdm"
requires-python = ">=3.9"
environments = ["sys_platform == 'linux'"]
extras = ["x"]
dependency-groups = ["dev"]
default-groups = ["default"]

[[packages]]
name = "idna"
version = "3.10"
marker = "'dev' in dependency_groups"
requires-python = ">=3.8"
index = "https://example.org/simple"
wheels = [{ url = "https://example.org/idna-3.10-py3-none-any.whl", hashes = { sha256 = "16" } }]

[[packages]]
name = "own"
directory = { path = ".", editable = true }

[[packages]]
name = "tool"
version = "1"
vcs = { type = "git", url = "https://example.org/tool", commit-id = "0123", subdirectory = "py" }

[[packages]]
name = "six"
version = "1.16"
archive = { path = "wheels/six-1.16-py3-none-any.whl", url = "https://example.org/six.whl", hashes = {} }

[tool.pdm.hashes]
sha256 = "3a66"
"#;

    #[test]
    fn a_lock_is_read() {
        let lock = parse(LOCK.as_bytes()).expect("a lock");
        assert_eq!((lock.lock_version.as_str(), lock.created_by.as_str()), ("1.0", "pdm"));
        assert_eq!(
            (lock.requires_python.as_deref(), lock.pdm_hash.as_deref()),
            (Some(">=3.9"), Some("3a66"))
        );
        assert_eq!((lock.environments.len(), lock.extras.len()), (1, 1));
        assert_eq!(
            (lock.dependency_groups, lock.default_groups),
            (vec!["dev".to_owned()], vec!["default".to_owned()])
        );
        let [idna, own, tool, six] = lock.packages.as_slice() else { panic!("{:?}", lock.packages) };
        assert_eq!((idna.line, idna.version.as_deref(), &idna.source), (9, Some("3.10"), &None));
        assert_eq!(
            (idna.marker.as_deref(), idna.requires_python.as_deref()),
            (Some("'dev' in dependency_groups"), Some(">=3.8"))
        );
        let directory =
            PylockSource::Directory { path: ".".to_owned(), is_editable: true, subdirectory: None };
        assert_eq!((own.version.as_deref(), &own.source), (None, &Some(directory)));
        let repository = PylockSource::Repository {
            vcs: "git".to_owned(),
            location: "https://example.org/tool".to_owned(),
            commit: "0123".to_owned(),
            subdirectory: Some("py".to_owned()),
        };
        assert_eq!(tool.source, Some(repository));
        let location = "wheels/six-1.16-py3-none-any.whl".to_owned();
        assert_eq!(six.source, Some(PylockSource::Archive { location, subdirectory: None }));
    }

    #[test]
    fn what_is_no_lock_has_an_error_with_its_line() {
        let head = "lock-version = '1.0'\ncreated-by = 'x'\n";
        let with = |rest: &str| format!("{head}{rest}");
        let cases = [
            (String::new(), 1, "the file is empty: a lock without packages has at least `lock-version`"),
            (with(""), 1, "`packages` is missing: the file is cut off or empty"),
            (
                with("environments = []\npackages = []"),
                1,
                "`environments` is empty, so that the lock is for no environment",
            ),
            ("packages = []".to_owned(), 1, "`lock-version` is missing"),
            (with("[[packages]]\nversion = '1'"), 3, "`name` is missing"),
            (with("[[packages]]\nname = 'x'\nvcs = {type = 'git', commit-id = '1'}"), 5, "`url` is missing"),
            (with("packages = 'x'"), 3, "`packages` must be a list, not a string"),
        ];
        for (text, line, reason) in cases {
            assert_eq!(parse(text.as_bytes()), Err(ParseError::at(line, reason)), "{text}");
        }
        assert!(parse(with("packages = []").as_bytes()).is_ok_and(|lock| lock.packages.is_empty()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, at in 0..LOCK.len(), byte: u8) {
            drop(parse(&bytes));
            let mut changed = LOCK.as_bytes().to_vec();
            changed[at] = byte;
            let read = parse(&changed);
            proptest::prop_assert!(read.is_ok_and(|lock| lock.packages.len() <= 4) || parse(&changed).is_err_and(|error| error.line != Some(0)));
        }
    }
}
