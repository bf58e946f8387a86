//! `direct_url.json`: the origin of a distribution that was not installed from an index
//! (<https://packaging.python.org/en/latest/specifications/direct-url/>, PEP 610).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::Deserialize;

use super::source_reference::fragment_hashes;
use super::text::{ParseError, utf8};
use crate::order::Arrange as _;
use crate::path::{bytes_to_path, path_to_bytes};

/// The characters of a path that are escaped in a URL.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The content of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectUrl {
    /// The URL as recorded.
    pub url: String,
    /// The project's directory in what the URL names, if it is not the top.
    pub subdirectory: Option<String>,
    /// What the URL names; `None` if the file does not say.
    pub kind: Option<DirectUrlKind>,
}

/// What a URL names, and what is recorded of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectUrlKind {
    /// An archive or a wheel.
    Archive {
        /// Its hashes, as `sha256=…` in hexadecimal, sorted: those of pip are values of their own, those of uv stand in the
        /// fragment of the URL, if it was asked for one.
        hashes: Vec<String>,
    },
    /// A local directory.
    Directory {
        /// It is an editable installation.
        editable: bool,
    },
    /// A repository.
    Repository {
        /// The version control system, for example `git`.
        vcs: Option<String>,
        /// The commit that was installed.
        commit: Option<String>,
        /// The branch, tag or commit that was requested.
        requested_revision: Option<String>,
    },
}

#[derive(Deserialize)]
struct Document {
    url: String,
    #[serde(default)]
    subdirectory: Option<String>,
    #[serde(default)]
    archive_info: Option<ArchiveInformation>,
    #[serde(default)]
    dir_info: Option<DirectoryInformation>,
    #[serde(default)]
    vcs_info: Option<RepositoryInformation>,
}

#[derive(Deserialize)]
struct ArchiveInformation {
    /// The older key, which pip still writes beside the other.
    #[serde(default)]
    hash: Option<String>,
    #[serde(default)]
    hashes: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct DirectoryInformation {
    #[serde(default)]
    editable: Option<bool>,
}

#[derive(Deserialize)]
struct RepositoryInformation {
    #[serde(default)]
    vcs: Option<String>,
    #[serde(default)]
    commit_id: Option<String>,
    #[serde(default)]
    requested_revision: Option<String>,
}

impl DirectUrl {
    /// Parses the file; other keys are ignored. Of several kinds, which the standard forbids, a repository comes first,
    /// then a directory.
    ///
    /// # Errors
    /// [`ParseError`] if it is not JSON or has no URL.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let text = utf8(bytes)?;
        let document: Document = serde_json::from_str(text)
            .map_err(|error| ParseError::at(error.line().max(1), error.to_string()))?;
        let Document { url, subdirectory, archive_info, dir_info, vcs_info } = document;
        let kind = match (vcs_info, dir_info, archive_info) {
            (Some(RepositoryInformation { vcs, commit_id, requested_revision }), ..) => {
                Some(DirectUrlKind::Repository { vcs, commit: commit_id, requested_revision })
            }
            (_, Some(directory), _) => {
                Some(DirectUrlKind::Directory { editable: directory.editable.unwrap_or(false) })
            }
            (.., Some(archive)) => Some(DirectUrlKind::Archive { hashes: archive.all_hashes(&url) }),
            (None, None, None) => None,
        };
        Ok(Self { url, subdirectory: subdirectory.filter(|path| !path.is_empty()), kind })
    }

    /// The local directory or file of a `file:` URL.
    #[must_use]
    pub fn local(&self) -> Option<PathBuf> {
        local_path(&self.url)
    }
}

/// The local directory or file that a `file:` URL names; `None` for other URLs.
#[must_use]
pub fn local_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("file:")?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => rest,
    };
    let decoded: Cow<'_, [u8]> = percent_decode_str(path.strip_prefix('/')?).into();
    let drive = decoded.get(1) == Some(&b':') && decoded[0].is_ascii_alphabetic();
    let root: &[u8] = if drive { b"" } else { b"/" };
    Some(bytes_to_path(&[root, &decoded].concat()))
}

impl ArchiveInformation {
    fn all_hashes(self, url: &str) -> Vec<String> {
        let named = self.hashes.unwrap_or_default().into_iter().map(|(name, hash)| format!("{name}={hash}"));
        let mut hashes: Vec<String> = named.chain(self.hash).chain(fragment_hashes(url)).collect();
        hashes.arrange();
        hashes.dedup();
        hashes
    }
}

