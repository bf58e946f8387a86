//! Which files of a project say what an environment is to contain.

use std::path::{Path, PathBuf};

use super::choice::Choice;
use super::collection::{Collection, RequirementRole};
use super::requirements::RequirementsWalk;
use super::{conda, lock, notes, pipfile, pyproject, script, setup_cfg};
use crate::config::{NamedEnvironment, Settings};
use crate::env::Env;
use crate::formats::requirements_file;
use crate::fs::{exists, read_optional};
use crate::message::message;
use crate::model::{InstallInput, Place, RequestedBy, RequestedPackages};
use crate::order::Arrange as _;
use crate::path::{RepoPath, display, path_to_bytes, resolve, split_name};
use crate::project::locks::LockFormat;
use crate::project::manifests::{self, Manifest};
use crate::python::MarkerEnvironment;
use crate::setting::Origin;
use crate::tree::SETTINGS_LIMIT;

/// What is wanted of a project.
#[derive(Debug, Clone, Copy)]
pub struct RequestOptions<'o> {
    /// The directory of the project in the work tree.
    pub project: &'o RepoPath,
    /// The name of the environment in the settings, if it has one.
    pub environment: Option<&'o str>,
    /// Absolute paths of files to read in place of those that the project says.
    pub files: &'o [PathBuf],
    /// Dependency groups besides those that count anyway.
    pub groups: &'o [String],
    /// Extras of the project.
    pub extras: &'o [String],
    /// What the markers of a lock are evaluated with.
    pub markers: &'o MarkerEnvironment,
    /// What the manifests say counts, and not their lock.
    pub ignores_lock: bool,
}

/// Reads what an environment of the project is asked to contain.
///
/// These files count: those of the options; else those that the settings name for the environment; else the lock, unless
/// the settings name a requirements file; else the requirements file, `pyproject.toml`, `setup.cfg` and `Pipfile`, and
/// where these ask for nothing `environment.yml`. Files that are included count too, and what `pip-compile` made of a file
/// that counts.
///
/// Never fails: what cannot be read is in the result.
#[must_use]
pub fn requested(
    env: &Env,
    top: &Path,
    settings: &Settings,
    options: &RequestOptions<'_>,
) -> RequestedPackages {
    let named = options.environment.and_then(|name| settings.environments.get(name));
    let groups = named.map_or(&[][..], |environment| environment.groups.value.as_slice());
    let mut search = FileSearch {
        collection: Collection::new(env, top, options.project),
        project: options.project,
        choice: Choice::new(groups, options.groups, options.extras),
        markers: options.markers,
        ignores_lock: options.ignores_lock,
        is_manifest: false,
    };
    match named.filter(|environment| !environment.requirements.value.is_empty()) {
        _ if !options.files.is_empty() => options.files.iter().for_each(|file| search.add_given(file)),
        Some(environment) => search.add_of_environment(environment),
        None => search.add_usual(settings),
    }
    search.finish()
}

struct FileSearch<'s> {
    collection: Collection<'s>,
    project: &'s RepoPath,
    choice: Choice,
    markers: &'s MarkerEnvironment,
    ignores_lock: bool,
    /// Something else than a requirements file asks for something.
    is_manifest: bool,
}

