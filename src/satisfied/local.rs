//! Lines for local projects, by what these are now: whatever is installed, installers build them again.

use super::interfaces::LocalProject;
use super::lines::{RequestLine, name_of, recorded_name};
use super::package_judge::PackageJudge;
use crate::model::{PackageSource, ProblemKind};
use crate::path::printable;
use crate::python::{MarkerEnvironment, Specifiers, Version, normalised};

/// Whether a project supports a Python.
enum Support {
    Supported,
    /// With the version.
    Unsupported(String),
    Unknown,
}

impl<'j> PackageJudge<'j, '_> {
    /// Says whether installers refuse what one of these lines names, and what that is.
    pub(super) fn is_refused(&mut self, name: &str, own: &[RequestLine<'j>]) -> bool {
        let mut is_refused = false;
        for line in own {
            let Some(PackageSource::Directory { path, .. }) = line.source() else { continue };
            let Some(project) = self.lookup.installed.local_project(path, None) else { continue };
            is_refused |= self.has_other_name(name, *line, &project);
            is_refused |= self.has_other_python(name, *line, &project);
        }
        is_refused
    }

    /// The line states another name than the project.
    fn has_other_name(&mut self, name: &str, line: RequestLine<'j>, project: &LocalProject) -> bool {
        let Some(now) = project.name.as_ref().filter(|_| project.is_name_certain) else { return false };
        let Some(stated) = name_of(line.requested).filter(|stated| *stated != normalised(now)) else {
            return false;
        };
        let now = printable(now.as_bytes());
        let manifest = project.manifest.clone();
        let what = format!("`{manifest}` calls the project `{now}`, not `{stated}`");
        self.wrong(&[line], name, &what, ProblemKind::OtherName { now, manifest })
    }

    /// The project does not support the Python of the environment.
    fn has_other_python(&mut self, name: &str, line: RequestLine<'j>, project: &LocalProject) -> bool {
        let Some(wanted) = &project.requires_python else { return false };
        let manifest = project.manifest.clone();
        match support(wanted, self.environment) {
            Support::Supported => false,
            Support::Unknown => {
                let sentence = format!("whether `{manifest}` supports this Python is not known: {wanted}");
                self.undecided(&[line], sentence);
                false
            }
            Support::Unsupported(found) => {
                let wanted = wanted.to_string();
                let what = format!("`{manifest}` requires Python {wanted}");
                self.wrong(&[line], name, &what, ProblemKind::OtherPython { wanted, found, manifest })
            }
        }
    }

    /// What is installed from the directory of a line under a name that the project does not have any more.
    pub(super) fn renamed(&self, line: &RequestLine<'j>) -> Option<ProblemKind> {
        let Some(PackageSource::Directory { path, .. }) = line.source() else { return None };
        let was = recorded_name(line, self.lookup.installed).filter(|_| name_of(line.requested).is_none())?;
        let project = self.lookup.installed.local_project(path, None)?;
        let now = printable(project.name.as_ref()?.as_bytes());
        Some(ProblemKind::Renamed { was: printable(was.as_bytes()), now, manifest: project.manifest.clone() })
    }
}

/// Whether the Python with these values of markers is one of these versions. Where only its first two numbers are known,
/// versions are compared that stand for all of them.
fn support(wanted: &Specifiers, environment: &MarkerEnvironment) -> Support {
    let accepts = |version: &str| Version::parse(version).map(|version| wanted.accept_interpreter(&version));
    if let Some(full) = &environment.python_full_version {
        return match accepts(full) {
            Some(true) => Support::Supported,
            Some(false) => Support::Unsupported(printable(full.as_bytes())),
            None => Support::Unknown,
        };
    }
    let Some(feature) = environment.python_version.as_deref() else { return Support::Unknown };
    let Some(version) = Version::parse(feature) else { return Support::Unknown };
    let patches = ["0", "1", "99"].map(|patch| accepts(&format!("{feature}.{patch}")));
    if !wanted.accept_some(version.release()) {
        Support::Unsupported(printable(feature.as_bytes()))
    } else if patches.iter().all(|accepted| *accepted == Some(true)) {
        Support::Supported
    } else {
        Support::Unknown
    }
}
