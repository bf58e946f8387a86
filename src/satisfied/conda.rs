//! Packages of conda, by what its own records say.

use super::interfaces::CondaAnswer;
use super::lines;
use super::package_judge::PackageJudge;
use crate::model::{Problem, ProblemKind, What};
use crate::path::printable;

impl PackageJudge<'_, '_> {
    pub(super) fn conda_packages(&mut self) {
        for line in &self.requested.requested {
            let What::CondaPackage { name, specification } = &line.what else { continue };
            let shown = lines::shown(line);
            match self.lookup.installed.conda_package(name) {
                CondaAnswer::Missing => self.verdict.problems.push(Problem {
                    package: printable(name.as_bytes()),
                    lines: vec![shown],
                    kind: ProblemKind::Missing,
                }),
                CondaAnswer::Installed { .. } if specification.is_empty() => {}
                CondaAnswer::Installed { version, build } => {
                    let exact = [format!("=={version}"), format!("={version}={build}")];
                    if !exact.contains(specification) {
                        let what = format!("whether {name} {version} is `{}` is not known", shown.text);
                        self.verdict.undecided.push((shown.place, what.into()));
                    }
                }
                CondaAnswer::Unknown => {
                    let what = format!("whether conda has installed `{}` is not known", shown.text);
                    self.verdict.undecided.push((shown.place, what.into()));
                }
            }
        }
    }
}
