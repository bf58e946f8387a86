//! What is known of one kind of manifest.

use std::path::Path;

use crate::config::Settings;

/// Reads a word of a manifest's content; `None` if it does not have it.
pub type ReadWord = fn(&[u8]) -> Option<String>;

/// Whether a file makes its directory a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ProjectMark {
    /// No; only environment managers look for it.
    #[default]
    None,
    /// Yes, where no other project and no environment is in a directory above: requirements of the documentation belong to the
    /// project around it.
    Plain,
    /// Yes, always.
    Project,
}

/// Says how a manifest with this content, in this directory, marks a project.
pub type MarkOf = fn(&[u8], &Path) -> ProjectMark;

/// A file in which a project describes itself or requests something.
pub struct Manifest {
    /// The file's name, beside the project's other files; [`Manifest::name_in`] where a setting can change it.
    pub file_name: &'static str,
    /// The setting that names another file in its place.
    pub setting: Option<fn(&Settings) -> &str>,
    /// Whether the file makes its directory a project.
    pub mark: MarkOf,
    /// Reads the project's name.
    pub project_name: Option<ReadWord>,
    /// Says how the file declares requirements, for people; `None` if it declares none.
    pub declares: Option<ReadWord>,
}

impl Manifest {
    /// A manifest of which only the name is known yet.
    pub(super) const fn named(file_name: &'static str) -> Self {
        let mark: MarkOf = |_, _| ProjectMark::None;
        Self { file_name, setting: None, mark, project_name: None, declares: None }
    }

    /// The file's name under these settings, relative to the project.
    #[must_use]
    pub fn name_in<'s>(&self, settings: &'s Settings) -> &'s str {
        self.setting.map_or(self.file_name, |setting| setting(settings))
    }
}
