//! `core.sharedRepository`: which other users may use what is written into the git directory
//! (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresharedRepository>).

use std::path::Path;

use git2::Config;

use super::config_entry::ConfigEntry;
use super::repository::Repository;
use crate::error::{Error, Result};
use crate::text::shell_quote;

const KEY: &str = "core.sharedrepository";
const GROUP: u32 = 0o660;
const EVERYBODY: u32 = 0o664;
/// The group of what is created in a directory is that of the directory.
const SET_GROUP: u32 = 0o2000;

/// What git does to the mode of each file and directory that it creates in its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sharing {
    /// The umask alone decides.
    #[default]
    Umask,
    /// These bits are added.
    Added(u32),
    /// These bits replace those that the umask leaves.
    Exact(u32),
}

impl Repository<'_> {
    /// How the repository is shared.
    ///
    /// # Errors
    /// Undecided if the configuration cannot be read, settings if git refuses the value.
    pub fn sharing(&self) -> Result<Sharing> {
        let entries = self.configuration()?;
        let Some(entry) = entries.iter().rev().find(|entry| entry.key == KEY) else {
            return Ok(Sharing::Umask);
        };
        Sharing::parse(entry.value.as_deref()).ok_or_else(|| refused(entry))
    }
}

/// The error for a value with which git does nothing in this repository, not even change the value.
fn refused(entry: &ConfigEntry) -> Error {
    let error = Error::settings("`core.sharedRepository` has a value that git refuses").cause(format!(
        "{}: `{}`",
        entry.origin,
        entry.value.as_deref().unwrap_or_default()
    ));
    match entry.origin.strip_prefix("file:").filter(|file| Path::new(file).is_absolute()) {
        Some(file) => error.suggest(
            "set it from outside with",
            format!("git -C / config --file {} core.sharedRepository group", shell_quote(file.as_bytes())),
        ),
        None => error,
    }
}

impl Sharing {
    /// Nobody but the owner, whatever the umask says.
    pub const PRIVATE: Self = Self::Exact(0o600);

    /// Reads a value as git does (`git_config_perm` in its `setup.c`); `None` if git refuses it.
    fn parse(value: Option<&str>) -> Option<Self> {
        let Some(value) = value else { return Some(Self::Added(GROUP)) };
        match value {
            "umask" => return Some(Self::Umask),
            "group" => return Some(Self::Added(GROUP)),
            "all" | "world" | "everybody" => return Some(Self::Added(EVERYBODY)),
            _ => {}
        }
        match u32::from_str_radix(value, 8) {
            Ok(0) => Some(Self::Umask),
            Ok(1) => Some(Self::Added(GROUP)),
            Ok(2) => Some(Self::Added(EVERYBODY)),
            Ok(mode) => (mode & 0o600 == 0o600).then_some(Self::Exact(mode & 0o666)),
            Err(_) => {
                let is_shared = Config::parse_bool(value).ok()?;
                Some(if is_shared { Self::Added(GROUP) } else { Self::Umask })
            }
        }
    }

    /// The mode of a file that was created with a mode.
    #[must_use]
    pub fn file_mode(self, mode: u32) -> u32 {
        let (Self::Added(tweak) | Self::Exact(tweak)) = self else { return mode };
        let writable = if mode & 0o200 == 0 { tweak & !0o222 } else { tweak };
        let tweak = if mode & 0o100 == 0 { writable } else { writable | executable(writable) };
        if matches!(self, Self::Exact(_)) { (mode & !0o777) | tweak } else { mode | tweak }
    }

    /// The mode of a directory that was created with a mode.
    #[must_use]
    pub fn directory_mode(self, mode: u32) -> u32 {
        if self == Self::Umask {
            return mode;
        }
        let mode = self.file_mode(mode);
        let mode = mode | executable(mode);
        if mode & 0o060 == 0 { mode } else { mode | SET_GROUP }
    }
}

/// The execute bits of those who may read.
fn executable(mode: u32) -> u32 {
    (mode & 0o444) >> 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_git_reads_them() {
        let cases = [
            (None, Some(Sharing::Added(GROUP))),
            (Some("umask"), Some(Sharing::Umask)),
            (Some("false"), Some(Sharing::Umask)),
            (Some("0"), Some(Sharing::Umask)),
            (Some("group"), Some(Sharing::Added(GROUP))),
            (Some("true"), Some(Sharing::Added(GROUP))),
            (Some("1"), Some(Sharing::Added(GROUP))),
            (Some("world"), Some(Sharing::Added(EVERYBODY))),
            (Some("2"), Some(Sharing::Added(EVERYBODY))),
            (Some("0640"), Some(Sharing::Exact(0o640))),
            (Some("0777"), Some(Sharing::Exact(0o666))),
            (Some("0440"), None),
            (Some("some"), None),
        ];
        for (value, expected) in cases {
            assert_eq!(Sharing::parse(value), expected, "{value:?}");
        }
    }

    #[test]
    fn modes_are_those_of_git() {
        let cases = [
            (Sharing::Umask, 0o600, 0o600, 0o700),
            (Sharing::Added(GROUP), 0o600, 0o660, 0o2770),
            (Sharing::Added(GROUP), 0o644, 0o664, 0o2775),
            (Sharing::Added(GROUP), 0o755, 0o775, 0o2775),
            (Sharing::Added(GROUP), 0o444, 0o444, 0o2775),
            (Sharing::Added(EVERYBODY), 0o600, 0o664, 0o2775),
            (Sharing::Exact(0o640), 0o666, 0o640, 0o2750),
            (Sharing::Exact(0o600), 0o755, 0o700, 0o700),
        ];
        for (sharing, mode, file, directory) in cases {
            assert_eq!(sharing.file_mode(mode), file, "{sharing:?} {mode:o}");
            let created = if mode & 0o077 == 0 { 0o700 } else { 0o755 };
            assert_eq!(sharing.directory_mode(created), directory, "{sharing:?} {created:o}");
        }
    }
}
