//! Where a package comes from when it does not come from an index: a URL as pip reads it, or a path
//! (<https://pip.pypa.io/en/stable/topics/vcs-support/>,
//! <https://packaging.python.org/en/latest/specifications/direct-url-data-structure/>).

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::path::bytes_to_path;

/// The schemes of URLs that are not of version control.
const PLAIN: [&str; 4] = ["http", "https", "file", "ftp"];
/// The systems of version control, each with the transports that pip knows.
const REPOSITORIES: [(&str, &[&str]); 4] = [
    ("git", &["http", "https", "ssh", "git", "file"]),
    ("hg", &["file", "http", "https", "ssh", "static-http"]),
    ("bzr", &["http", "https", "ssh", "sftp", "ftp", "lp", "file"]),
    ("svn", &["ssh", "http", "https", "svn", "file"]),
];

/// A reference to the source of a package, in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceReference {
    /// A local directory or archive.
    Local {
        /// The path; a relative one is relative to the working directory.
        path: PathBuf,
        /// The directory inside of it.
        subdirectory: Option<String>,
    },
    /// An archive to download.
    Remote {
        /// The URL without its fragment.
        url: String,
        /// The directory inside of it.
        subdirectory: Option<String>,
    },
    /// A repository to clone.
    Repository {
        /// `git`, `hg`, `bzr` or `svn`.
        vcs: String,
        /// The URL of the repository, without `VCS+`, revision and fragment.
        url: String,
        /// What to check out: a commit, a tag or a branch.
        revision: Option<String>,
        /// The directory inside of it.
        subdirectory: Option<String>,
    },
}

impl SourceReference {
    /// Parses a URL or a path.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment: a scheme that pip does not know, an empty revision.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some(parts) = UrlParts::of(text) else {
            if is_address(text) {
                return Err(format!("`{text}` is neither a path nor a URL that pip knows"));
            }
            return Ok(Self::Local { path: PathBuf::from(text), subdirectory: None });
        };
        let subdirectory = fragment_value(text, "subdirectory").map(str::to_owned);
        match parts.scheme.split_once('+') {
            Some((vcs, transport)) => {
                let (path, revision) = revision(parts.path)?;
                let url = parts.url(transport, path);
                Ok(Self::Repository { vcs: vcs.to_owned(), url, revision, subdirectory })
            }
            None if parts.scheme == "file" => Ok(Self::Local { path: parts.file(), subdirectory }),
            None => Ok(Self::Remote { url: parts.url(&parts.scheme, parts.path), subdirectory }),
        }
    }
}

/// A URL with a scheme that pip knows, split as Python's `urlsplit` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UrlParts<'u> {
    /// In lower case.
    scheme: String,
    authority: Option<&'u str>,
    path: &'u str,
    query: Option<&'u str>,
}

