//! The Python that is requested, and by whom.

use crate::error::{Error, ErrorKind, Result};
use crate::message::{Message, Say, message};
use crate::path::printable;
use crate::python::{Build, Request, Specifiers};
use crate::setting::Origin;

/// What the user, the settings and the project's files ask for, the preferred one first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PythonRequests {
    /// Any of these will do; nobody says anything if there is none.
    pub requests: Vec<PythonRequest>,
    /// What must hold besides.
    pub requires: Option<PythonRequirement>,
    /// What the project says and the command line overrules.
    pub overruled: Overruled,
}

/// What a project says about its Python that counts less than the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overruled {
    /// What the settings and files request: any of it would do.
    pub requests: Vec<PythonRequest>,
    /// What the project requires.
    pub requires: Option<PythonRequirement>,
    /// What could not be understood, with its place.
    pub unreadable: Vec<Message>,
}

impl Overruled {
    /// What a Python of this version is not, though the project says so, as sentences without an end.
    #[must_use]
    pub fn warnings(&self, version: &str, build: &Build) -> Vec<Message> {
        let met = self.requests.iter().any(|asked| asked.request.accepts(build));
        let requested = self.requests.first().filter(|_| !met).map(|asked| {
            message!(
                "Python {} is not {} (requested by {})",
                version,
                asked.shown(),
                Requester(&asked.origin)
            )
        });
        let required = self.requires.as_ref().filter(|requires| !requires.accepts(build)).map(|requires| {
            let (specifiers, by) = (&requires.specifiers, Requester(&requires.origin));
            message!("Python {} does not match {} (required by {})", version, specifiers.to_string(), by)
        });
        requested.into_iter().chain(required).chain(self.unreadable.iter().cloned()).collect()
    }
}

/// A request and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonRequest {
    /// What is requested.
    pub request: Request,
    /// How it is written.
    pub text: String,
    /// Where it is written.
    pub origin: Origin,
}

/// The `requires-python` of the project and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonRequirement {
    /// The versions that the project supports.
    pub specifiers: Specifiers,
    /// Where it is written.
    pub origin: Origin,
}

impl PythonRequests {
    /// The request or requirement that this Python does not satisfy, as text, such as
    /// "requested: 3.12 by .python-version:1"; of several requests, any one that is met is enough.
    #[must_use]
    pub fn unsatisfied(&self, build: &Build) -> Option<Message> {
        let met = self.requests.iter().any(|asked| asked.request.accepts(build));
        let first = self.requests.first().filter(|_| !met).map(Message::of);
        first.or_else(|| self.requires.as_ref().filter(|requires| !requires.accepts(build)).map(Message::of))
    }

    /// The requests that this Python satisfies, as text, such as "requested: 3.12 by .python-version:1".
    #[must_use]
    pub fn satisfied(&self, build: &Build) -> Vec<Message> {
        let met = self.requests.iter().find(|asked| asked.request.accepts(build)).map(Message::of);
        let requires = self.requires.as_ref().or(self.overruled.requires.as_ref());
        let requires = requires.filter(|requires| requires.accepts(build));
        met.into_iter().chain(requires.map(Message::of)).collect()
    }
}

impl PythonRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// As [`PythonRequest::error`], with what is wrong.
    pub fn read(text: &str, origin: Origin) -> Result<Self> {
        let text = text.trim().to_owned();
        match Request::parse(&text) {
            Ok(request) => Ok(Self { request, text, origin }),
            Err(why) => Err(complaint(&text, &origin).cause(printable(why.as_bytes()))),
        }
    }

    /// The text as it may be shown.
    #[must_use]
    pub fn shown(&self) -> String {
        printable(self.text.as_bytes())
    }

    /// The message for a request that no Python satisfies.
    #[must_use]
    pub fn not_found(&self) -> Message {
        message!("no Python {} found (requested by {})", self.shown(), Requester(&self.origin))
    }

    /// An error that this request is the reason of: in usage if it stands on the command line, else in settings.
    #[must_use]
    pub fn error(&self) -> Error {
        complaint(&self.text, &self.origin)
    }
}

fn complaint(text: &str, origin: &Origin) -> Error {
    let kind = if matches!(origin, Origin::Flag(_)) { ErrorKind::Usage } else { ErrorKind::Settings };
    Error::new(
        kind,
        message!("cannot use Python `{}` (requested by {})", printable(text.as_bytes()), Requester(origin)),
    )
}

impl PythonRequirement {
    /// The message for a requirement that no Python satisfies.
    #[must_use]
    pub fn not_found(&self) -> Message {
        message!("no Python {} found (required by {})", self.specifiers.to_string(), Requester(&self.origin))
    }

    /// Says whether the project supports a Python, as far as its version is known.
    #[must_use]
    pub fn accepts(&self, build: &Build) -> bool {
        build.version.as_ref().is_none_or(|version| match version.release().len() {
            0..3 => self.specifiers.accept_some(version.release()),
            _ => self.specifiers.accept_interpreter(version),
        })
    }
}

impl Say for PythonRequest {
    fn say(&self, message: &mut Message) {
        message!("requested: {} by {}", self.shown(), Requester(&self.origin)).say(message);
    }
}

impl Say for PythonRequirement {
    fn say(&self, message: &mut Message) {
        message!("required: {} by {}", self.specifiers.to_string(), Requester(&self.origin)).say(message);
    }
}

/// The origin of a request, after `by`.
struct Requester<'o>(&'o Origin);

impl Say for Requester<'_> {
    fn say(&self, message: &mut Message) {
        match self.0 {
            Origin::Flag(name) => name.say(message),
            other => other.say(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RepoPath;
    use crate::python::Version;

    fn file(path: &str, line: usize) -> Origin {
        Origin::File { path: RepoPath::new(path.as_bytes()).expect("a path"), line: Some(line) }
    }

    fn request(text: &str, line: usize) -> PythonRequest {
        let request = Request::parse(text).expect("a request");
        PythonRequest { request, text: text.to_owned(), origin: file(".python-version", line) }
    }

    #[test]
    fn says_who_is_not_content() {
        let requires = PythonRequirement {
            specifiers: Specifiers::parse(">=3.11").expect("specifiers"),
            origin: file("pyproject.toml", 5),
        };
        let asked = PythonRequests {
            requests: vec![request("3.12", 1), request("3.10", 2)],
            requires: Some(requires),
            ..PythonRequests::default()
        };
        let unsatisfied =
            |version| asked.unsatisfied(&Build { version: Version::parse(version), ..Build::default() });
        assert_eq!(unsatisfied("3.12.1"), None);
        assert_eq!(unsatisfied("3.12"), None);
        assert_eq!(
            unsatisfied("3.13.0").map(|said| said.seen_from_root()),
            Some("requested: 3.12 by .python-version:1".to_owned())
        );
        assert_eq!(
            unsatisfied("3.10.1").map(|said| said.seen_from_root()),
            Some("required: >=3.11 by pyproject.toml:5".to_owned())
        );
        assert_eq!(PythonRequests::default().unsatisfied(&Build::default()), None);
        let met = asked.satisfied(&Build { version: Version::parse("3.12.1"), ..Build::default() });
        let met: Vec<String> = met.iter().map(Message::seen_from_root).collect();
        assert_eq!(met, ["requested: 3.12 by .python-version:1", "required: >=3.11 by pyproject.toml:5"]);
    }
}
