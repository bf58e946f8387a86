//! The part of git's configuration that this program uses, in the order in which git reads it.

use std::path::{Path, PathBuf};

use git2::{Config, ConfigLevel};

use super::config_entry::ConfigEntry;
use super::repository::Repository;
use crate::env::Env;
use crate::error::{ErrorKind, Result};

/// Sections of which every key is used.
const SECTIONS: [&str; 3] = ["pyenv.", "color.", "hook."];
/// Single keys, in the form that git prints.
const KEYS: [&str; 4] =
    ["core.excludesfile", "core.ignorecase", "core.sharedrepository", "status.relativepaths"];

impl Repository<'_> {
    /// Reads `pyenv.*`, `color.*`, `hook.*`, `core.excludesFile`, `core.ignoreCase`, `core.sharedRepository` and
    /// `status.relativePaths`: of the system, the user, the repository and the work tree, and what `git -c` and `GIT_CONFIG_*` add. They are read once, and
    /// again after this program has changed them.
    ///
    /// # Errors
    /// Undecided if the configuration cannot be read.
    pub fn configuration(&self) -> Result<Vec<ConfigEntry>> {
        if let Some(known) = &*self.known_configuration.borrow() {
            return Ok(known.clone());
        }
        let read = self.read_configuration()?;
        Ok(self.known_configuration.borrow_mut().insert(read).clone())
    }

    fn read_configuration(&self) -> Result<Vec<ConfigEntry>> {
        let from_variables = ["GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"];
        let readable =
            self.libgit2.is_some() && from_variables.iter().all(|name| self.env.raw(name).is_none());
        match readable.then(|| self.configuration_of_files()).flatten() {
            Some(entries) => Ok(entries),
            None => self.configuration_of_git(),
        }
    }

    /// The values of a key in the repository's own configuration, which all of its work trees share.
    ///
    /// # Errors
    /// Undecided if the configuration cannot be read.
    pub fn local_values(&self, key: &str) -> Result<Vec<String>> {
        let arguments = ["config", "--local", "-z", "--get-all", key];
        let output = self.git().run(&arguments, Vec::new())?;
        match output.status {
            Some(0) => {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                Ok(text.split_terminator('\0').map(str::to_owned).collect())
            }
            Some(1) => Ok(Vec::new()),
            _ => Err(self.git().failure(&arguments, &output)),
        }
    }

    /// Sets a value in the repository's own configuration.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn set_local(&self, key: &str, value: &str) -> Result<()> {
        self.write_configuration(&["--local", key, value])
    }

    /// Removes a key from the repository's own configuration, and its section if that is empty then. A key that is not
    /// set is no error.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn unset_local(&self, key: &str) -> Result<()> {
        self.write_configuration(&["--local", "--unset-all", key])
    }

    /// Sets a value in the configuration of this work tree. Without `extensions.worktreeConfig`, that is the
    /// repository's own configuration.
    ///
    /// # Errors
    /// Action if it cannot be written, or if the extension is off and other work trees exist.
    pub fn set_in_work_tree(&self, key: &str, value: &str) -> Result<()> {
        self.write_configuration(&["--worktree", "--replace-all", key, value])
    }

    /// Removes a key from the configuration of this work tree. A key that is not set is no error.
    ///
    /// # Errors
    /// As [`Repository::set_in_work_tree`].
    pub fn unset_in_work_tree(&self, key: &str) -> Result<()> {
        self.write_configuration(&["--worktree", "--unset-all", key])
    }

    /// Writes with git itself. Exit status 5 means that there was nothing to unset
    /// (<https://git-scm.com/docs/git-config#_description>).
    fn write_configuration(&self, arguments: &[&str]) -> Result<()> {
        let arguments = [&["config"], arguments].concat();
        self.known_configuration.replace(None);
        let output = self.git().run(&arguments, Vec::new())?;
        match output.status {
            Some(0) => Ok(()),
            Some(5) if arguments.contains(&"--unset-all") => Ok(()),
            _ => Err(self.git().failure(&arguments, &output).of_kind(ErrorKind::Action)),
        }
    }

    /// Reads the configuration with git.
    fn configuration_of_git(&self) -> Result<Vec<ConfigEntry>> {
        let output = self.git().output(&["config", "--list", "-z", "--show-origin"], Vec::new())?;
        let mut pieces = output.split(|&byte| byte == 0).map(String::from_utf8_lossy);
        let mut entries = Vec::new();
        while let (Some(origin), Some(entry)) = (pieces.next(), pieces.next()) {
            let (key, value) =
                entry.split_once('\n').map_or((&*entry, None), |(key, value)| (key, Some(value)));
            if is_used(key) {
                let value = value.map(str::to_owned);
                entries.push(ConfigEntry { key: key.to_owned(), value, origin: origin.into_owned() });
            }
        }
        Ok(entries)
    }

    /// Reads the files with libgit2; `None` if that is not enough (a conditional include, an origin that libgit2 does
    /// not report, a file that it cannot parse).
    fn configuration_of_files(&self) -> Option<Vec<ConfigEntry>> {
        let mut entries = Vec::new();
        for (level, file) in self.configuration_files()? {
            read_file(&file, level, &mut entries)?;
        }
        Some(entries)
    }

    /// The files that git reads, lowest precedence first: <https://git-scm.com/docs/git-config#FILES>.
    fn configuration_files(&self) -> Option<Vec<(ConfigLevel, PathBuf)>> {
        let mut files = Vec::new();
        let no_system = self
            .env
            .text("GIT_CONFIG_NOSYSTEM")
            .map(Config::parse_bool)
            .transpose()
            .ok()?
            .unwrap_or_default();
        let system = self.env.path("GIT_CONFIG_SYSTEM").or_else(|| Config::find_system().ok());
        files.extend(system.filter(|_| !no_system).map(|file| (ConfigLevel::System, file)));
        match self.env.raw("GIT_CONFIG_GLOBAL") {
            Some(file) if file.is_empty() => {}
            Some(file) => files.push((ConfigLevel::Global, self.env.directory.join(file))),
            None => files.extend(user_files(&self.env)),
        }
        let local = self.layout.common_directory.join("config");
        let config = open_file(&local, ConfigLevel::Local)?;
        files.push((ConfigLevel::Local, local));
        if config.get_bool("extensions.worktreeconfig").unwrap_or_default() {
            files.push((ConfigLevel::Worktree, self.layout.git_directory.join("config.worktree")));
        }
        Some(files)
    }
}

