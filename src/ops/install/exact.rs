//! Installs packages exactly as they were in another environment, each on its own account: what cannot be had does not
//! keep the rest away.

use super::prepare;
use super::target::TargetEnvironment;
use crate::backends::{
    BACKENDS, BackendChoice, BackendFacts, InstallSource, InstallTask, ManifestTask, NoBackend, choose,
};
use crate::config::Settings;
use crate::delegate::{Ending, Executor, Purpose, package_name, program_on_path, words};
use crate::error::{Error, Result};
use crate::fs::EnvironmentLock;
use crate::inspect::installed::distributions;
use crate::message::Message;
use crate::model::{
    Distribution, EnvironmentRecipe, ExactInstallation, ExactPackage, RequestedPackages, UnavailablePackage,
};
use crate::python::normalised;
use crate::session::{Ports, Session};

/// Installs the packages of a recipe into the environment at its place, without what they require, and removes what it
/// does not name. The backend is the one that the settings request, else the one that installed a package before.
///
/// # Errors
/// Usage, settings or action if there is no environment that works, or nothing can install into it; action if it was
/// interrupted. Of a package that cannot be had the result says so.
pub fn run(ports: Ports<'_>, recipe: &EnvironmentRecipe) -> Result<ExactInstallation> {
    let installed = install(ports, recipe);
    ports.progress.finish();
    ports.signals.deliver();
    installed
}

fn install(ports: Ports<'_>, recipe: &EnvironmentRecipe) -> Result<ExactInstallation> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let target = TargetEnvironment::find(&session, &settings, Some(&recipe.place))?;
    let told = || ports.progress.waiting("waiting for another install into this environment");
    let lock = EnvironmentLock::wait(&target.root, &told)?;
    let there = distributions(&target.root).distributions;
    let (present, wanted): (Vec<&ExactPackage>, Vec<&ExactPackage>) =
        recipe.packages.iter().partition(|package| is_there(package, &there));
    let mut run = ExactRun {
        ports,
        session: &session,
        settings: &settings,
        target: &target,
        lock: &lock,
        result: ExactInstallation {
            installed: present.into_iter().map(|package| package.package.clone()).collect(),
            ..ExactInstallation::default()
        },
    };
    let extra: Vec<String> = there.iter().map(|found| normalised(&found.name)).collect();
    let extra = extra.into_iter().filter(|name| !recipe.names.contains(name)).collect::<Vec<_>>();
    // From here on a signal is passed on to the backend, and ends this program when the backend has ended.
    ports.signals.defer();
    lock.mark()?;
    let of_pip = |package: &&ExactPackage| package.installer.as_deref() == Some("pip");
    let (of_pip, others): (Vec<_>, Vec<_>) = wanted.into_iter().partition(of_pip);
    run.install(of_pip)?;
    run.install(others)?;
    run.remove(&extra)?;
    lock.unmark()?;
    Ok(run.result)
}

/// Says whether a package is there that came from an index, as it is to come.
fn is_there(package: &ExactPackage, there: &[Distribution]) -> bool {
    let (name, version) = (normalised(&package.package.name), &package.package.version);
    let is_it = |found: &Distribution| {
        normalised(&found.name) == name && found.version == *version && found.source.is_none()
    };
    package.is_from_index && version.is_some() && there.iter().any(is_it)
}

/// One run.
struct ExactRun<'r> {
    ports: Ports<'r>,
    session: &'r Session<'r>,
    settings: &'r Settings,
    target: &'r TargetEnvironment,
    lock: &'r EnvironmentLock,
    result: ExactInstallation,
}

