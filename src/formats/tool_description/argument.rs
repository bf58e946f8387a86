//! The arguments of a tool.

use crate::formats::located::Located;
use crate::formats::object_fields::{ObjectFields, one_of};
use crate::formats::text::ParseError;

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedArgument {
    /// Its name, unique in the description.
    pub name: String,
    /// The option with its dashes; `None` if it stands without one.
    pub option: Option<String>,
    /// The short option with its dash.
    pub short_option: Option<String>,
    /// What it is, in one line; empty if nothing is said.
    pub description: String,
    /// What stands for its value in a usage line.
    word: Option<String>,
    /// What it accepts.
    pub value: DescribedValue,
    /// The tool needs it.
    pub is_required: bool,
    /// It may be given more than once.
    pub is_repeated: bool,
}

/// What an argument accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DescribedValue {
    /// Nothing.
    Flag,
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// One of these words.
    Choice(Vec<String>),
}

impl DescribedArgument {
    /// What stands for its value in a usage line.
    #[must_use]
    pub fn placeholder(&self) -> String {
        self.word.clone().unwrap_or_else(|| self.name.to_uppercase().replace('-', "_"))
    }
}

/// Reads the arguments.
pub(super) fn arguments(list: &[(String, &Located)]) -> Result<Vec<DescribedArgument>, ParseError> {
    let mut read: Vec<DescribedArgument> = Vec::new();
    for (place, item) in list {
        let next = argument(place, item)?;
        let clash = |key: &str, line: Option<usize>| {
            ParseError::at(line.unwrap_or(item.line), format!("`{place}.{key}` is that of another argument"))
        };
        let fields = ObjectFields::of(item, place.clone())?;
        for before in &read {
            if before.name == next.name {
                return Err(clash("name", fields.line("name")));
            }
            if before.option.is_some() && before.option == next.option {
                return Err(clash("option", fields.line("option")));
            }
            if before.short_option.is_some() && before.short_option == next.short_option {
                return Err(clash("shortOption", fields.line("shortOption")));
            }
        }
        let earlier = read.iter().rev().find(|argument| argument.option.is_none());
        if let (None, Some(earlier)) = (&next.option, earlier) {
            let refused = |what: &str| {
                Err(ParseError::at(item.line, format!("`{place}` cannot stand behind one that is {what}")))
            };
            match (earlier.is_repeated, earlier.is_required, next.is_required) {
                (true, _, _) => return refused("repeated"),
                (false, false, true) => return refused("not required, because it is"),
                _ => {}
            }
        }
        read.push(next);
    }
    Ok(read)
}

fn argument(place: &str, item: &Located) -> Result<DescribedArgument, ParseError> {
    let mut fields = ObjectFields::of(item, place.to_owned())?;
    let name = fields.text("name")?;
    let (name_line, name) =
        name.ok_or_else(|| ParseError::at(item.line, format!("`{place}.name` is missing")))?;
    if !is_word(&name) {
        return Err(fields.error(name_line, "name", "must be letters, digits, `_` and `-`"));
    }
    let option = fields.text("option")?;
    if let Some((line, _)) = option.as_ref().filter(|(_, text)| !text.strip_prefix("--").is_some_and(is_word))
    {
        return Err(fields.error(*line, "option", "must be `--` and letters, digits, `_` and `-`"));
    }
    let short = fields.text("shortOption")?;
    let is_short = |text: &str| matches!(text.as_bytes(), [b'-', letter] if letter.is_ascii_alphanumeric());
    if let Some((line, _)) = short.as_ref().filter(|(_, text)| !is_short(text)) {
        return Err(fields.error(*line, "shortOption", "must be `-` and one letter or digit"));
    }
    if let (Some((line, _)), None) = (&short, &option) {
        return Err(fields.error(*line, "shortOption", "needs `option` beside it"));
    }
    let description = fields.line_of_text("description")?.unwrap_or_default();
    let (value, word) = value(&mut fields, option.is_some())?;
    let (required_line, is_required) = fields.boolean("required")?;
    if is_required && value == DescribedValue::Flag {
        return Err(fields.error(required_line, "required", "makes no sense for an option without a value"));
    }
    let (_, is_repeated) = fields.boolean("repeated")?;
    fields.end(|_| false)?;
    let text = |found: Option<(usize, String)>| found.map(|(_, text)| text);
    Ok(DescribedArgument {
        name,
        option: text(option),
        short_option: text(short),
        description,
        word,
        value,
        is_required,
        is_repeated,
    })
}

/// What an argument accepts, and the word for it.
fn value(
    fields: &mut ObjectFields<'_>,
    is_option: bool,
) -> Result<(DescribedValue, Option<String>), ParseError> {
    let words = fields.texts("values")?.unwrap_or_default();
    let line = |fields: &ObjectFields<'_>, key: &str| fields.line(key).unwrap_or_default();
    if words.len() > 1 {
        return Err(fields.error(line(fields, "values"), "values", "must name one value"));
    }
    let word = words.into_iter().next();
    let of_type = fields.text("type")?;
    let is_integer = match &of_type {
        Some((at, text)) => {
            let place = fields.place_of("type");
            let found = Located { line: *at, value: crate::formats::Value::Text(text.clone()) };
            one_of(&place, &found, &["text", "integer"])? == "integer"
        }
        None => false,
    };
    let choices = fields.texts("choices")?;
    if choices.as_ref().is_some_and(Vec::is_empty) {
        return Err(fields.error(line(fields, "choices"), "choices", "must not be empty"));
    }
    let is_flag = is_option && word.is_none();
    let value = match (is_flag, is_integer, choices) {
        (true, _, None) if of_type.is_none() => DescribedValue::Flag,
        (true, _, choices) => {
            let key = if choices.is_some() { "choices" } else { "type" };
            return Err(fields.error(line(fields, key), key, "needs `values` with the word for the value"));
        }
        (false, true, Some(_)) => {
            return Err(fields.error(line(fields, "choices"), "choices", "cannot be of integers"));
        }
        (false, _, Some(choices)) => DescribedValue::Choice(choices),
        (false, true, None) => DescribedValue::Integer,
        (false, false, None) => DescribedValue::Text,
    };
    Ok((value, word))
}

/// Whether a text is letters, digits, `_` and `-`, beginning with a letter or a digit.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}