/// The user's two files.
fn user_files(env: &Env) -> Vec<(ConfigLevel, PathBuf)> {
    let home = env.path("HOME");
    let xdg = env.path("XDG_CONFIG_HOME").or_else(|| Some(home.as_ref()?.join(".config")));
    let xdg = xdg.map(|directory| (ConfigLevel::XDG, directory.join("git/config")));
    let own = home.map(|directory| (ConfigLevel::Global, directory.join(".gitconfig")));
    xdg.into_iter().chain(own).collect()
}

fn open_file(file: &Path, level: ConfigLevel) -> Option<Config> {
    let mut config = Config::new().ok()?;
    config.add_file(file, level, false).ok()?;
    Some(config)
}

/// Adds the entries of one file that this program uses; `None` if git must be asked.
fn read_file(file: &Path, level: ConfigLevel, found: &mut Vec<ConfigEntry>) -> Option<()> {
    let config = open_file(file, level)?;
    let mut entries = config.entries(None).ok()?;
    let origin = format!("file:{}", file.display());
    while let Some(entry) = entries.next() {
        let entry = entry.ok()?;
        let key = String::from_utf8_lossy(entry.name_bytes());
        if key.starts_with("includeif.") || (is_used(&key) && entry.include_depth() > 0) {
            return None;
        }
        if is_used(&key) {
            let value = entry.has_value().then(|| String::from_utf8_lossy(entry.value_bytes()).into_owned());
            found.push(ConfigEntry { key: key.into_owned(), value, origin: origin.clone() });
        }
    }
    Some(())
}

fn is_used(key: &str) -> bool {
    KEYS.contains(&key) || SECTIONS.iter().any(|section| key.starts_with(section))
}
