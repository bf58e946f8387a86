//! What the lines of a backend mean.

/// What happens, as far as a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Another part of the work begins, with so many packages if that is known.
    Phase(&'static str, Option<u64>),
    /// One more package was looked at or installed.
    Item,
    /// Everything is installed. The backend only has to end.
    Installed,
}

/// How to read a backend's lines.
pub struct OutputReading {
    /// What it does first.
    pub start: &'static str,
    /// What happens according to a line.
    pub event: fn(&str) -> Option<Event>,
    /// The requirement because of which it failed, as the line names it.
    pub failed: fn(&str) -> Option<String>,
}

/// The requirement because of which a backend failed, from all that it said.
#[must_use]
pub fn failed_requirement(reading: &OutputReading, lines: &[String]) -> Option<String> {
    lines.iter().find_map(|line| (reading.failed)(line)).filter(|found| !found.is_empty())
}

/// The text after the first occurrence of a part.
pub(super) fn after<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    text.split_once(part).map(|(_, rest)| rest)
}

/// The text before the first occurrence of a part.
pub(super) fn before<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    text.split_once(part).map(|(text, _)| text)
}

/// The text between a beginning and a character, or the end of the line.
pub(super) fn quoted(line: &str, start: &str, end: char) -> Option<String> {
    let rest = after(line, start)?;
    Some(rest.split(end).next().unwrap_or(rest).trim().to_owned())
}

/// The number that follows a beginning.
pub(super) fn number_after(line: &str, start: &str) -> Option<u64> {
    line.trim_start().strip_prefix(start)?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
