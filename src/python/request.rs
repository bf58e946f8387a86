//! Requests for a Python: `3.12`, `>=3.11,<4`, `pypy3.10`, `python3.12`, a path.
//!
//! The forms are those of uv (<https://docs.astral.sh/uv/concepts/python-versions/#requesting-a-version>) and of
//! pyenv (<https://github.com/pyenv/pyenv#usage>).

use super::specifiers::Specifiers;
use super::version::Version;

/// The implementations, by `sys.implementation.name`; `python` is not one of them.
const IMPLEMENTATIONS: [&str; 3] = ["cpython", "pypy", "graalpy"];

/// The systems in uv's full names, with the `sys.platform` of each.
const SYSTEMS: [(&str, &str); 4] =
    [("linux", "linux"), ("macos", "darwin"), ("darwin", "darwin"), ("windows", "win32")];

/// A request for a Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A version, an implementation, or both.
    Version(VersionRequest),
    /// The Python that would run without pyenv: pyenv's word `system`.
    System,
    /// A program or directory, as written: absolute, relative, or below `~`.
    Path(String),
    /// A program on `PATH`, or a directory among pyenv's versions, which may be an environment.
    Name(String),
}

/// A version, an implementation, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRequest {
    /// As `sys.implementation.name`; `None` is CPython.
    implementation: Option<&'static str>,
    condition: VersionCondition,
    /// A build without the global interpreter lock is requested (`3.13t`).
    free_threaded: bool,
    /// As `sys.platform`.
    system: Option<&'static str>,
    /// It is written as the name of a program: `python3.12`.
    program: bool,
}

/// Which versions match.
#[derive(Debug, Clone, PartialEq, Eq)]
enum VersionCondition {
    /// All that start with these numbers; pre-releases only if requested with `-dev` (`3.14-dev`).
    Prefix { numbers: Vec<u64>, development: bool },
    /// Exactly this version, a pre-release.
    Exactly(Version),
    /// All that match these specifiers.
    Specifiers(Specifiers),
}

/// What is known about a Python. A field that is not known matches every request, so that a file name or an old
/// `pyvenv.cfg` can be compared as far as it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// As `sys.implementation.name`.
    pub implementation: Option<String>,
    /// The version; one with fewer than three numbers stands for all that start with them.
    pub version: Option<Version>,
    /// It is built without the global interpreter lock.
    pub free_threaded: Option<bool>,
    /// As `sys.platform`.
    pub system: Option<String>,
}

impl Request {
    /// Parses a request.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        if text.contains(char::is_control) {
            return Err("it contains a control character".to_owned());
        }
        if text == "system" {
            return Ok(Self::System);
        }
        if is_path(text) {
            return Ok(Self::Path(text.to_owned()));
        }
        Ok(VersionRequest::parse(text)?.map_or_else(|| Self::Name(text.to_owned()), Self::Version))
    }

    /// Returns whether a Python matches. For a path, a program or the system's Python this cannot be determined here,
    /// so everything matches.
    #[must_use]
    pub fn accepts(&self, build: &Build) -> bool {
        match self {
            Self::Version(request) => request.accepts(build),
            Self::System | Self::Path(_) | Self::Name(_) => true,
        }
    }

    /// Returns whether no requested version can match the specifiers.
    #[must_use]
    pub fn contradicts(&self, specifiers: &Specifiers) -> bool {
        match self {
            Self::Version(request) => request.condition.contradicts(specifiers),
            Self::System | Self::Path(_) | Self::Name(_) => false,
        }
    }
}

impl VersionRequest {
    /// Parses a version request; `None` for text that is something else.
    fn parse(text: &str) -> Result<Option<Self>, String> {
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        if word.is_empty() {
            return Self::of(None, rest).map(Some);
        }
        let word = word.to_ascii_lowercase();
        let implementation = IMPLEMENTATIONS.into_iter().find(|name| *name == word);
        let program = word == "python";
        if implementation.is_none() && !program {
            return Ok(None);
        }
        match rest.strip_prefix('@') {
            Some(version) => Self::of(implementation, version).map(Some),
            None if rest.starts_with('-') => Ok(Self::full_name(implementation, rest)),
            None if rest.is_empty() => Ok(Some(Self { program, ..Self::any(implementation) })),
            None => Ok(Self::of(implementation, rest).ok().map(|request| Self { program, ..request })),
        }
    }

    /// Parses what follows the implementation in a full name of uv: `-3.12.1-linux-x86_64-gnu`, `-3.12`. Machine and C
    /// library are not compared: a Python for another machine does not run, so it is never found.
    fn full_name(implementation: Option<&'static str>, rest: &str) -> Option<Self> {
        let mut fields = rest.split('-').skip(1);
        let version = fields.next().unwrap_or_default();
        let request = match version {
            "any" => Self::any(implementation),
            version => Self::of(implementation, version).ok()?,
        };
        match fields.next() {
            None | Some("any") => Some(request),
            Some("dev") => Self::of(implementation, rest.get(1..)?).ok(),
            Some(system) => {
                let system = SYSTEMS.iter().find(|(name, _)| *name == system)?.1;
                Some(Self { system: Some(system), ..request })
            }
        }
    }

