//! What git's settings say about colour: `color.pyenv`, else `color.ui`
//! (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-colorui>).

use super::{Ports, Session};

/// When git uses colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitColour {
    /// Also for programs.
    Always,
    /// For terminals.
    Auto,
    /// Not at all.
    Never,
}

/// Reads the setting; `None` outside of a repository or where nothing is set.
#[must_use]
pub fn of_git(ports: Ports<'_>) -> Option<GitColour> {
    let session = Session::open(ports, Vec::new()).ok()?;
    let entries = session.repository.configuration().ok()?;
    let last = |key: &str| entries.iter().rev().find(|entry| entry.key == key);
    let entry = last("color.pyenv").or_else(|| last("color.ui"))?;
    Some(read(entry.value.as_deref()))
}

/// A value as git reads it: `true`, or a key without a value, means `auto`.
fn read(value: Option<&str>) -> GitColour {
    match value.map(str::to_ascii_lowercase).as_deref() {
        Some("always") => GitColour::Always,
        Some("never" | "false" | "no" | "off" | "0" | "") => GitColour::Never,
        _ => GitColour::Auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_values_as_git_does() {
        let cases = [
            (None, GitColour::Auto),
            (Some("true"), GitColour::Auto),
            (Some("auto"), GitColour::Auto),
            (Some("Always"), GitColour::Always),
            (Some("never"), GitColour::Never),
            (Some("false"), GitColour::Never),
        ];
        for (value, expected) in cases {
            assert_eq!(read(value), expected, "{value:?}");
        }
    }
}
