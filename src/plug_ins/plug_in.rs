//! A plug-in, and whether its content is trusted.

use std::path::{Path, PathBuf};

use super::ask::{AskedProgram, ask};
use super::markers::markers_of;
use crate::config::is_type_name;
use crate::env::{Env, PROGRAM_SUFFIX};
use crate::error::{Error, Result};
use crate::formats::digest::hexadecimal;
use crate::formats::plug_in::{PlugInActivation, PlugInOperation, activation, creation, declaration};
use crate::formats::trust_record::{TrustedFile, TrustedKind, TrustedSubject};
use crate::fs::{exists, read_optional};
use crate::git::RepositoryLayout;
use crate::model::Selection;
use crate::path::{RepoPath, display, path_to_bytes, printable};
use crate::session::{Ports, Session, UserPrograms};
use crate::trust::TrustStore;

/// What the names of the programs begin with.
pub const START: &str = "git-pyenv-type-";

/// The most bytes of a program.
const LIMIT: u64 = 64 * 1024 * 1024;

/// A plug-in as its file was when it was read.
pub struct PlugIn {
    /// The name of the type.
    pub name: String,
    /// The program, absolute.
    pub program: PathBuf,
    /// The SHA-256 of its content.
    pub sha256: String,
    bytes: Vec<u8>,
}

impl PlugIn {
    /// Finds that of a type among the programs of the user, and reads it.
    ///
    /// # Errors
    /// Usage for a name that no type can have, and if there is no such program; action or undecided if it cannot be read.
    pub fn find(env: &Env, layout: Option<&RepositoryLayout>, name: &str) -> Result<Self> {
        if !is_type_name(name) {
            return Err(Error::usage(format!("`{}` is not the name of a type", printable(name.as_bytes())))
                .hint("such names have small letters, digits and `-`"));
        }
        let programs = UserPrograms::new(env, layout);
        let program = format!("{START}{name}");
        match programs.find(&program) {
            Some(found) => Self::read(name, found),
            None => {
                let error = Error::usage(format!("there is no plug-in `{program}` on PATH"));
                Err(programs.passed_over(&program).into_iter().fold(error, Error::cause))
            }
        }
    }

    /// Reads the program of a type. All that follows is about these bytes.
    pub(super) fn read(name: &str, program: PathBuf) -> Result<Self> {
        let bytes = read_optional(&program, LIMIT)?;
        let bytes = bytes.ok_or_else(|| Error::action(format!("`{}` does not exist", display(&program))))?;
        Ok(Self { name: name.to_owned(), program, sha256: hexadecimal(&bytes), bytes })
    }

    /// The name of its program.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{START}{}{PROGRAM_SUFFIX}", self.name)
    }

    /// What runs: these bytes.
    fn asked(&self) -> AskedProgram<'_> {
        AskedProgram { program: &self.program, file_name: self.file_name(), bytes: &self.bytes }
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What is trusted: the program of this name in this directory, with this content.
    fn subject(&self) -> TrustedSubject {
        let origin = path_to_bytes(self.program.parent().unwrap_or(Path::new("/")));
        let file = TrustedFile { path: self.file_name().as_bytes().into(), sha256: self.sha256.clone() };
        let (kind, name) = (TrustedKind::EnvironmentType, self.name.clone());
        TrustedSubject { kind, origin: origin.as_slice().into(), name, files: vec![file] }
    }

    /// The same, if the user trusts its content.
    ///
    /// # Errors
    /// Action if not, with the command that trusts it, and if the records cannot be read.
    pub fn trusted(self, env: &Env) -> Result<TrustedPlugIn> {
        match self.markers(env)? {
            Some(markers) => Ok(TrustedPlugIn { plug_in: self, markers }),
            None => Err(self.untrusted(env)),
        }
    }

    /// The paths that show an environment of the type, if its content is trusted.
    ///
    /// # Errors
    /// Action if the records cannot be read.
    pub fn markers(&self, env: &Env) -> Result<Option<Vec<RepoPath>>> {
        let record = TrustStore::of_user(env)?.find(&self.subject())?;
        record.map(|record| markers_of(&record)).transpose()
    }

    /// Says whether other content of the same program is trusted.
    ///
    /// # Errors
    /// Action if the records cannot be read.
    pub fn was_trusted(&self, env: &Env) -> Result<bool> {
        let own = self.subject();
        Ok(TrustStore::of_user(env)?.all()?.0.iter().any(|record| is_of_same_program(&record.subject, &own)))
    }

    fn untrusted(&self, env: &Env) -> Error {
        let error = Error::action(format!("the plug-in `{}` is not trusted", display(&self.program)));
        let error = match self.was_trusted(env) {
            Ok(true) => error.cause("it was changed since it was trusted"),
            _ => error.cause("nothing of it is run before you trust it"),
        };
        self.with_trust_command(error)
    }

    /// Adds the command that trusts exactly this content to an error.
    #[must_use]
    pub fn with_trust_command(&self, error: Error) -> Error {
        let command = format!("git pyenv plugin trust {} --digest {}", self.name, self.sha256);
        error.suggest("trust this content with", command)
    }

    /// Trusts this content from now on, once it has said how its environments are recognised. It is run for that.
    ///
    /// # Errors
    /// Action if it does not say so, and then it is not trusted, or if that cannot be recorded.
    pub fn trust(self, ports: Ports<'_>) -> Result<TrustedPlugIn> {
        let declared = ask(&self.asked(), (ports, None), PlugInOperation::Detect, None, declaration)?;
        let markers = declared.markers.iter().map(|marker| marker.as_str().unwrap_or_default().to_owned());
        let (store, own) = (TrustStore::of_user(ports.env)?, self.subject());
        store.trust_type(own.clone(), markers.collect())?;
        // What it was before must not come back unasked.
        store.forget(|other| is_of_same_program(other, &own) && *other != own)?;
        Ok(TrustedPlugIn { plug_in: self, markers: declared.markers })
    }
}

fn is_of_same_program(one: &TrustedSubject, other: &TrustedSubject) -> bool {
    (one.kind, &one.name, &one.origin) == (other.kind, &other.name, &other.origin)
}

/// A plug-in whose content the user trusts.
pub struct TrustedPlugIn {
    /// The plug-in.
    pub plug_in: PlugIn,
    /// The paths that show an environment of the type.
    pub markers: Vec<RepoPath>,
}

impl TrustedPlugIn {
    /// Says whether a directory is an environment of the type: all markers are there.
    #[must_use]
    pub fn recognises(&self, directory: &Path) -> bool {
        self.markers.iter().all(|marker| exists(&marker.to_path(directory)))
    }

    /// Has it create the selected environment.
    ///
    /// # Errors
    /// Action if it fails.
    pub fn create(&self, ports: Ports<'_>, session: &Session<'_>, selection: &Selection) -> Result<()> {
        let asked = self.plug_in.asked();
        ask(&asked, (ports, Some(session)), PlugInOperation::Create, Some(selection), creation)
    }

    /// Asks what activates the selected environment.
    ///
    /// # Errors
    /// Action if it fails.
    pub fn activate(
        &self,
        ports: Ports<'_>,
        session: &Session<'_>,
        selection: &Selection,
    ) -> Result<PlugInActivation> {
        let asked = self.plug_in.asked();
        ask(&asked, (ports, Some(session)), PlugInOperation::Activate, Some(selection), activation)
    }
}
