//! Whether arguments are what a tool's description says that it takes.
//!
//! Arguments are read as POSIX utilities and Python's `argparse` read them
//! (<https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html#tag_12_02>). Where programs differ, an argument
//! is refused: a value that begins with a dash, unless it stands behind `=` or `--`, and several letters behind one dash. So a
//! tool reads no option where this program saw a value.

use std::ffi::OsString;

use crate::error::{Error, Result};
use crate::formats::tool_description::{DescribedArgument, DescribedValue};
use crate::path::{display_bytes, path_to_bytes};
use crate::text::nearest;

/// Refuses arguments that the tool does not take.
///
/// # Errors
/// Usage, with what is wrong.
pub fn require_accepted(described: &[DescribedArgument], given: &[OsString]) -> Result<()> {
    let mut reading = ArgumentReading { described, counts: vec![0; described.len()] };
    let words: Vec<Vec<u8>> = given.iter().map(|word| path_to_bytes(word.as_ref())).collect();
    let mut rest = words.iter().map(Vec::as_slice);
    let mut only_values = false;
    while let Some(word) = rest.next() {
        match word {
            _ if only_values => reading.without_option(word)?,
            b"--" => only_values = true,
            [b'-', b'-', ..] => reading.long(word, &mut rest)?,
            [b'-', _, ..] => reading.short(word, &mut rest)?,
            _ => reading.without_option(word)?,
        }
    }
    let missing = |(argument, count): &(&DescribedArgument, usize)| argument.is_required && *count == 0;
    match described.iter().zip(reading.counts).find(missing) {
        Some((argument, _)) => Err(Error::usage(format!("{} is missing", label(argument)))),
        None => Ok(()),
    }
}

/// What was read so far: how often each argument was given.
struct ArgumentReading<'d> {
    described: &'d [DescribedArgument],
    counts: Vec<usize>,
}

impl ArgumentReading<'_> {
    /// `--option`, `--option VALUE` or `--option=VALUE`.
    fn long<'w>(&mut self, word: &[u8], rest: &mut impl Iterator<Item = &'w [u8]>) -> Result<()> {
        let (option, value) = match memchr::memchr(b'=', word) {
            Some(at) => (&word[..at], Some(&word[at + 1..])),
            None => (word, None),
        };
        let is_it = |argument: &DescribedArgument| {
            argument.option.as_deref().is_some_and(|name| name.as_bytes() == option)
        };
        let at = self.described.iter().position(is_it).ok_or_else(|| self.unknown(option))?;
        self.option(at, value, rest)
    }

    /// `-o` or `-o VALUE`. Several letters in one word are refused: some programs read a long option there.
    fn short<'w>(&mut self, word: &[u8], rest: &mut impl Iterator<Item = &'w [u8]>) -> Result<()> {
        let is_it = |argument: &DescribedArgument| {
            argument.short_option.as_deref().is_some_and(|name| name.as_bytes() == word)
        };
        let at = self.described.iter().position(is_it).ok_or_else(|| self.unknown(word))?;
        self.option(at, None, rest)
    }

    fn option<'w>(
        &mut self,
        at: usize,
        value: Option<&[u8]>,
        rest: &mut impl Iterator<Item = &'w [u8]>,
    ) -> Result<()> {
        let argument = &self.described[at];
        let label = label(argument);
        match (&argument.value, value) {
            (DescribedValue::Flag, None) => {}
            (DescribedValue::Flag, Some(_)) => return Err(Error::usage(format!("{label} takes no value"))),
            (_, Some(value)) => require_value(argument, value)?,
            (_, None) => {
                let value = rest.next().ok_or_else(|| Error::usage(format!("{label} needs a value")))?;
                if value.len() > 1 && value.starts_with(b"-") {
                    return Err(Error::usage(format!("{label} needs a value"))
                        .hint("write a value that begins with `-` behind `=`"));
                }
                require_value(argument, value)?;
            }
        }
        self.count(at)
    }

    fn without_option(&mut self, word: &[u8]) -> Result<()> {
        let is_free = |(at, argument): &(usize, &DescribedArgument)| {
            argument.option.is_none() && (argument.is_repeated || self.counts[*at] == 0)
        };
        let free = self.described.iter().enumerate().find(is_free);
        let (at, argument) =
            free.ok_or_else(|| Error::usage(format!("unexpected argument `{}`", display_bytes(word))))?;
        require_value(argument, word)?;
        self.count(at)
    }

    fn count(&mut self, at: usize) -> Result<()> {
        self.counts[at] += 1;
        let argument = &self.described[at];
        match self.counts[at] > 1 && !argument.is_repeated {
            true => Err(Error::usage(format!("{} is given more than once", label(argument)))),
            false => Ok(()),
        }
    }

    fn unknown(&self, option: &[u8]) -> Error {
        let shown = display_bytes(option);
        let names: Vec<String> =
            self.described.iter().filter_map(|argument| argument.option.clone()).collect();
        let error = Error::usage(format!("unknown option `{shown}`"));
        match nearest(&shown, &names) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        }
    }
}