impl ExactRun<'_> {
    /// Installs packages that one installer had installed: all at once, and if that fails, without the one because of
    /// which it fails, or in halves where the backend does not say which one that is.
    fn install(&mut self, packages: Vec<&ExactPackage>) -> Result<()> {
        let mut pending = vec![packages];
        while let Some(mut group) = pending.pop() {
            let Some(first) = group.first().copied() else { continue };
            let (ending, failed) = self.try_all(&group, first.installer.as_deref())?;
            match ending {
                Ending::Interrupted(error) => return Err(error),
                Ending::Ended(Ok(())) => {
                    self.result.installed.extend(group.into_iter().map(|package| package.package.clone()));
                }
                Ending::Ended(Err(error)) if group.len() == 1 => self.miss(first, &error),
                Ending::Ended(Err(error)) => match named(&group, failed.as_deref()) {
                    // The whole requirement is named, so it is not something that building another one takes.
                    Some((at, true)) => {
                        self.miss(group.remove(at), &error);
                        pending.push(group);
                    }
                    Some((at, false)) => {
                        pending.push(vec![group.remove(at)]);
                        pending.push(group);
                    }
                    None => {
                        pending.push(group.split_off(group.len() / 2));
                        pending.push(group);
                    }
                },
            }
        }
        Ok(())
    }

    fn miss(&mut self, package: &ExactPackage, error: &Error) {
        let reason = match error.causes() {
            [] => error.message().seen_from_root(),
            causes => Message::joined(causes.iter().cloned(), "\n").seen_from_root(),
        };
        self.result.unavailable.push(UnavailablePackage { package: package.package.clone(), reason });
    }

    /// Tries to install packages, and says because of which requirement that failed.
    fn try_all(
        &mut self,
        packages: &[&ExactPackage],
        installer: Option<&str>,
    ) -> Result<(Ending, Option<String>)> {
        let words: Vec<String> = packages.iter().flat_map(|package| package.words.iter().cloned()).collect();
        let manifest = ManifestTask { is_package: false, file: None, words };
        let sources = [InstallSource::Files { requirements: Vec::new(), manifest: Some(manifest) }];
        let choice = self.choice(&sources, installer)?;
        let commands = (choice.backend.plan)(&self.task(&choice)).map_err(|reason| {
            Error::usage(format!("{} {reason}", choice.backend.name))
                .hint("choose another backend with the setting `backend`")
        })?;
        Ok(self.run_commands(&choice, &commands))
    }

    fn run_commands(
        &mut self,
        choice: &BackendChoice<'_>,
        commands: &[crate::backends::PlannedCommand],
    ) -> (Ending, Option<String>) {
        let directory = self.session.repository.layout().work_tree.clone();
        let requested = RequestedPackages::default();
        let executor = Executor {
            ports: self.ports,
            environment: Some(&self.target.root),
            directory: directory.as_deref().unwrap_or(&self.session.env.directory),
            name: choice.backend.name,
            reading: &choice.backend.reading,
            purpose: Purpose::Install,
            requested: &requested,
            installed: None,
            lock: Some(self.lock),
        };
        self.result.commands.extend(commands.iter().map(words));
        executor.run_naming(commands)
    }

    /// Removes packages with pip, which is what brought them: uv brings none of its own.
    fn remove(&mut self, names: &[String]) -> Result<()> {
        let sources = [InstallSource::Files { requirements: Vec::new(), manifest: None }];
        let Some(pip) = self.choose(&sources, Some("pip")).ok().filter(|_| !names.is_empty()) else {
            return Ok(());
        };
        let Some(remove) = pip.backend.remove else { return Ok(()) };
        let command = remove(&self.task(&pip), names);
        match self.run_commands(&pip, &[command]).0 {
            Ending::Interrupted(error) => Err(error),
            Ending::Ended(result) => result,
        }
    }

    /// The backend that the settings request, if it installs single packages, else the one that installed before, else the
    /// usual one.
    fn choice<'s>(&self, sources: &'s [InstallSource], installer: Option<&str>) -> Result<BackendChoice<'s>> {
        let installs_anything =
            |name: &&str| BACKENDS.iter().any(|backend| backend.name == *name && backend.installs_anything);
        let requested = self.settings.backend.value.as_deref().filter(installs_anything);
        let before = installer.filter(|name| requested.is_none() && self.choose(sources, Some(name)).is_ok());
        self.choose(sources, requested.or(before))
            .map_err(|refusal| prepare::refused(&refusal, self.settings, self.target))
    }

    fn choose<'s>(
        &self,
        sources: &'s [InstallSource],
        requested: Option<&str>,
    ) -> Result<BackendChoice<'s>, NoBackend> {
        let facts = BackendFacts {
            requested,
            sources,
            python: &self.target.python,
            python_feature: self.target.python_feature(),
            has_pip: self.target.has_pip(),
            program: &|name| program_on_path(self.session.env, name),
        };
        choose(BACKENDS, &facts)
    }

    fn task<'t>(&'t self, choice: &'t BackendChoice<'_>) -> InstallTask<'t> {
        InstallTask {
            program: &choice.program,
            environment: &self.target.root,
            python: &self.target.python,
            python_feature: self.target.python_feature(),
            source: choice.source,
            replaced: &[],
            groups: &[],
            extras: &[],
            is_editable: true,
            is_exact: false,
            without_dependencies: true,
        }
    }
}

/// Which of the packages a backend names, and whether it names the whole of what it was asked for.
fn named(packages: &[&ExactPackage], failed: Option<&str>) -> Option<(usize, bool)> {
    let failed = failed?;
    let whole =
        packages.iter().position(|package| matches!(package.words.as_slice(), [one] if one == failed));
    let by_name = || {
        let name = normalised(package_name(failed));
        packages.iter().position(|package| normalised(&package.package.name) == name)
    };
    whole.map(|at| (at, true)).or_else(|| by_name().map(|at| (at, false)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RestoredPackage;

    fn package(name: &str, words: &[&str]) -> ExactPackage {
        ExactPackage {
            package: RestoredPackage { name: name.to_owned(), version: Some("1".to_owned()) },
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            installer: None,
            is_from_index: true,
        }
    }

    #[test]
    fn the_package_that_a_backend_names_is_found() {
        let all = [package("My.Pkg", &["My.Pkg==1"]), package("e", &["--editable", "/src/e"])];
        let all: Vec<&ExactPackage> = all.iter().collect();
        let cases = [
            (Some("My.Pkg==1"), Some((0, true))),
            (Some("my-pkg"), Some((0, false))),
            (Some("my-pkg>=3"), Some((0, false))),
            (Some("e @ file:///src/e"), Some((1, false))),
            (Some("/src/e"), None),
            (Some("other"), None),
            (None, None),
        ];
        for (failed, expected) in cases {
            assert_eq!(named(&all, failed), expected, "{failed:?}");
        }
    }
}
