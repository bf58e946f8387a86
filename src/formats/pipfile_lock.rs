//! `Pipfile.lock` of pipenv (<https://pipenv.pypa.io/en/latest/pipfile.html>).

use super::fields::{Fields, wrong};
use super::json;
use super::located::{Located, Value};
use super::text::{ParseError, utf8};

/// What pipenv recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PipfileLock {
    /// `_meta.hash.sha256`: of what it was locked from.
    pub content_hash: Option<String>,
    /// `_meta.pipfile-spec`, the version of the format.
    pub specification: Option<String>,
    /// `_meta.requires.python_version` and `python_full_version`: the Python that it was locked for.
    pub python: Option<String>,
    /// The sections with packages: `default`, `develop` and those that the `Pipfile` names.
    pub sections: Vec<(String, Vec<PipfilePackage>)>,
}

/// A locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipfilePackage {
    /// The line of its key, counted from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// `==` with its version, or `*` where pipenv did not need one.
    pub version: Option<String>,
    /// Its extras.
    pub extras: Vec<String>,
    /// The marker under which it is installed.
    pub marker: Option<String>,
    /// A version control system and the URL of a repository.
    pub repository: Option<(&'static str, String)>,
    /// The commit of the repository.
    pub revision: Option<String>,
    /// The directory in the archive or repository.
    pub subdirectory: Option<String>,
    /// A path relative to the lock.
    pub path: Option<String>,
    /// The URL of an archive, or a path to one.
    pub file: Option<String>,
    /// It is installed as editable.
    pub is_editable: bool,
}

/// Parses a lock.
///
/// # Errors
/// [`ParseError`] if it is not JSON or a part of it is not what pipenv writes.
pub fn parse(bytes: &[u8]) -> Result<PipfileLock, ParseError> {
    let root = json::parse(utf8(bytes)?, &[])?;
    let root = Fields::of(&root, "Pipfile.lock")?;
    let meta = root.table("_meta")?.ok_or_else(|| ParseError::at(1, "the file has no `_meta`"))?;
    let requires = meta.table("requires")?;
    let python = |key| requires.as_ref().map(|table| table.text(key)).transpose();
    let (full, feature) = (python("python_full_version")?.flatten(), python("python_version")?.flatten());
    let sections = root.members().iter().filter(|member| member.key != "_meta");
    Ok(PipfileLock {
        content_hash: match meta.table("hash")? {
            Some(hash) => hash.text("sha256")?,
            None => None,
        },
        specification: meta.get("pipfile-spec").map(specification).transpose()?,
        python: full.or(feature),
        sections: sections
            .map(|member| Ok((member.key.clone(), section(&member.value, &member.key)?)))
            .collect::<Result<_, ParseError>>()?,
    })
}

fn specification(value: &Located) -> Result<String, ParseError> {
    match &value.value {
        Value::Number(text) | Value::Text(text) => Ok(text.clone()),
        other => Err(wrong(value.line, "pipfile-spec", "a number", other)),
    }
}

fn section(value: &Located, name: &str) -> Result<Vec<PipfilePackage>, ParseError> {
    let members = Fields::of(value, name)?.members().iter();
    members.map(|member| package(member.line, &member.key, &member.value)).collect()
}

fn package(line: usize, name: &str, value: &Located) -> Result<PipfilePackage, ParseError> {
    let fields = Fields::of(value, name)?;
    let mut repository = None;
    for vcs in ["git", "hg", "svn", "bzr"] {
        repository = repository.or(fields.text(vcs)?.map(|url| (vcs, url)));
    }
    Ok(PipfilePackage {
        line,
        name: name.to_owned(),
        version: fields.text("version")?,
        extras: fields.texts("extras")?,
        marker: fields.text("markers")?,
        repository,
        revision: fields.text("ref")?,
        subdirectory: fields.text("subdirectory")?,
        path: fields.text("path")?,
        file: fields.text("file")?,
        is_editable: fields.flag("editable")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"{
    "_meta": {
        "hash": { "sha256": "4e1a" },
        "pipfile-spec": 6,
        "requires": { "python_version": "3.11" },
        "sources": []
    },
    "default": {
        "reqs": {
            "extras": [ "socks" ],
            "hashes": [ "sha256:fc" ],
            "markers": "os_name == 'nt'",
            "version": "==2.31.0"
        },
        "tool": { "editable": true, "git": "https://example.org/tool", "ref": "0123" },
        "own": { "editable": true, "path": "." }
    },
    "develop": {},
    "docs": { "idna": { "version": "==3.10" } }
}
"#;

    #[test]
    fn a_lock_is_read() {
        let lock = parse(LOCK.as_bytes()).expect("a lock");
        assert_eq!((lock.content_hash.as_deref(), lock.specification.as_deref()), (Some("4e1a"), Some("6")));
        assert_eq!(lock.python.as_deref(), Some("3.11"));
        let names: Vec<(&str, usize)> =
            lock.sections.iter().map(|(name, all)| (name.as_str(), all.len())).collect();
        assert_eq!(names, [("default", 3), ("develop", 0), ("docs", 1)]);
        let [reqs, tool, own] = lock.sections[0].1.as_slice() else { panic!("{:?}", lock.sections) };
        assert_eq!(
            (reqs.line, reqs.version.as_deref(), reqs.marker.as_deref()),
            (9, Some("==2.31.0"), Some("os_name == 'nt'"))
        );
        assert_eq!(reqs.extras, ["socks"]);
        assert_eq!(tool.repository, Some(("git", "https://example.org/tool".to_owned())));
        assert_eq!(
            (tool.revision.as_deref(), own.path.as_deref(), own.is_editable),
            (Some("0123"), Some("."), true)
        );
    }

    #[test]
    fn what_is_no_lock_has_an_error_with_its_line() {
        let cut = LOCK.split("\"develop\"").next().expect("a part");
        let cases = [
            (cut, 18, "EOF while parsing a value"),
            ("{}", 1, "the file has no `_meta`"),
            ("[]", 1, "`Pipfile.lock` must be a table, not a list"),
            ("{\"_meta\": {},\n\"default\": {\n\"x\": \"*\"}}", 3, "`x` must be a table, not a string"),
            ("{\n<<<<<<< a\n=======\n>>>>>>> b\n}", 2, "unresolved merge conflict"),
        ];
        for (text, line, reason) in cases {
            assert_eq!(parse(text.as_bytes()), Err(ParseError::at(line, reason)), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, cut in 0..LOCK.len() - 2) {
            drop(parse(&bytes));
            // JSON that is cut off is never a lock.
            proptest::prop_assert!(parse(LOCK.as_bytes().get(..cut).unwrap_or_default()).is_err());
        }
    }
}
