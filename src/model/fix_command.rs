//! The commands that findings suggest, for the directory in which the program was run.

use super::PlaceToFix;
use crate::path::RepoPath;
use crate::text::shell_quote;

/// The directory that the program was run in: it decides how paths in text and in suggested commands are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvocationDirectory {
    /// Where it is in the work tree. It is the top for a user who is outside of the work tree.
    pub path: RepoPath,
    /// Where paths in text are seen from.
    shown_from: RepoPath,
    /// `git pyenv` does not work there, as for users of a hook framework: git finds no `git-pyenv`.
    pub lacks_program: bool,
}

/// A command, or one of several that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FixStep {
    /// `git pyenv fix` for a path.
    Fix(PlaceToFix),
    /// `git pyenv create`: the selected environment, or the one at a path.
    Create(Option<RepoPath>),
    /// `git pyenv create --force` for the environment at a path.
    Recreate {
        /// Where it is.
        place: RepoPath,
        /// The Python to request; `None` where the project and settings say it.
        python: Option<String>,
        /// The setting `autoCleanup` forbids it, and is overruled for once.
        despite_settings: bool,
    },
    /// `git pyenv install`.
    Install {
        /// Where the environment is; `None` for the selected one.
        environment: Option<RepoPath>,
        /// What nothing asks for is removed.
        is_sync: bool,
    },
    /// Deletes a link.
    DeleteLink(RepoPath),
    /// Deletes files and directories.
    Delete(Vec<RepoPath>),
    /// Makes an editable install of a project.
    Reinstall {
        /// Who installs.
        installer: Installer,
        /// The directory of the project.
        project: RepoPath,
    },
    /// Installs the version of a package that is installed once more, without its dependencies.
    ReinstallVersion {
        /// Who installs.
        installer: Installer,
        /// The name of the package.
        package: String,
        /// Its version.
        version: String,
    },
    /// Uninstalls a package.
    Uninstall {
        /// Who uninstalls.
        installer: Installer,
        /// The name of the package.
        package: String,
    },
    /// Runs a command of another tool in a directory.
    RunIn {
        /// The directory.
        directory: RepoPath,
        /// The program and its arguments.
        command: Vec<String>,
    },
    /// Stages a file.
    Stage(RepoPath),
}

/// A program that installs packages into an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installer {
    /// The environment's own pip, run by this interpreter.
    Pip(RepoPath),
    /// uv, for the environment in this directory.
    Uv(RepoPath),
}

/// Returns the command that recreates an environment, with options that each follow a space.
#[must_use]
pub fn create_by_force(despite_settings: bool, options: &str) -> String {
    let git = if despite_settings { "git -c pyenv.autoCleanup=true" } else { "git" };
    format!("{git} pyenv create --force{options}")
}

impl InvocationDirectory {
    /// A directory of the work tree. As in git, text shows paths as they are seen from there, or from the top unless
    /// `status.relativePaths` is set
    /// (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-statusrelativePaths>); commands take them as they
    /// can be typed there.
    #[must_use]
    pub fn new(path: RepoPath, has_relative_paths: bool) -> Self {
        let shown_from = if has_relative_paths { path.clone() } else { RepoPath::root() };
        Self { path, shown_from, lacks_program: false }
    }

    /// Says whether `git pyenv` does not work there.
    #[must_use]
    pub fn lacking_program(self, lacks_program: bool) -> Self {
        Self { lacks_program, ..self }
    }

    /// Where paths in text are seen from.
    #[must_use]
    pub fn shown_from(&self) -> &RepoPath {
        &self.shown_from
    }

    /// Whether it is the top of the work tree.
    #[must_use]
    pub fn is_top(&self) -> bool {
        self.path.is_root()
    }

    /// Returns the command line for a POSIX shell, with paths that work in this directory.
    #[must_use]
    pub fn command(&self, steps: &[FixStep]) -> String {
        if let [FixStep::Fix(place)] = steps {
            return self.fixing(&[place]);
        }
        steps.iter().map(|step| self.step(step)).collect::<Vec<_>>().join(" && ")
    }

    /// Returns `git pyenv fix PATH…` for a POSIX shell.
    #[must_use]
    pub fn fix_command(&self, places: &[&RepoPath]) -> String {
        let words: Vec<String> = places.iter().map(|place| self.word(place)).collect();
        format!("git pyenv fix {}", words.join(" "))
    }

