//! The commands that findings suggest, for the directory in which the program was run.

use super::ignore_rule::ignore_rule_for;
use super::place_to_fix::PlaceToFix;
use crate::path::RepoPath;
use crate::text::shell_quote;

/// The most paths that one command names. Whoever has more runs the check again.
const NAMED: usize = 8;

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
    /// `git pyenv lock` for the project in a directory.
    Lock {
        /// The directory.
        directory: RepoPath,
        /// What the tool is called with where `git pyenv` does not work.
        command: Vec<String>,
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
            FixStep::Lock { directory, command } if self.lacks_program => self.run_in(directory, command),
            FixStep::Lock { directory, .. } => {
                self.run_in(directory, &["git", "pyenv", "lock"].map(str::to_owned))
            }
            FixStep::RunIn { directory, command } => self.run_in(directory, command),
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

    fn run_in(&self, directory: &RepoPath, command: &[String]) -> String {
        let words: Vec<String> = command.iter().map(|word| shell_quote(word.as_bytes())).collect();
        let command = words.join(" ");
        match *directory == self.path {
            true => command,
            false => format!("(cd {} && {command})", self.word(directory)),
        }
    }

    fn installer(&self, installer: &Installer, action: &str, arguments: &str) -> String {
        match installer {
            Installer::Pip(python) => format!("{} -m pip {action} {arguments}", self.word(python)),
            Installer::Uv(place) => format!("uv pip {action} --python {} {arguments}", self.word(place)),
        }
    }
}

impl InvocationDirectory {
    /// Returns the command that fixes these places. Where `git pyenv` does not work, it consists of git's own commands, as
    /// far as these can do it.
    #[must_use]
    pub fn fixing(&self, places: &[&PlaceToFix]) -> String {
        if self.lacks_program && places.iter().all(|place| place.is_for_git()) {
            return self.fixing_by_git(places);
        }
        match places.len() > NAMED {
            true => "git pyenv fix".to_owned(),
            false => self.fix_command(&places.iter().map(|place| &place.place).collect::<Vec<_>>()),
        }
    }

    fn fixing_by_git(&self, places: &[&PlaceToFix]) -> String {
        let untracked: Vec<&RepoPath> =
            places.iter().flat_map(|place| &place.untracked).take(NAMED).collect();
        let ignored: Vec<&RepoPath> = places.iter().flat_map(|place| &place.ignored).take(NAMED).collect();
        let untrack = (!untracked.is_empty()).then(|| {
            let words: Vec<String> = untracked.iter().map(|path| self.word(path)).collect();
            format!("git{} rm -r --cached --quiet -- {}", literally(&untracked), words.join(" "))
        });
        let ignore = (!ignored.is_empty()).then(|| self.ignoring(&ignored));
        untrack.into_iter().chain(ignore).collect::<Vec<_>>().join(" && ")
    }

    /// Returns a command that adds a rule for each path to the `.gitignore` at the top and stages it. An empty line comes
    /// first: what the file has may end without a line break.
    pub(super) fn ignoring(&self, paths: &[&RepoPath]) -> String {
        let rules: Vec<String> = paths.iter().map(|path| shell_quote(&ignore_rule_for(path))).collect();
        let file = format!("{}.gitignore", "../".repeat(self.path.components().count()));
        format!("printf '%s\\n' '' {} >> {file} && git add {file}", rules.join(" "))
    }
}

/// The option without which git takes these paths for patterns.
fn literally(paths: &[&RepoPath]) -> &'static str {
    let is_special = |byte: &u8| b"*?[\\:".contains(byte);
    if paths.iter().any(|path| path.as_bytes().iter().any(is_special)) { " --literal-pathspecs" } else { "" }
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

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    #[test]
    fn without_the_program_git_does_it() {
        let top = InvocationDirectory::default().lacking_program(true);
        let below = InvocationDirectory::new(path("a"), true).lacking_program(true);
        let whole = |name: &str| {
            let place = path(name);
            PlaceToFix::new(&place)
                .untracking(std::slice::from_ref(&place))
                .ignoring(std::slice::from_ref(&place))
        };
        let (venv, strange) = (whole("venv"), whole("my [env]"));
        assert_eq!(
            top.fixing(&[&venv]),
            "git rm -r --cached --quiet -- venv && printf '%s\\n' '' /venv >> .gitignore && git add .gitignore"
        );
        assert_eq!(
            below.fixing(&[&venv, &strange]),
            "git --literal-pathspecs rm -r --cached --quiet -- ../venv '../my [env]' && printf '%s\\n' '' /venv \
             '/my \\[env]' >> ../.gitignore && git add ../.gitignore"
        );
        let tracked = PlaceToFix::new(&path("lib")).untracking(&[path("lib/pyvenv.cfg")]);
        assert_eq!(top.fixing(&[&tracked]), "git rm -r --cached --quiet -- lib/pyvenv.cfg");
        let open = PlaceToFix::new(&path("venv")).ignoring(&[path("venv")]);
        assert_eq!(top.fixing(&[&open]), "printf '%s\\n' '' /venv >> .gitignore && git add .gitignore");
    }

    #[test]
    fn what_git_cannot_do_needs_the_program() {
        let top = InvocationDirectory::default().lacking_program(true);
        let rule = PlaceToFix::new(&path(".gitignore"));
        assert_eq!(top.fixing(&[&rule]), "git pyenv fix .gitignore");
        let root = PlaceToFix::new(&RepoPath::root()).untracking(&[RepoPath::root()]);
        assert_eq!(top.fixing(&[&root]), "git pyenv fix .");
    }

    #[test]
    fn with_the_program_it_is_one_command() {
        let here = InvocationDirectory::default();
        let places: Vec<PlaceToFix> =
            (0..9).map(|number| PlaceToFix::new(&path(&format!("e{number}")))).collect();
        let places: Vec<&PlaceToFix> = places.iter().collect();
        assert_eq!(here.fixing(&places[..2]), "git pyenv fix e0 e1");
        assert_eq!(here.fixing(&places), "git pyenv fix");
    }
}
