//! What is installed and nothing asks for.

use std::collections::BTreeSet;

use super::package_judge::PackageJudge;
use crate::model::{Problem, ProblemKind};
use crate::path::printable;

/// What installers bring along, which is in an environment without being asked for.
const BROUGHT_ALONG: [&str; 5] = ["pip", "setuptools", "wheel", "distribute", "pkg-resources"];

impl PackageJudge<'_, '_> {
    /// What is installed and not asked for, directly or through these others.
    pub(super) fn extra_packages(&mut self, reached: &BTreeSet<String>) {
        for name in self.lookup.installed.names() {
            let may_stay = [&self.requested.own_names, &self.requested.kept_names];
            let may_stay = may_stay.iter().any(|names| names.contains(&name));
            if may_stay || BROUGHT_ALONG.contains(&name.as_str()) || reached.contains(&name) {
                continue;
            }
            if self.lines.requested.contains_key(&name) {
                self.perhaps_extra(&name);
                continue;
            }
            let Some(distribution) = self.lookup.installed.named(&name).first().copied() else { continue };
            // conda installs what its own files ask for.
            if self.lookup.installed.is_of_conda(distribution) {
                continue;
            }
            self.verdict.problems.push(Problem {
                package: printable(distribution.name.as_bytes()),
                lines: Vec::new(),
                kind: ProblemKind::Extra {
                    version: distribution.version.clone(),
                    record: distribution.metadata.clone(),
                    choice: self.requested.choice.clone(),
                },
            });
        }
    }

    /// Only lines that perhaps do not apply ask for an installed package.
    fn perhaps_extra(&mut self, name: &str) {
        let lines = self.lines;
        let own = lines.requested.get(name).map(Vec::as_slice).unwrap_or_default();
        if !lines.has_certain(name) {
            self.undecided(own, format!("whether `{name}` may be installed is not known"));
        }
    }
}