    fn any(implementation: Option<&'static str>) -> Self {
        let condition = VersionCondition::Prefix { numbers: Vec::new(), development: false };
        Self { implementation, condition, free_threaded: false, system: None, program: false }
    }

    fn of(implementation: Option<&'static str>, version: &str) -> Result<Self, String> {
        let (condition, free_threaded) = VersionCondition::parse(version)?;
        Ok(Self { condition, free_threaded, ..Self::any(implementation) })
    }

    /// Returns whether a Python matches; a pre-release or a free-threaded build only if it was requested.
    #[must_use]
    pub fn accepts(&self, build: &Build) -> bool {
        let implementation = self.implementation.unwrap_or("cpython");
        build.implementation.as_deref().is_none_or(|known| known == implementation)
            && build.free_threaded.is_none_or(|known| known == self.free_threaded)
            && self.system.is_none_or(|system| build.system.as_deref().is_none_or(|known| known == system))
            && build.version.as_ref().is_none_or(|version| self.condition.accepts(version))
    }

    /// What is known about a Python whose file or directory has this text as its name.
    #[must_use]
    pub fn build(&self) -> Build {
        let version = match &self.condition {
            VersionCondition::Prefix { numbers, development: false } => Version::of_release(numbers),
            VersionCondition::Exactly(version) => Some(version.clone()),
            _ => None,
        };
        Build {
            implementation: self.implementation.map(str::to_owned),
            version,
            free_threaded: Some(self.free_threaded),
            system: self.system.map(str::to_owned),
        }
    }

    /// The numbers that the version has to start with, if the request has them: 3 and 12.
    #[must_use]
    pub fn numbers(&self) -> Option<&[u64]> {
        match &self.condition {
            VersionCondition::Prefix { numbers, .. } if !numbers.is_empty() => Some(numbers),
            VersionCondition::Exactly(version) => Some(version.release()),
            _ => None,
        }
    }

    /// Returns whether a build without the global interpreter lock is requested.
    #[must_use]
    pub fn is_free_threaded(&self) -> bool {
        self.free_threaded
    }

    /// Returns whether it is written as the name of a program (`python3.12`), so that the one on `PATH` comes first.
    #[must_use]
    pub fn names_program(&self) -> bool {
        self.program
    }
}

impl VersionCondition {
    /// Parses a condition, and whether it requests a free-threaded build.
    fn parse(text: &str) -> Result<(Self, bool), String> {
        if text.starts_with(['<', '>', '=', '!', '~']) {
            return Ok((Self::Specifiers(Specifiers::parse(text)?), false));
        }
        if text.starts_with('^') {
            return Err("`^` is not a PEP 440 operator; write `>=3.8,<4` instead of `^3.8`".to_owned());
        }
        let wrong = || format!("`{text}` is not a Python version such as 3, 3.12 or 3.12.1");
        let (rest, development) = text.strip_suffix("-dev").map_or((text, false), |rest| (rest, true));
        let threads = rest.strip_suffix("+freethreaded").or_else(|| rest.strip_suffix('t'));
        let plain = threads.unwrap_or(rest);
        let condition = match numbers(plain.strip_suffix(".*").unwrap_or(plain)) {
            Some(numbers) => Self::Prefix { numbers, development },
            None => Self::Exactly(Version::parse(plain).filter(is_prerelease_of_python).ok_or_else(wrong)?),
        };
        Ok((condition, threads.is_some()))
    }

    fn accepts(&self, version: &Version) -> bool {
        match self {
            Self::Prefix { numbers, development } => {
                let same = numbers.iter().zip(version.release()).all(|(asked, known)| asked == known);
                same && (*development || !version.is_prerelease())
            }
            Self::Exactly(exact) => version == exact || is_part(version.release(), exact.release()),
            Self::Specifiers(specifiers) => specifiers.accept_candidate(version),
        }
    }

    fn contradicts(&self, specifiers: &Specifiers) -> bool {
        match self {
            Self::Prefix { numbers, .. } => !specifiers.accept_some(numbers),
            Self::Exactly(version) => !specifiers.accept_interpreter(version),
            Self::Specifiers(_) => false,
        }
    }
}

/// Returns whether text is a path rather than a version or the name of a program.
fn is_path(text: &str) -> bool {
    text.contains('/') || matches!(text, "." | ".." | "~") || (cfg!(windows) && text.contains('\\'))
}

/// One to three numbers with dots between them. Without a dot, everything after the first digit is the second number
/// (`312`), as in the names of tox and uv.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = match text.split_at_checked(1) {
        Some((major @ ("2" | "3"), minor)) if !minor.is_empty() && digits(minor) => vec![major, minor],
        _ => text.split('.').collect(),
    };
    let all = parts.iter().map(|part| digits(part).then(|| part.parse().ok()).flatten());
    all.collect::<Option<Vec<u64>>>().filter(|numbers| numbers.len() <= 3)
}

fn is_prerelease_of_python(version: &Version) -> bool {
    version.is_prerelease() && version.release().len() <= 3
}

/// Returns whether these are fewer than three numbers and the first of the others.
fn is_part(known: &[u64], whole: &[u64]) -> bool {
    known.len() < 3 && known.len() < whole.len() && whole.starts_with(known)
}

#[cfg(test)]
mod tests;
