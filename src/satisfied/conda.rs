//! Packages of conda, by what its own records say.

use super::conda_spec::{accepts_build, accepts_version};
use super::interfaces::CondaAnswer;
use super::lines;
use super::package_judge::PackageJudge;
use crate::model::{Problem, ProblemKind, What};
use crate::path::printable;

impl PackageJudge<'_, '_> {
    pub(super) fn conda_packages(&mut self) {
        for line in &self.requested.requested {
            let What::CondaPackage { name, specification, channel } = &line.what else { continue };
            let shown = lines::shown(line);
            match self.answer(name, specification, channel.as_deref()) {
                Ok(None) => {}
                Ok(Some(kind)) => self.verdict.problems.push(Problem {
                    package: printable(name.as_bytes()),
                    lines: vec![shown],
                    kind,
                }),
                Err(what) => {
                    let what = format!("whether {what} `{}` is not known", shown.text);
                    self.verdict.undecided.push((shown.place, what.into()));
                }
            }
        }
        self.extra_conda_packages();
    }

    /// What conda has installed is not known to be asked for: its records are not read for what its packages require.
    fn extra_conda_packages(&mut self) {
        let mut lines = self.requested.requested.iter();
        let first = lines.find(|line| matches!(line.what, What::CondaPackage { .. }));
        if let Some(line) = first.filter(|_| self.requested.is_exact) {
            let what = "whether conda has installed more than is asked for is not known";
            self.verdict.undecided.push((line.place.clone(), what.into()));
        }
    }

    /// What is wrong with a package; an error says what is not known, as what stands before the text of the line.
    fn answer(
        &self,
        name: &str,
        specification: &str,
        channel: Option<&str>,
    ) -> Result<Option<ProblemKind>, String> {
        let installed = self.lookup.installed;
        let (version, build) = match installed.conda_package(name) {
            CondaAnswer::Missing => return Ok(Some(ProblemKind::Missing)),
            CondaAnswer::Unknown => return Err("conda has installed".to_owned()),
            CondaAnswer::Installed { version, build } => (version, build),
        };
        let is_not_known = || format!("{} {} is", printable(name.as_bytes()), printable(version.as_bytes()));
        if !accepts_version(specification, &version).ok_or_else(is_not_known)? {
            return Ok(Some(ProblemKind::WrongVersion { found: version }));
        }
        if !accepts_build(specification, &build) {
            return Ok(Some(ProblemKind::WrongVersion { found: format!("{version}={build}") }));
        }
        let is_from = |channel| installed.conda_channel(name).is_some_and(|url| is_channel(&url, channel));
        if channel.is_none_or(is_from) { Ok(None) } else { Err(is_not_known()) }
    }
}

/// Says whether the URL of a channel's directory is certainly of the channel with this name or URL. A channel may have other
/// URLs: those of mirrors.
fn is_channel(url: &str, channel: &str) -> bool {
    let (url, channel) = (url.trim_end_matches('/'), channel.trim_end_matches('/'));
    let above = url.rsplit_once('/').map_or(url, |(above, _)| above);
    let names: &[&str] =
        if channel == "defaults" { &["pkgs/main", "pkgs/r", "pkgs/msys2"] } else { &[channel] };
    let is_named = |place: &str, name: &str| {
        place.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    names.iter().any(|name| [url, above].into_iter().any(|place| is_named(place, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_known_by_their_urls() {
        let forge = "https://conda.anaconda.org/conda-forge/linux-64";
        let main = "https://repo.anaconda.com/pkgs/main/noarch";
        let cases = [
            (forge, "conda-forge", true),
            (forge, "conda-forge/linux-64", true),
            (forge, "https://conda.anaconda.org/conda-forge/", true),
            (forge, "forge", false),
            (forge, "bioconda", false),
            (main, "defaults", true),
            (main, "pkgs/main", true),
            (main, "conda-forge", false),
            ("https://mirror.example.org/a/conda-forge/noarch/", "conda-forge", true),
            ("file:///srv/channel/noarch", "file:///srv/channel", true),
            ("conda-forge", "conda-forge", true),
            ("", "conda-forge", false),
        ];
        for (url, channel, expected) in cases {
            assert_eq!(is_channel(url, channel), expected, "{url} {channel}");
        }
    }
}