/// The `file:` URL of an absolute path.
#[must_use]
pub fn file_url(path: &Path) -> String {
    let bytes = path_to_bytes(path);
    let slash = if bytes.starts_with(b"/") { "" } else { "/" };
    format!("file://{slash}{}", percent_encode(&bytes, ESCAPED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(url: &str) -> Option<PathBuf> {
        DirectUrl { url: url.to_owned(), ..DirectUrl::default() }.local()
    }

    fn read(text: &str) -> DirectUrl {
        DirectUrl::parse(text.as_bytes()).expect("a document")
    }

    #[test]
    fn files_of_each_installer_are_parsed() {
        let pip = read(r#"{"dir_info": {"editable": true}, "url": "file:///home/u/my%20project"}"#);
        let uv = read(r#"{"url":"file:///home/u/project","dir_info":{"editable":true}}"#);
        assert_eq!(pip.local(), Some(PathBuf::from("/home/u/my project")));
        for editable in [pip, uv] {
            assert_eq!(editable.kind, Some(DirectUrlKind::Directory { editable: true }));
        }
        for copied in ["{}", r#"{"editable": false}"#, r#"{"editable": null}"#] {
            let copied = read(&format!(r#"{{"url":"file:///home/u/project","dir_info":{copied}}}"#));
            assert_eq!(copied.kind, Some(DirectUrlKind::Directory { editable: false }));
        }
        assert_eq!(read(r#"{"url": "https://example.org/x"}"#).kind, None);
        for broken in [&b"{}"[..], b"", b"[]", b"{\"url\": 3}", b"\xff"] {
            assert!(DirectUrl::parse(broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn what_was_requested_and_installed_is_kept() {
        let git = read(
            r#"{"url":"https://example.org/x","subdirectory":"a/b",
            "vcs_info":{"vcs":"git","commit_id":"0123","requested_revision":"main"}}"#,
        );
        let text = |text: &str| Some(text.to_owned());
        let kind = DirectUrlKind::Repository {
            vcs: text("git"),
            commit: text("0123"),
            requested_revision: text("main"),
        };
        assert_eq!(
            (git.kind.as_ref(), git.subdirectory.as_deref(), git.local()),
            (Some(&kind), Some("a/b"), None)
        );
        let pip = r#"{"archive_info": {"hash": "sha256=ab", "hashes": {"sha256": "ab", "md5": "c"}}, "url": "file:///x.whl"}"#;
        let hashes = |text| match read(text).kind {
            Some(DirectUrlKind::Archive { hashes }) => hashes,
            other => panic!("{other:?}"),
        };
        assert_eq!(hashes(pip), ["md5=c", "sha256=ab"]);
        assert_eq!(hashes(r#"{"url":"file:///x.whl","archive_info":{}}"#), [""; 0]);
        assert_eq!(
            hashes(r#"{"url":"https://example.org/x.whl","archive_info":{"hash":"sha256=f"}}"#),
            ["sha256=f"]
        );
        let uv = r#"{"url":"https://example.org/x.whl#sha256=f","archive_info":{}}"#;
        assert_eq!(hashes(uv), ["sha256=f"]);
    }

    #[test]
    fn urls_are_converted_to_paths() {
        assert_eq!(local("file://localhost/a/b"), Some(PathBuf::from("/a/b")));
        assert_eq!(local("file:/a%2"), Some(PathBuf::from("/a%2")));
        assert_eq!(local("file:///C:/x"), Some(PathBuf::from("C:/x")));
        assert_eq!((local("file://host/a"), local("https://x/y")), (None, None));
        let strange = Path::new("/a b/ü%$\n");
        assert_eq!(file_url(strange), "file:///a%20b/%C3%BC%25%24%0A");
        assert_eq!(local(&file_url(strange)).as_deref(), Some(strange));
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_parsed(url: String) {
            let _ = local(&format!("file://{url}"));
        }

        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>, url: String) {
            let _ = DirectUrl::parse(&bytes);
            let document = serde_json::json!({ "url": url }).to_string();
            proptest::prop_assert_eq!(DirectUrl::parse(document.as_bytes()).map(|read| read.url), Ok(url));
        }
    }
}
