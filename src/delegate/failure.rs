//! Why a backend failed: the requirement, and the backend's own words.

use crate::backends::{OutputReading, failed_requirement};
use crate::error::Error;
use crate::message::{Message, message};
use crate::model::RequestedPackages;
use crate::python::normalised;

/// How many of the last lines are shown of a backend that does not say where it failed.
const LAST: usize = 20;

/// How the lines begin with which a backend says that it failed.
const BEGINNINGS: [&str; 4] = ["error", "×", "✖", "traceback"];

/// What a program is run for: a word that follows `failed to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It installs.
    Install,
    /// It writes a lock.
    Lock,
}

/// The error for a program that ended with a status and said these lines.
pub(super) fn of_program(
    name: &str,
    purpose: Purpose,
    reading: &OutputReading,
    (status, lines): (Option<i32>, &[String]),
    requested: &RequestedPackages,
) -> Error {
    let verb = match purpose {
        Purpose::Install => "install",
        Purpose::Lock => "lock",
    };
    let error = match &failed_requirement(reading, lines) {
        Some(requirement) => {
            Error::action(message!("{} failed to {} {}", name, verb, located(requirement, requested)))
        }
        None => Error::action(format!("{name} failed")),
    };
    with_words(error, name, status, lines)
}

/// Adds to an error what a program said that ended with a status.
pub(super) fn with_words(error: Error, name: &str, status: Option<i32>, lines: &[String]) -> Error {
    let words = words(lines);
    let ended = status
        .map_or_else(|| "a signal ended it".to_owned(), |status| format!("its exit status is {status}"));
    if words.is_empty() { error.cause(ended) } else { error.cause(format!("{name} says: {words}")) }
}

/// `` `nosuch==3` (requirements.txt:2) ``: a requirement with the lines that ask for it.
fn located(requirement: &str, requested: &RequestedPackages) -> Message {
    let name = package_name(requirement);
    let is_it = |line: &&crate::model::Requested| normalised(package_name(&line.text)) == normalised(name);
    let mut places: Vec<Message> =
        requested.requested.iter().filter(is_it).map(|line| Message::of(&line.place)).collect();
    places.dedup();
    match places.is_empty() {
        true => message!("`{}`", requirement),
        false => message!("`{}` ({})", requirement, Message::joined(places, ", ")),
    }
}

/// The name at the start of a requirement.
#[must_use]
pub fn package_name(requirement: &str) -> &str {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = requirement.find(|c| !is_name(c)).unwrap_or(requirement.len());
    &requirement[..end]
}

/// The backend's own words: from the line on in which it says that it failed, else the last lines.
fn words(lines: &[String]) -> String {
    let is_notice = |line: &&String| line.trim().is_empty() || line.starts_with("[notice]");
    let lines: Vec<&String> = lines.iter().filter(|line| !is_notice(line)).collect();
    let begins = |line: &&String| {
        let line = line.trim_start().to_lowercase();
        BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
    };
    let first = lines.iter().position(begins).unwrap_or(lines.len().saturating_sub(LAST));
    lines.iter().skip(first).map(|line| line.as_str()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_begin_where_it_says_that_it_failed() {
        let lines = ["Looking in links: x", "ERROR: no", "", "[notice] a new pip", "more"].map(str::to_owned);
        assert_eq!(words(&lines), "ERROR: no\nmore");
        assert_eq!(words(&["a".to_owned(), "b".to_owned()]), "a\nb");
        let many: Vec<String> = (0..100).map(|number| format!("line {number}")).collect();
        assert!(words(&many).starts_with("line 80\n"), "{}", words(&many));
        assert_eq!(words(&[]), "");
    }

    #[test]
    fn a_name_ends_where_a_requirement_goes_on() {
        let cases = [("a.b-c_d==1", "a.b-c_d"), ("a[x]", "a"), ("a b @ file:///x", "a"), ("", ""), ("é", "")];
        for (requirement, expected) in cases {
            assert_eq!(package_name(requirement), expected, "{requirement}");
        }
    }
}