    /// A path as programs take it in this directory.
    #[must_use]
    pub fn word(&self, place: &RepoPath) -> String {
        let path = place.relative_to(&self.path);
        // Where `check` and `fix` take paths, `:/` is the top of the work tree.
        let start: &[u8] = if path.starts_with(b":/") { b"./" } else { b"" };
        shell_quote(&[start, &path].concat())
    }

    fn step(&self, step: &FixStep) -> String {
        match step {
            FixStep::RunIn { directory, command } => {
                let words: Vec<String> = command.iter().map(|word| shell_quote(word.as_bytes())).collect();
                let command = words.join(" ");
                match *directory == self.path {
                    true => command,
                    false => format!("(cd {} && {command})", self.word(directory)),
                }
            }
            FixStep::Stage(file) => format!("git add {}", self.word(file)),
            FixStep::Fix(place) => self.fix_command(&[&place.place]),
            FixStep::Create(None) => "git pyenv create".to_owned(),
            FixStep::Create(Some(place)) => format!("git pyenv create --env {}", self.word(place)),
            FixStep::Recreate { place, python, despite_settings } => {
                let python =
                    python.as_ref().map(|text| format!(" --python {}", shell_quote(text.as_bytes())));
                let options = format!(" --env {}{}", self.word(place), python.unwrap_or_default());
                create_by_force(*despite_settings, &options)
            }
            FixStep::Install { environment, is_sync } => {
                let sync = if *is_sync { " --sync" } else { "" };
                let place = environment.as_ref().map(|place| format!(" --env {}", self.word(place)));
                format!("git pyenv install{sync}{}", place.unwrap_or_default())
            }
            FixStep::DeleteLink(place) => format!("rm {}", self.word(place)),
            FixStep::Delete(places) => {
                let words: Vec<String> = places.iter().map(|place| self.word(place)).collect();
                format!("rm -r {}", words.join(" "))
            }
            FixStep::Reinstall { installer, project } => {
                self.installer(installer, "install", &format!("--editable {}", self.word(project)))
            }
            FixStep::ReinstallVersion { installer, package, version } => {
                let again =
                    if matches!(installer, Installer::Pip(_)) { "--force-reinstall" } else { "--reinstall" };
                let requirement = shell_quote(format!("{package}=={version}").as_bytes());
                self.installer(installer, "install", &format!("{again} --no-deps {requirement}"))
            }
            FixStep::Uninstall { installer, package } => {
                // uv does not ask.
                let yes = if matches!(installer, Installer::Pip(_)) { "--yes " } else { "" };
                self.installer(installer, "uninstall", &format!("{yes}{}", shell_quote(package.as_bytes())))
            }
        }
    }

    fn installer(&self, installer: &Installer, action: &str, arguments: &str) -> String {
        match installer {
            Installer::Pip(python) => format!("{} -m pip {action} {arguments}", self.word(python)),
            Installer::Uv(place) => format!("uv pip {action} --python {} {arguments}", self.word(place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_work_in_the_directory_of_the_call() {
        let path = |text: &str| RepoPath::new(text.as_bytes()).expect("a path");
        let recreate = FixStep::Recreate {
            place: path("my env"),
            python: Some(">=3.11".to_owned()),
            despite_settings: true,
        };
        let pip = || Installer::Pip(path("venv/bin/python"));
        let steps = [
            FixStep::Fix(PlaceToFix::new(&path("venv"))),
            recreate,
            FixStep::Reinstall { installer: pip(), project: RepoPath::root() },
            FixStep::Uninstall { installer: Installer::Uv(path("venv")), package: "demo".to_owned() },
        ];
        assert_eq!(
            InvocationDirectory::default().command(&steps),
            "git pyenv fix venv && git -c pyenv.autoCleanup=true pyenv create --force --env 'my env' --python '>=3.11' \
             && venv/bin/python -m pip install --editable . && uv pip uninstall --python venv demo"
        );
        assert_eq!(
            InvocationDirectory::new(path("a/b"), true).lacking_program(true).command(&steps),
            "git pyenv fix ../../venv && git -c pyenv.autoCleanup=true pyenv create --force --env '../../my env' \
             --python '>=3.11' && ../../venv/bin/python -m pip install --editable ../.. \
             && uv pip uninstall --python ../../venv demo"
        );
    }
}