impl FileSearch<'_> {
    /// Adds a file that the user names for this run.
    fn add_given(&mut self, file: &Path) {
        let below = file.strip_prefix(self.collection.top).ok();
        match below.and_then(|below| resolve(b"", &path_to_bytes(below))) {
            Some(file) => self.add_any(&file),
            None => {
                let name = file.file_name().map(Path::new).map(path_to_bytes).unwrap_or_default();
                let place = Place { file: RepoPath::new(name).unwrap_or_default(), line: None };
                let reason = format!("`{}` is outside of the work tree, and is not read", display(file));
                self.collection.leave(&place, reason);
            }
        }
    }

    /// Adds the files that the settings name for an environment, relative to the top of the work tree.
    fn add_of_environment(&mut self, environment: &NamedEnvironment) {
        for name in &environment.requirements.value {
            self.add_given(&self.collection.top.join(name));
        }
    }

    /// Adds what tools would read.
    fn add_usual(&mut self, settings: &Settings) {
        if let Some((file, format)) = lock::locks(&self.collection, self.project).into_iter().next() {
            self.choice.tool = lock::group_tool(format);
            let is_named = settings.requirements_file.origin != Origin::Default;
            if !is_named && !self.ignores_lock && self.add_lock(&file, format) {
                return;
            }
        }
        self.add_requirements_file(settings);
        for manifest in
            [&manifests::pyproject::MANIFEST, &manifests::setup_cfg::MANIFEST, &manifests::pipfile::MANIFEST]
        {
            self.add_if_there(manifest);
        }
        for manifest in [&manifests::environment_yml::MANIFEST, &manifests::environment_yaml::MANIFEST] {
            if self.is_silent() {
                self.add_if_there(manifest);
            }
        }
        let program = self.beside(manifests::setup_py::MANIFEST.file_name);
        if let Some(program) = program.filter(|file| self.is_silent() && self.is_there(file)) {
            self.add_any(&program);
        }
    }

    fn add_if_there(&mut self, manifest: &Manifest) {
        let file = self.beside(manifest.file_name);
        if let Some(file) = file.filter(|file| self.is_there(file)) {
            self.add_any(&file);
        }
    }

    /// Adds the requirements file of the settings, relative to the project; in a project below the top also one that they
    /// name from the top.
    fn add_requirements_file(&mut self, settings: &Settings) {
        let setting = &settings.requirements_file;
        let name = Path::new(&setting.value);
        let is_set = setting.origin != Origin::Default;
        if name.is_absolute() {
            return self.add_given(name);
        }
        let bytes = path_to_bytes(name);
        let from_project = resolve(self.project.as_bytes(), &bytes);
        let from_top = resolve(b"", &bytes).filter(|file| is_set && file.is_within(self.project));
        let found =
            [&from_project, &from_top].into_iter().flatten().find(|file| self.is_there(file)).cloned();
        match (found, from_project) {
            (Some(file), _) => self.add_any(&file),
            (None, Some(file)) if is_set && self.project.is_root() => {
                let reason =
                    message!("it does not exist, and `requirementsFile` in {} names it", setting.origin);
                self.collection.refuse(&Place { file, line: None }, reason);
            }
            (None, None) if is_set && self.project.is_root() => {
                self.add_given(&self.collection.top.join(name))
            }
            (None, _) if !is_set => self.add_compiled_of_source(),
            (None, _) => {}
        }
    }

    /// A file of the project, as the repository names it.
    fn beside(&self, name: &str) -> Option<RepoPath> {
        self.project.join(name).ok()
    }

    fn is_there(&self, file: &RepoPath) -> bool {
        exists(&file.to_path(self.collection.top))
    }

    /// Says whether no file asked for anything.
    fn is_silent(&self) -> bool {
        let packages = &self.collection.packages;
        packages.requested.is_empty() && packages.unreadable.is_empty() && packages.inputs.is_empty()
    }

    /// Adds a file by its name.
    fn add_any(&mut self, file: &RepoPath) {
        let place = Place { file: file.clone(), line: None };
        let name = String::from_utf8_lossy(file.name()).into_owned();
        let (before, given) = (self.asked(), self.collection.packages.inputs.len());
        match name.as_str() {
            "pyproject.toml" => pyproject::add(&mut self.collection, file, &mut self.choice),
            "setup.cfg" => setup_cfg::add(&mut self.collection, file, &mut self.choice),
            "Pipfile" => pipfile::add(&mut self.collection, file, &mut self.choice),
            "setup.py" => self.collection.leave(&place, "it is a program, and is not run"),
            name if name.ends_with(".py") => script::add(&mut self.collection, file),
            name if name.ends_with(".yml") || name.ends_with(".yaml") => {
                conda::add(&mut self.collection, file)
            }
            _ => match lock::format_of(file) {
                Some(format) => {
                    self.add_lock(file, format);
                }
                None => self.add_requirements(file, &place),
            },
        }
        let inputs = &self.collection.packages.inputs;
        if self.asked() != before && inputs.len() == given {
            self.is_manifest = true;
            let file = file.to_path(self.collection.top);
            self.collection.packages.inputs.push(InstallInput::Manifest(file));
        }
    }

    fn add_lock(&mut self, file: &RepoPath, format: &LockFormat) -> bool {
        lock::add(&mut self.collection, file, format, &mut self.choice, self.markers)
    }

    /// How much is asked for so far.
    fn asked(&self) -> [usize; 4] {
        let packages = &self.collection.packages;
        let lists = [&packages.requested, &packages.constraints, &packages.overrides];
        let [requested, constraints, overrides] = lists.map(Vec::len);
        [requested, constraints, overrides, packages.unreadable.len()]
    }

    fn add_requirements(&mut self, file: &RepoPath, place: &Place) {
        RequirementsWalk::new(&mut self.collection).read(file, place, RequirementRole::Requested);
        let input = InstallInput::RequirementsFile(file.to_path(self.collection.top));
        self.collection.packages.inputs.push(input);
        if let Some(compiled) = self.compiled(file) {
            let input = InstallInput::RequirementsFile(compiled.to_path(self.collection.top));
            self.collection.packages.inputs.push(input);
            RequirementsWalk::new(&mut self.collection).read(&compiled, place, RequirementRole::Requested);
        }
    }

    /// Where there is only a `requirements.in`, adds what was made of it, if that is one file.
    fn add_compiled_of_source(&mut self) {
        let source = self.beside("requirements.in").filter(|file| self.is_there(file));
        if let Some(compiled) = source.and_then(|source| self.compiled(&source)) {
            self.add_any(&compiled);
        }
    }

    /// The file beside `NAME.in` that `pip-compile` or uv made of it: `NAME.txt`, if its first comment says so.
    fn compiled(&self, source: &RepoPath) -> Option<RepoPath> {
        let stem = source.as_bytes().strip_suffix(b".in")?;
        let file =
            RepoPath::new([stem, b".txt"].concat()).ok().filter(|file| self.collection.is_inside(file))?;
        let bytes = read_optional(&file.to_path(self.collection.top), SETTINGS_LIMIT).ok()??;
        let header = requirements_file::parse(&bytes, &|_| None).ok()?.compiled?;
        let names_source = |input: &String| split_name(input.as_bytes()).1 == source.name();
        header.inputs.is_some_and(|inputs| inputs.iter().any(names_source)).then_some(file)
    }

    fn finish(mut self) -> RequestedPackages {
        let missing = self.choice.missing();
        if !missing.is_empty() {
            let first = self.collection.packages.files.first().cloned();
            let file = first.or_else(|| self.beside(manifests::pyproject::MANIFEST.file_name));
            let place = Place { file: file.unwrap_or_default(), line: None };
            missing.into_iter().for_each(|reason| self.collection.refuse(&place, reason));
        }
        let mut packages = self.collection.packages;
        packages.own_names.arrange();
        packages.own_names.dedup();
        packages.notes.extend(notes::notes(self.collection.env));
        packages.source = match (packages.source, self.is_manifest) {
            (RequestedBy::Lock(tool), _) => RequestedBy::Lock(tool),
            (_, true) => RequestedBy::Manifest,
            (_, false) if packages.inputs.is_empty() => RequestedBy::Nothing,
            (_, false) => RequestedBy::Requirements,
        };
        packages
    }
}
