//! What `install` is requested to do.

use crate::text::shell_word;

/// What to install, and where.
#[derive(Debug, Clone, Default)]
pub struct InstallationRequest {
    /// The environment, by its name in the settings or by its directory; `None` for the selected one.
    pub environment: Option<String>,
    /// Remove what nothing asks for.
    pub is_exact: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Dependency groups to install too.
    pub groups: Vec<String>,
    /// Extras of the project to install too.
    pub extras: Vec<String>,
    /// Requirements files to install from, in the place of what the project says; relative to the working directory.
    pub requirements: Vec<String>,
    /// Copy projects into the environment, and do not use them where they are.
    pub without_editable: bool,
    /// Where nothing says what to install, there is nothing to do.
    pub may_be_empty: bool,
    /// The backend, by name.
    pub backend: Option<String>,
}

impl InstallationRequest {
    /// The command that requests the same of an environment, which `environment` selects as an option, and prints more.
    pub(super) fn in_full(&self, environment: &str) -> String {
        let flags = [(self.is_exact, " --sync"), (self.without_editable, " --no-editable")];
        let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.to_owned());
        let options = [
            ("--group", self.groups.as_slice()),
            ("--extra", &self.extras),
            ("--requirement", &self.requirements),
            ("--backend", self.backend.as_slice()),
        ];
        let options = options.into_iter().flat_map(|(option, values)| {
            values.iter().map(move |value| format!(" {option} {}", shell_word(value.as_bytes())))
        });
        format!("git pyenv install -v{environment}{}", flags.chain(options).collect::<String>())
    }
}