impl<'u> UrlParts<'u> {
    /// Splits a URL; `None` if it is none that pip knows.
    pub(super) fn of(text: &'u str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let scheme = scheme.to_ascii_lowercase();
        let is_known = match scheme.split_once('+') {
            None => PLAIN.contains(&scheme.as_str()),
            Some((vcs, transport)) => {
                REPOSITORIES.iter().any(|(name, transports)| *name == vcs && transports.contains(&transport))
            }
        };
        if !is_known {
            return None;
        }
        let (authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
                (Some(authority), rest)
            }
            None => (None, rest),
        };
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        Some(Self { scheme, authority, path, query })
    }

    /// Says whether it is of version control.
    pub(super) fn is_repository(&self) -> bool {
        self.scheme.contains('+')
    }

    /// Says whether it is a `file:` URL.
    pub(super) fn is_file(&self) -> bool {
        self.scheme == "file"
    }

    /// Says whether it is a page of the web.
    pub(super) fn is_web(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https")
    }

    /// The host, with the port if there is one; empty without one.
    pub(super) fn host(&self) -> &str {
        self.authority.unwrap_or_default()
    }

    /// The decoded last part of the path.
    pub(super) fn file_name(&self) -> String {
        let decoded = percent_decode_str(self.path).decode_utf8_lossy().into_owned();
        decoded.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The path of a `file:` URL.
    pub(super) fn file(&self) -> PathBuf {
        let decoded: Vec<u8> = percent_decode_str(self.path).collect();
        let path = match decoded.as_slice() {
            [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => decoded.get(1..).unwrap_or_default(),
            path => path,
        };
        bytes_to_path(path)
    }

    /// The URL without its fragment, with another scheme and path.
    fn url(&self, scheme: &str, path: &str) -> String {
        let authority = self.authority.map(|authority| format!("//{authority}")).unwrap_or_default();
        let query = self.query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{scheme}:{authority}{path}{query}")
    }
}

/// Splits off the revision, after the last `@` of a path.
fn revision(path: &str) -> Result<(&str, Option<String>), String> {
    match path.rsplit_once('@') {
        None => Ok((path, None)),
        Some((_, "")) => Err("no revision follows `@` in the URL".to_owned()),
        Some((path, revision)) => {
            Ok((path, Some(percent_decode_str(revision).decode_utf8_lossy().into_owned())))
        }
    }
}

/// Says whether a text is an address, but none that pip knows: another scheme, or a host as ssh has it
/// (`git@example.org:a/b`).
pub(super) fn is_address(text: &str) -> bool {
    let is_word = |word: &str, others: &str| {
        !word.is_empty()
            && word.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
    };
    let scheme = text.split_once("://").is_some_and(|(scheme, _)| is_word(scheme, "+-."));
    let is_host = |text: &str| {
        UrlParts::of(text).is_none() && text.split_once(':').is_some_and(|(host, _)| is_word(host, "-."))
    };
    scheme || text.split_once('@').is_some_and(|(user, host)| is_word(user, "_-.") && is_host(host))
}

/// The value of a key in the fragment. Like pip, this takes the first `#key=` or `&key=` anywhere in the URL.
pub(super) fn fragment_value<'u>(url: &'u str, key: &str) -> Option<&'u str> {
    let mut starts = url.match_indices(['#', '&']);
    let value = starts.find_map(|(at, _)| url.get(at + 1..)?.strip_prefix(key)?.strip_prefix('='))?;
    value.split('&').next()
}

/// The algorithms of hashes that pip knows in the fragment of a URL.
const HASHES: [&str; 6] = ["sha512", "sha384", "sha256", "sha224", "sha1", "md5"];

/// The hashes in the fragment of a URL, as `sha256=…` in lower case; those that an archive there has to have
/// (<https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode>). A path has none.
#[must_use]
pub fn fragment_hashes(url: &str) -> Vec<String> {
    if UrlParts::of(url).is_none() {
        return Vec::new();
    }
    let hash = |name: &&str| Some(format!("{name}={}", fragment_value(url, name)?.to_ascii_lowercase()));
    HASHES.iter().filter_map(hash).collect()
}

