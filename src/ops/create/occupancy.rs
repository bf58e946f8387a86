//! What is at the place already, and whether it is what is asked for.

use super::Work;
use super::place::Place;
use crate::detect;
use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{self, DiskTree};
use crate::model::{
    Asked, AskedRequest, CreationStep, Environment, Facts, Interpreter, MadeEnvironment, Platform, Scope,
};
use crate::ops::condition::{self, Checkouts};
use crate::ops::interpreter::{self, Wanted};
use crate::ops::pyvenv_cfg;
use crate::ops::session::Session;
use crate::path::display;
use crate::python::{Build, Request, Version};
use crate::rules::{self, RULES, Rule};
use crate::setting::Origin;
use crate::shells::scripts_directory;

/// The rules that find what only making it anew can repair.
const BROKEN: [&str; 3] = ["PYE302", "PYE303", "PYE307"];

/// What is at a place.
pub(super) enum Occupancy {
    /// Nothing, or an empty directory.
    Free,
    /// An environment, whole or not.
    Environment(Box<Environment>),
}

impl Occupancy {
    /// Looks at a place.
    ///
    /// # Errors
    /// Action if something else is there, undecided if it cannot be read.
    pub(super) fn look(place: &Place) -> Result<Self> {
        let refused = |what: &str| Error::action(format!("`{place}` is {what}, so it is left alone"));
        if !fs::exists(&place.directory) {
            let above = place.directory.ancestors().skip(1).find(|above| fs::exists(above));
            return match above.filter(|above| !fs::is_directory(above)) {
                None => Ok(Self::Free),
                Some(above) => Err(Error::action(format!("`{place}` cannot be made"))
                    .cause(format!("`{}` is no directory", display(above)))),
            };
        }
        if fs::is_link(&place.directory) {
            return Err(refused("a symbolic link")
                .hint("`--env` names another directory; the link can be removed with `rm`"));
        }
        if !fs::is_directory(&place.directory) {
            return Err(refused("a file")
                .cause("a file of that name can say where an environment is (PEP 832)")
                .hint("`--env` names another directory"));
        }
        if fs::is_empty_directory(&place.directory) {
            return Ok(Self::Free);
        }
        let detection = detect::environments(&DiskTree::new(&place.directory))?;
        let found = detection.environments.into_iter().find(|environment| environment.root.is_root());
        let found = found.map(|environment| Self::Environment(Box::new(environment)));
        found.ok_or_else(|| {
            refused("a directory with other files in it")
                .cause(
                    "nothing in it shows that it is an environment, and `--force` replaces only environments",
                )
                .hint("`--env` names another directory")
        })
    }
}

/// An environment that is there.
pub(super) struct Found<'f> {
    pub(super) environment: &'f Environment,
    pub(super) place: &'f Place,
}

impl Found<'_> {
    /// The result for an environment that stays as it is, being as it is asked for.
    pub(super) fn as_made(&self, asked: &Asked) -> MadeEnvironment {
        MadeEnvironment {
            environment: self.placed(),
            outside: self.place.inside.is_none().then(|| self.place.directory.clone()),
            step: CreationStep::AlreadyThere,
            chosen_by: asked.met(&self.build()),
            interpreter: None,
            seeds: Vec::new(),
        }
    }

    /// What its settings file says.
    fn settings(&self) -> Result<PyvenvCfg> {
        Ok(pyvenv_cfg::read(&self.place.directory)?.unwrap_or_default())
    }

    /// The environment, called by its place.
    fn placed(&self) -> Environment {
        let root = self.place.inside.clone().unwrap_or_default();
        Environment { root, ..self.environment.clone() }
    }

    /// What is wrong with it, in the words of the rules; nothing if it works.
    fn faults(&self, session: &Session<'_>) -> Vec<String> {
        let checkouts = Checkouts::of(session);
        let condition = condition::of(&self.place.directory, &self.placed(), &checkouts);
        let facts = Facts { conditions: vec![condition], ..Facts::nothing(Scope::WorkTree) };
        let broken: Vec<&'static Rule> =
            RULES.iter().filter(|rule| BROKEN.contains(&rule.info.code)).copied().collect();
        rules::run(&broken, &facts).into_iter().map(|finding| finding.message).collect()
    }

    /// Says whether this Python is the one behind it: the one that its link leads to, or in the place of a copy the
    /// one of the version and in the directory that are recorded.
    fn is_made_from(&self, wanted: &Interpreter) -> Result<bool> {
        let directory = &self.place.directory;
        let program = directory.join(scripts_directory(Platform::Posix)).join("python");
        if fs::is_link(&program) {
            let real = fs::real_path(&program);
            return Ok(
                real == fs::real_path(&wanted.executable) || real.as_ref() == Some(&wanted.real_executable)
            );
        }
        let home = self.settings()?.home().and_then(|home| fs::real_path(home.as_ref()));
        let places =
            [&wanted.executable, &wanted.real_executable].map(|file| file.parent().and_then(fs::real_path));
        let version = wanted.version.to_string();
        let same_version = self.environment.python.as_deref().is_none_or(|own| version.starts_with(own));
        Ok(same_version && (home.is_none() || places.contains(&home)))
    }

    /// Its Python, as far as it is recorded.
    fn build(&self) -> Build {
        let version = self.environment.python.as_deref().and_then(Version::parse);
        Build { version, ..Build::default() }
    }
}

impl Work<'_> {
    /// In what an environment is not what is asked for, in words; nothing if it is.
    pub(super) fn differences(&self, found: &Found<'_>, asked: &Asked) -> Result<Vec<String>> {
        let mut differences = found.faults(self.session);
        let settings = found.settings()?;
        if let Some(unmet) = asked.unmet(&found.build()) {
            let version = found.environment.python.as_deref().unwrap_or("an unknown version");
            differences.push(format!("it has Python {version}, and {unmet}"));
        }
        let system = settings.get("include-system-site-packages") == Some("true");
        if self.request.system_site_packages && !system {
            differences.push("it does not see the packages of the system".to_owned());
        }
        if differences.is_empty() {
            differences.extend(self.other_base(found, asked)?);
        }
        Ok(differences)
    }

    /// In words, that it is made from another Python than the one that the command line names by a path or as a
    /// program: of those its version does not tell.
    fn other_base(&self, found: &Found<'_>, asked: &Asked) -> Result<Option<String>> {
        let by_name = |named: &&AskedRequest| {
            matches!(named.origin, Origin::Flag(_))
                && matches!(named.request, Request::Path(_) | Request::Name(_))
        };
        let Some(named) = asked.requests.iter().find(by_name) else { return Ok(None) };
        let work_tree = self.session.repository.layout().work_tree.as_deref();
        let wanted = interpreter::find(self.ports, Wanted { asked, work_tree })?;
        Ok((!found.is_made_from(&wanted)?).then(|| {
            let version = found.environment.python.as_deref().unwrap_or("an unknown version");
            format!("it has another Python, of version {version}, and {named}")
        }))
    }
}