/// An argument as an error names it.
fn label(argument: &DescribedArgument) -> String {
    match &argument.option {
        Some(option) => format!("the option `{option}`"),
        None => format!("the argument `{}`", argument.placeholder()),
    }
}

fn require_value(argument: &DescribedArgument, value: &[u8]) -> Result<()> {
    let wanted = match &argument.value {
        DescribedValue::Integer if !is_integer(value) => "a whole number".to_owned(),
        DescribedValue::Choice(words) if !words.iter().any(|word| word.as_bytes() == value) => {
            let words: Vec<String> = words.iter().map(|word| display_bytes(word.as_bytes())).collect();
            format!("one of {}", words.join(", "))
        }
        _ => return Ok(()),
    };
    Err(Error::usage(format!("{} must be {wanted}, not `{}`", label(argument), display_bytes(value))))
}

fn is_integer(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tool_description::parse;

    fn check(given: &[&str]) -> Result<(), String> {
        let document = br#"{"name": "x", "arguments": [
            {"name": "validate", "option": "--validate", "shortOption": "-v"},
            {"name": "quiet", "option": "--quiet", "shortOption": "-q", "repeated": true},
            {"name": "limit", "option": "--limit", "shortOption": "-n", "values": ["COUNT"], "type": "integer"},
            {"name": "format", "option": "--format", "values": ["WORD"], "choices": ["text", "json"]},
            {"name": "path", "required": true},
            {"name": "more", "repeated": true}]}"#;
        let described = parse(document, |_| false).expect("a description").arguments.expect("arguments");
        let given: Vec<OsString> = given.iter().map(OsString::from).collect();
        require_accepted(&described, &given).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_described_is_accepted() {
        for given in [
            &["a"][..],
            &["--validate", "a", "b", "$(touch x); `y`\n"],
            &["-v", "-q", "-q", "-n", "5", "a"],
            &["--limit=-5", "a", "--format=json"],
            &["--", "-5"],
            &["--limit", "7", "--format", "text", "a", "-"],
            &["a", "--", "--validate", "-x"],
        ] {
            assert_eq!(check(given), Ok(()), "{given:?}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (given, expected) in [
            (&[][..], "the argument `PATH` is missing"),
            (&["--validat", "a"], "unknown option `--validat`"),
            (&["-x", "a"], "unknown option `-x`"),
            (&["-vq", "a"], "unknown option `-vq`"),
            (&["-n5", "a"], "unknown option `-n5`"),
            (&["-n", "-5", "a"], "the option `--limit` needs a value"),
            (&["-5", "a"], "unknown option `-5`"),
            (&["--validate=1", "a"], "the option `--validate` takes no value"),
            (&["-v", "--validate", "a"], "the option `--validate` is given more than once"),
            (&["a", "--limit"], "the option `--limit` needs a value"),
            (&["a", "--limit", "--validate"], "the option `--limit` needs a value"),
            (&["a", "--limit", "x"], "the option `--limit` must be a whole number, not `x`"),
            (&["a", "--format", "xml"], "the option `--format` must be one of text, json, not `xml`"),
            (&["a", "--format", "-x"], "the option `--format` needs a value"),
        ] {
            assert_eq!(check(given).err().as_deref(), Some(expected), "{given:?}");
        }
        let none = require_accepted(&[], &["a".into()]).map_err(|error| error.to_string());
        assert_eq!(none.err().as_deref(), Some("unexpected argument `a`"));
    }

    proptest::proptest! {
        #[test]
        fn any_words_can_be_read(given in proptest::collection::vec("[-a-z=0-9 ]{0,8}", 0..6)) {
            let words: Vec<&str> = given.iter().map(String::as_str).collect();
            let _ = check(&words);
        }
    }
}