/// The name of the package in `#egg=`.
///
/// # Errors
/// It is not a valid name, as a lower-case fragment: it has extras, for example, which pip once accepted.
pub(super) fn egg(url: &str) -> Result<Option<&str>, String> {
    let Some(name) = fragment_value(url, "egg") else { return Ok(None) };
    let is_end = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let is_valid =
        is_end(name.chars().next()) && is_end(name.chars().next_back()) && name.chars().all(is_name);
    if is_valid { Ok(Some(name)) } else { Err(format!("`#egg={name}` is not the name of a package")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(path: &str) -> SourceReference {
        SourceReference::Local { path: PathBuf::from(path), subdirectory: None }
    }

    fn repository(
        vcs: &str,
        url: &str,
        revision: Option<&str>,
        subdirectory: Option<&str>,
    ) -> SourceReference {
        SourceReference::Repository {
            vcs: vcs.to_owned(),
            url: url.to_owned(),
            revision: revision.map(str::to_owned),
            subdirectory: subdirectory.map(str::to_owned),
        }
    }

    #[test]
    fn references_have_parts() {
        let remote = |url: &str, subdirectory: Option<&str>| SourceReference::Remote {
            url: url.to_owned(),
            subdirectory: subdirectory.map(str::to_owned),
        };
        let cases = [
            ("./a b", local("./a b")),
            ("C:\\a", local("C:\\a")),
            ("file:./a%20b", local("./a b")),
            ("file:a", local("a")),
            ("file:///a/b#egg=b", local("/a/b")),
            ("file://localhost/a", local("/a")),
            ("FILE:///C:/a", local("C:/a")),
            (
                "https://example.org/b.zip#sha256=aa&subdirectory=c/d",
                remote("https://example.org/b.zip", Some("c/d")),
            ),
            ("HTTP://u:p@example.org/b?x=y", remote("http://u:p@example.org/b?x=y", None)),
            ("git+https://example.org/b.git", repository("git", "https://example.org/b.git", None, None)),
            (
                "git+ssh://git@example.org/b.git@v1%2B2#egg=b&subdirectory=x",
                repository("git", "ssh://git@example.org/b.git", Some("v1+2"), Some("x")),
            ),
            ("hg+file:///b@0123", repository("hg", "file:///b", Some("0123"), None)),
            ("svn+svn://example.org/b", repository("svn", "svn://example.org/b", None, None)),
        ];
        for (text, expected) in cases {
            assert_eq!(SourceReference::parse(text), Ok(expected), "{text}");
        }
        for text in [
            "git+https://example.org/b@",
            "git@example.org:a/b.git",
            "s3://a/b",
            "git+foo://x",
            "cvs+http://x",
        ] {
            assert!(SourceReference::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hashes_are_in_the_fragment() {
        let cases: [(&str, &[&str]); 5] = [
            ("https://example.org/x.whl#sha256=AB&subdirectory=c", &["sha256=ab"]),
            ("https://example.org/x.whl#subdirectory=c&sha512=cd&md5=0", &["sha512=cd", "md5=0"]),
            ("file:///x.whl#sha256=ab", &["sha256=ab"]),
            ("https://example.org/x.whl?sha256=ab", &[]),
            ("./x.whl#sha256=ab", &[]),
        ];
        for (url, hashes) in cases {
            assert_eq!(fragment_hashes(url), hashes, "{url}");
        }
    }

    #[test]
    fn eggs_are_names() {
        let cases = [
            ("git+https://x/b#egg=b", Ok(Some("b"))),
            ("git+https://x/b#subdirectory=c&egg=B_b-1.0", Ok(Some("B_b-1.0"))),
            ("https://x/b?a=1&egg=c&d=e#egg=d", Ok(Some("c"))),
            ("https://x/egg=b", Ok(None)),
            ("https://x/b#egg=b[ex]", Err("`#egg=b[ex]` is not the name of a package".to_owned())),
            ("https://x/b#egg=", Err("`#egg=` is not the name of a package".to_owned())),
        ];
        for (url, expected) in cases {
            assert_eq!(egg(url), expected, "{url}");
        }
    }

    #[test]
    fn the_last_part_of_a_path_is_the_file_name() {
        let cases = [
            ("https://x/a%2Bb.whl?c#d", "a+b.whl"),
            ("https://x/a/b/", "b"),
            ("file:a.whl", "a.whl"),
            ("https://x", ""),
        ];
        for (url, name) in cases {
            assert_eq!(UrlParts::of(url).map(|parts| parts.file_name()).as_deref(), Some(name), "{url}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r"(git\+|https|file|[:/@#?&=%ü a]|//|egg=|subdirectory=){0,12}") {
            let _ = egg(&text);
            if let Ok(SourceReference::Repository { url, revision, .. }) = SourceReference::parse(&text) {
                proptest::prop_assert!(!url.contains('#') && revision != Some(String::new()));
            }
        }
    }
}
