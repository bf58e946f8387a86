//! JSON exactly as Python's `json.dumps(…, sort_keys=True)` writes it, which poetry, pdm and pipenv hash to know whether a
//! lock is current (<https://docs.python.org/3/library/json.html#json.dumps>).

use std::fmt::Write as _;

use super::located::{Located, Member, Value};

use crate::order::Arrange as _;

/// What stands between members, and between a key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separators {
    /// `", "` and `": "`, the default.
    Spaced,
    /// `","` and `":"`.
    Compact,
}

/// Writes a value of TOML or JSON: keys in the order of their code points, only ASCII, floats as `repr` has them.
///
/// # Errors
/// A lower-case fragment for what `json.dumps` refuses (a date or time) and for what was not read.
pub fn dumps(value: &Value, separators: Separators) -> Result<String, String> {
    let mut out = String::new();
    write_value(&mut out, value, separators)?;
    Ok(out)
}

fn write_value(out: &mut String, value: &Value, separators: Separators) -> Result<(), String> {
    let (comma, colon) = match separators {
        Separators::Spaced => (", ", ": "),
        Separators::Compact => (",", ":"),
    };
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(true) => out.push_str("true"),
        Value::Boolean(false) => out.push_str("false"),
        Value::Number(text) => out.push_str(&number(text)?),
        Value::Text(text) => write_text(out, text),
        Value::Date(text) => return Err(format!("the date or time `{text}` has no hash")),
        Value::Unread => return Err("a part of the file was not read".to_owned()),
        Value::List(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { comma });
                write_value(out, &item.value, separators)?;
            }
            out.push(']');
        }
        Value::Table(members) => {
            let mut sorted: Vec<&Member> = members.iter().collect();
            // The order of UTF-8 bytes is that of code points.
            sorted.arrange_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for (position, member) in sorted.into_iter().enumerate() {
                out.push_str(if position == 0 { "" } else { comma });
                write_text(out, &member.key);
                out.push_str(colon);
                write_value(out, &member.value.value, separators)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// Writes a string with `ensure_ascii`.
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='\u{7f}' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// A number of TOML or JSON as Python writes it.
fn number(text: &str) -> Result<String, String> {
    let wrong = || format!("`{text}` is not a number");
    let plain = text.replace('_', "");
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = plain.strip_prefix(prefix) {
            return u128::from_str_radix(digits, radix).map(|value| value.to_string()).map_err(|_| wrong());
        }
    }
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    match digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() {
        true if digits.bytes().all(|byte| byte == b'0') => Ok("0".to_owned()),
        true => Ok(plain.to_owned()),
        false => plain.parse().map(float).map_err(|_| wrong()),
    }
}

/// A float as Python's `repr` has it, with the names that `json` gives to what is no number.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let shortest = format!("{value:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let fixed = format!("{value}");
        return if fixed.contains('.') { fixed } else { fixed + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// A table with these members, for what is put together to be hashed.
#[must_use]
pub fn table<'k>(members: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    let member = |(key, value): (&str, Value)| Member {
        key: key.to_owned(),
        line: 1,
        value: Located { line: 1, value },
    };
    Value::Table(members.into_iter().map(member).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::toml;
    use proptest::prelude::*;

    fn of_toml(document: &str) -> Result<String, String> {
        let read = toml::parse(document, &[]).expect("TOML").expect("a table");
        dumps(&read.value, Separators::Spaced)
    }

    #[test]
    fn values_are_written_as_python_does() {
        let cases = [
            ("a = ['é', '😀', '/']", r#"{"a": ["\u00e9", "\ud83d\ude00", "/"]}"#),
            (
                "a = \"\\u007f\\u0080\\u0001\\b\\t\\n\\f\\r\\\"\\\\\"",
                "{\"a\": \"\u{7f}\\u0080\\u0001\\b\\t\\n\\f\\r\\\"\\\\\"}",
            ),
            ("b = 1\na.c = true\na.B = false", r#"{"a": {"B": false, "c": true}, "b": 1}"#),
            ("\u{ff61} = 1\n\"\u{1f600}\" = 2", r#"{"\uff61": 1, "\ud83d\ude00": 2}"#),
            ("a = [0xff, 0o17, 0b11, 1_000, +7, -0, -12]", r#"{"a": [255, 15, 3, 1000, 7, 0, -12]}"#),
            (
                "a = [1.0, 1e16, 1e15, 1e-4, 1e-5, 1.5e-7, 123456789.125, -0.0, 5e-324, 1.7976931348623157e308]",
                r#"{"a": [1.0, 1e+16, 1000000000000000.0, 0.0001, 1e-05, 1.5e-07, 123456789.125, -0.0, 5e-324, 1.7976931348623157e+308]}"#,
            ),
            ("a = [inf, -inf, nan, 1_0.5]", r#"{"a": [Infinity, -Infinity, NaN, 10.5]}"#),
            ("a = []\nb = {}", r#"{"a": [], "b": {}}"#),
        ];
        for (document, expected) in cases {
            let document = document.replace('\u{ff61}', "\"\u{ff61}\"");
            assert_eq!(of_toml(&document).as_deref(), Ok(expected), "{document}");
        }
        assert_eq!(dumps(&Value::Null, Separators::Compact).as_deref(), Ok("null"));
        let both = table([("b", Value::Null), ("a", Value::List(Vec::new()))]);
        assert_eq!(dumps(&both, Separators::Compact).as_deref(), Ok(r#"{"a":[],"b":null}"#));
    }

    #[test]
    fn what_python_refuses_has_no_text() {
        let refused = of_toml("a = 1979-05-27").expect_err("a date");
        assert_eq!(refused, "the date or time `1979-05-27` has no hash");
        assert!(dumps(&Value::Unread, Separators::Spaced).is_err());
    }

    proptest! {
        #[test]
        fn any_text_and_float_comes_back(text: String, value: f64) {
            let written = dumps(&Value::Text(text.clone()), Separators::Spaced).expect("JSON");
            prop_assert!(written.is_ascii());
            prop_assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
            let number = float(value);
            prop_assert!(!value.is_finite() || number.parse::<f64>().is_ok_and(|read| read == value));
        }
    }
}
