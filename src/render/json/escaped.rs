//! JSON that a terminal can print: deceptive characters are written as `\u…`, which is the same value.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::path::is_deceptive;

/// Writes a value as indented JSON.
///
/// # Errors
/// Whatever writing fails with.
pub(in crate::render) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let formatter = EscapingFormatter { indented: PrettyFormatter::new() };
    Ok(value.serialize(&mut Serializer::with_formatter(out, formatter))?)
}

/// Indents as serde_json does, which itself escapes no more than JSON requires.
struct EscapingFormatter {
    indented: PrettyFormatter<'static>,
}

impl Formatter for EscapingFormatter {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_deceptive) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut characters = from.chars();
            for unit in characters.next().iter().flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.indented.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.indented.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.indented.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.indented.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.indented.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.indented.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.indented.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.indented.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.indented.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn deceptive_characters_are_escaped_and_mean_the_same() {
        let text = "a\u{9b}b\u{202e}\u{7f}\u{e0041}\"\\\n\u{1b}\u{e9}\u{1f40d}\u{feff}";
        let value = BTreeMap::from([(text, vec![text, ""])]);
        let mut written = Vec::new();
        write(&value, &mut written).expect("JSON");
        let written = String::from_utf8(written).expect("UTF-8");
        assert!(!written.contains(|c| c != '\n' && is_deceptive(c)), "{written}");
        assert!(written.contains(r"a\u009bb\u202e\u007f\udb40\udc41"), "{written}");
        let read: BTreeMap<String, Vec<String>> = serde_json::from_str(&written).expect("JSON");
        assert_eq!(read[text], [text, ""]);
        let plain = BTreeMap::from([("é", vec![1, 2])]);
        let mut written = Vec::new();
        write(&plain, &mut written).expect("JSON");
        assert_eq!(
            written,
            serde_json::to_vec_pretty(&plain).expect("JSON"),
            "the rest is as serde_json has it"
        );
    }
}
