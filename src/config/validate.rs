//! Validates text, and restricts committed values.
//!
//! A commit must not decide what is deleted, overwritten or run on the machine of somebody who only cloned the
//! repository: committed paths stay inside the repository and outside `.git`, and a committed Python is a version,
//! not a program. The user's own sources are not restricted.

use super::field_access::TextCheck;
use super::setting_location::{SettingLocation, in_backticks};
use crate::error::Result;
use crate::text::quantity;

/// Validates text and returns it in normal form.
pub(super) fn validated(check: TextCheck, text: &str, location: &SettingLocation) -> Result<String> {
    if text.is_empty() {
        return Err(location.error("must not be empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(location.error(format!("must not contain control characters: {}", in_backticks(text))));
    }
    let committed = location.origin.is_from_repository();
    let refused =
        |reason: &str| location.error(format!("has an invalid value: {}", in_backticks(text))).cause(reason);
    match check {
        TextCheck::Path if committed => committed_path(text, location),
        TextCheck::Python if committed && !is_version_request(text) => {
            let complaint =
                format!("must be a Python version such as `3.12` or `>=3.11`, not {}", in_backticks(text));
            Err(location
                .error(complaint)
                .hint("only your own git config, environment variables and flags may name an interpreter"))
        }
        TextCheck::OneOf(words) if !words.contains(&text) => {
            Err(location.error(format!("must be one of {}, not {}", words.join(", "), in_backticks(text))))
        }
        TextCheck::TypeName if !is_type_name(text) => Err(location.error(format!(
            "must be up to 64 small letters, digits and `-`, beginning with a letter, not {}",
            in_backticks(text)
        ))),
        TextCheck::Count => match text.parse::<u32>() {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err(location.error(format!("must be a number, not {}", in_backticks(text)))),
        },
        TextCheck::Age => quantity::age(text).map(|_| text.to_owned()).map_err(|error| refused(&error)),
        TextCheck::Size => quantity::size(text).map(|_| text.to_owned()).map_err(|error| refused(&error)),
        TextCheck::Plain
        | TextCheck::Path
        | TextCheck::Python
        | TextCheck::TypeName
        | TextCheck::OneOf(_) => Ok(text.to_owned()),
    }
}

/// Says whether a text can be the name of a type: it ends the name of the program of its plug-in.
#[must_use]
pub fn is_type_name(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_inner)
}

/// Validates a committed path: relative to the root, below it, and the same on every system.
fn committed_path(text: &str, location: &SettingLocation) -> Result<String> {
    let parts = || text.split('/').filter(|part| !part.is_empty() && *part != ".");
    let why = if text.starts_with(['/', '\\']) || has_drive_letter(text) {
        "it is absolute"
    } else if text.split(['/', '\\']).any(is_parent_directory) {
        "it contains `..`"
    } else if text == "~" || text.starts_with("~/") {
        "it starts in the home directory"
    } else if text.contains(['\\', ':']) {
        "`\\` and `:` are not portable; use `/`"
    } else if parts().any(is_git_directory) {
        "it is inside `.git`"
    } else if parts().next().is_none() {
        "it is the repository itself"
    } else {
        return Ok(parts().collect::<Vec<_>>().join("/"));
    };
    let error = location.error(format!("must be a path inside the repository, not {}", in_backticks(text)));
    Err(error.cause(why).hint("your own git config, environment variables and flags may use any path"))
}

/// `C:\venv`, and `C:venv`, which is relative to the current directory of drive C.
fn has_drive_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// `..`, also as Windows reads it, which strips dots and spaces at the end of a name:
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions>.
fn is_parent_directory(part: &str) -> bool {
    part.starts_with("..") && part.chars().all(|c| c == '.' || c == ' ')
}

/// `.git` in any spelling that a file system accepts: case, the short name of NTFS, ignorable characters of HFS+.
/// Git protects the same names: <https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectNTFS>.
fn is_git_directory(part: &str) -> bool {
    let ignorable = |c: char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let name: String = part.chars().filter(|c| !ignorable(*c)).collect();
    let name = name.trim_end_matches(['.', ' ']);
    name.eq_ignore_ascii_case(".git") || name.eq_ignore_ascii_case("git~1")
}

/// A version or specifiers, optionally after the name of an implementation: `3.12`, `>=3.11,<4`, `pypy3.10`,
/// `cpython@3.13t`.
fn is_version_request(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let implementations = ["cpython", "python", "pypy", "graalpy", "py"];
    let named = implementations.iter().find_map(|name| lower.strip_prefix(name));
    let version = named.map_or(lower.as_str(), |rest| rest.trim_start_matches(['@', '-']));
    let known = |c: char| c.is_ascii_alphanumeric() || ".<>=!~,*+- ".contains(c);
    let starts = |c: char| c.is_ascii_digit() || "<>=!~".contains(c);
    version.chars().all(known) && version.chars().next().map_or(named.is_some(), starts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RepoPath;
    use crate::setting::Origin;

    fn location(origin: Origin) -> SettingLocation {
        SettingLocation { name: "venvDirectory".to_owned(), origin }
    }

    fn committed() -> SettingLocation {
        location(Origin::File {
            path: RepoPath::new("tools/python-env.json".as_bytes()).expect("a path"),
            line: Some(3),
        })
    }

    #[test]
    fn committed_paths_stay_inside() {
        let cases = [
            ("venv", Some("venv")),
            ("./envs//dev/", Some("envs/dev")),
            (".venv", Some(".venv")),
            ("..venv", Some("..venv")),
            (".github/venv", Some(".github/venv")),
            ("", None),
            (".", None),
            ("./", None),
            ("..", None),
            ("a/../../b", None),
            ("a/..", None),
            ("a/.. /b", None),
            ("a\\..\\..\\b", None),
            ("/tmp/x", None),
            ("\\\\server\\share", None),
            ("//server/share", None),
            ("\\tmp", None),
            ("C:\\venv", None),
            ("c:venv", None),
            ("a/b:c", None),
            ("a\\b", None),
            ("~/venv", None),
            (".git/hooks", None),
            (".GIT /x", None),
            ("a/git~1", None),
            (".g\u{200c}it", None),
            ("a\u{1b}[31m", None),
            ("a\0b", None),
        ];
        for (text, expected) in cases {
            assert_eq!(validated(TextCheck::Path, text, &committed()).ok().as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn users_may_name_any_path() {
        for origin in [
            Origin::GitConfig("file:.git/config".to_owned()),
            Origin::Environment("GIT_PYENV_VENV_DIRECTORY".to_owned()),
            Origin::Flag("--directory".to_owned()),
        ] {
            for text in ["/tmp/x", "../x", "C:\\venv"] {
                assert_eq!(
                    validated(TextCheck::Path, text, &location(origin.clone())).ok().as_deref(),
                    Some(text)
                );
            }
        }
    }

    #[test]
    fn a_committed_python_is_no_program() {
        let good = [
            "3",
            "3.12",
            ">=3.11,<4",
            "~= 3.12.1",
            "pypy3.10",
            "python3.12",
            "cpython@3.13t",
            "3.14rc1",
            "pypy",
            "3.13.*",
        ];
        let bad = [
            "/tmp/evil",
            "./evil",
            "evil",
            "bin/python3.12",
            "C:\\python.exe",
            "python.exe",
            "pythonx",
            "-3",
            "3.12;x",
        ];
        for text in good {
            assert_eq!(validated(TextCheck::Python, text, &committed()).ok().as_deref(), Some(text));
        }
        for text in bad {
            assert!(validated(TextCheck::Python, text, &committed()).is_err(), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let message = |check, text| validated(check, text, &committed()).map_err(|error| error.to_string());
        let expected = "`venvDirectory` in tools/python-env.json:3 must be a path inside the repository, \
                        not `/tmp/x`: it is absolute";
        assert_eq!(message(TextCheck::Path, "/tmp/x"), Err(expected.to_owned()));
        let expected = "`venvDirectory` in tools/python-env.json:3 must be one of a, b, not `c`";
        assert_eq!(message(TextCheck::OneOf(&["a", "b"]), "c"), Err(expected.to_owned()));
    }
}
