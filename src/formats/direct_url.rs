//! `direct_url.json`: the origin of a distribution that was not installed from an index
//! (<https://packaging.python.org/en/latest/specifications/direct-url/>, PEP 610).

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::Deserialize;

use super::text::{ParseError, utf8};
use crate::path::{bytes_to_path, path_to_bytes};

/// The characters of a path that are escaped in a URL.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The content of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectUrl {
    /// The URL as recorded.
    pub url: String,
    /// It is an editable installation.
    pub editable: bool,
    /// The commit of a source in version control.
    pub commit: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    url: String,
    #[serde(default)]
    dir_info: Option<DirectoryInformation>,
    #[serde(default)]
    vcs_info: Option<CommitInformation>,
}

#[derive(Deserialize)]
struct DirectoryInformation {
    #[serde(default)]
    editable: bool,
}

#[derive(Deserialize)]
struct CommitInformation {
    #[serde(default)]
    commit_id: Option<String>,
}

impl DirectUrl {
    /// Parses the file; other keys are ignored.
    ///
    /// # Errors
    /// [`ParseError`] if it is not JSON or has no URL.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let text = utf8(bytes)?;
        let document: Document = serde_json::from_str(text)
            .map_err(|error| ParseError::at(error.line().max(1), error.to_string()))?;
        Ok(Self {
            url: document.url,
            editable: document.dir_info.is_some_and(|information| information.editable),
            commit: document.vcs_info.and_then(|information| information.commit_id),
        })
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
        DirectUrl { url: url.to_owned(), editable: false, commit: None }.local()
    }

    #[test]
    fn files_of_each_installer_are_parsed() {
        let pip = br#"{"dir_info": {"editable": true}, "url": "file:///home/u/my%20project"}"#;
        let uv = br#"{"url":"file:///home/u/project","dir_info":{"editable":true}}"#;
        let copied = br#"{"url":"file:///home/u/project","dir_info":{}}"#;
        let git = br#"{"url":"https://example.com/x","vcs_info":{"vcs":"git","commit_id":"0123"}}"#;
        let read = |bytes: &[u8]| DirectUrl::parse(bytes).expect("a document");
        assert_eq!(read(pip).local(), Some(PathBuf::from("/home/u/my project")));
        assert!(read(pip).editable && read(uv).editable && !read(copied).editable);
        assert_eq!((read(git).commit.as_deref(), read(git).local()), (Some("0123"), None));
        for broken in [&b"{}"[..], b"", b"[]", b"{\"url\": 3}", b"\xff"] {
            assert!(DirectUrl::parse(broken).is_err(), "{broken:?}");
        }
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
