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
                    let what = format!("{what} `{}` is not known", shown.text);
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
        // What the system has, as `__glibc`, is in no record.
        if name.starts_with("__") {
            return Err("whether the system is".to_owned());
        }
        let (version, build, url) = match self.lookup.installed.conda_package(name) {
            CondaAnswer::Missing => return Ok(Some(ProblemKind::Missing)),
            CondaAnswer::Unknown(reason) => return Err(format!("{reason}, so whether conda has installed")),
            CondaAnswer::Installed { version, build, channel } => (version, build, channel),
        };
        let is_not_known =
            || format!("whether {} {} is", printable(name.as_bytes()), printable(version.as_bytes()));
        if !accepts_version(specification, &version).ok_or_else(is_not_known)? {
            return Ok(Some(ProblemKind::WrongVersion { found: version }));
        }
        if !accepts_build(specification, &build) {
            return Ok(Some(ProblemKind::WrongVersion { found: format!("{version}={build}") }));
        }
        let is_from = |channel| url.as_deref().is_some_and(|url| is_channel(url, channel));
        if channel.is_none_or(is_from) { Ok(None) } else { Err(is_not_known()) }
    }
}

/// The directories of a channel, one for each platform
/// (<https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/base/constants/index.html>).
const PLATFORMS: [&str; 21] = [
    "noarch",
    "emscripten-wasm32",
    "freebsd-64",
    "linux-32",
    "linux-64",
    "linux-aarch64",
    "linux-armv6l",
    "linux-armv7l",
    "linux-loongarch64",
    "linux-ppc64",
    "linux-ppc64le",
    "linux-riscv32",
    "linux-riscv64",
    "linux-s390x",
    "osx-64",
    "osx-arm64",
    "wasi-wasm32",
    "win-32",
    "win-64",
    "win-arm64",
    "zos-z",
];
/// Where conda has channels that have no URL.
const NAMED: &str = "https://conda.anaconda.org/";
/// Where the channels are that conda calls `defaults`.
const DEFAULTS: [&str; 3] = [
    "https://repo.anaconda.com/pkgs/main",
    "https://repo.anaconda.com/pkgs/r",
    "https://repo.anaconda.com/pkgs/msys2",
];

/// Says whether the URL of a directory is certainly in the channel with this name or URL. A channel may have other URLs, those
/// of mirrors.
fn is_channel(url: &str, channel: &str) -> bool {
    let url = url.trim_end_matches('/');
    let whole =
        url.rsplit_once('/').filter(|(_, last)| PLATFORMS.contains(last)).map_or(url, |(above, _)| above);
    let is_default = DEFAULTS.contains(&whole);
    match channel.trim_end_matches('/') {
        "defaults" => is_default,
        channel if channel.contains("://") => [url, whole].contains(&channel),
        channel if PLATFORMS.contains(&channel) => false,
        channel if channel.starts_with("pkgs/") => {
            is_default && whole.strip_prefix("https://repo.anaconda.com/") == Some(channel)
        }
        channel => [url, whole].iter().any(|url| url.strip_prefix(NAMED) == Some(channel)),
    }
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
            (forge, "linux-64", false),
            (forge, "conda-forge ", false),
            (forge, "conda.anaconda.org/conda-forge", false),
            (main, "defaults", true),
            (main, "pkgs/main", true),
            (main, "main", false),
            (main, "noarch", false),
            (main, "conda-forge", false),
            ("https://conda.anaconda.org/a/label/dev/noarch", "a/label/dev", true),
            ("https://conda.anaconda.org/a/label/dev/noarch", "dev", false),
            ("https://conda.anaconda.org/a/pkgs/main/noarch", "defaults", false),
            ("https://conda.anaconda.org/a/pkgs/main/noarch", "pkgs/main", false),
            ("https://conda.anaconda.org/t/x/conda-forge/noarch", "conda-forge", false),
            ("https://mirror.example.org/conda-forge/noarch/", "conda-forge", false),
            ("file:///srv/channel/noarch", "file:///srv/channel", true),
            ("file:///srv/channel/noarch", "srv/channel", false),
            ("", "conda-forge", false),
        ];
        for (url, channel, expected) in cases {
            assert_eq!(is_channel(url, channel), expected, "{url} {channel}");
        }
    }
}
