//! TOML 1.1 (<https://toml.io>) with the line of every value.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::located::{Located, Member, Value};
use super::text::{LineIndex, ParseError, line_at};

use crate::order::Arrange as _;

/// Parses the table at `path`; `None` if the document does not have it.
///
/// # Errors
/// [`ParseError`] for invalid TOML, and if a part of `path` is not a table.
pub fn parse(text: &str, path: &[&str]) -> Result<Option<Located>, ParseError> {
    let document = document(text)?;
    let reader = TomlReader { lines: LineIndex::of(text), unread: &[] };
    let (mut line, mut table) = (1, document.get_ref());
    for name in path {
        let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == name) else { return Ok(None) };
        line = reader.line(key);
        table = value.get_ref().as_table().ok_or_else(|| {
            let kind = reader.value(value).value.kind();
            ParseError::at(line, format!("`{name}` must be a table, not {kind}"))
        })?;
    }
    Ok(Some(Located { line, value: Value::Table(reader.members(table)) }))
}

/// Parses a whole document; values of the keys in `unread`, at any depth, are only checked for syntax. Lock files are
/// large, and most of them are hashes.
///
/// # Errors
/// [`ParseError`] for invalid TOML.
pub(super) fn parse_without(text: &str, unread: &[&str]) -> Result<Located, ParseError> {
    let document = document(text)?;
    let reader = TomlReader { lines: LineIndex::of(text), unread };
    Ok(Located { line: 1, value: Value::Table(reader.members(document.get_ref())) })
}

fn document(text: &str) -> Result<Spanned<DeTable<'_>>, ParseError> {
    DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|span| line_at(text.as_bytes(), span.start));
        ParseError::syntax(text, line, error.message().to_owned())
    })
}

/// What all levels share.
struct TomlReader<'u> {
    lines: LineIndex,
    unread: &'u [&'u str],
}

impl TomlReader<'_> {
    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        self.lines.line(spanned.span().start)
    }

    fn value(&self, spanned: &Spanned<DeValue<'_>>) -> Located {
        let value = match spanned.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => Value::Number(number.to_string()),
            DeValue::Float(number) => Value::Number(number.to_string()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            DeValue::Table(table) => Value::Table(self.members(table)),
        };
        Located { line: self.line(spanned), value }
    }

    /// The members in the order of the file, which the parser does not keep.
    fn members(&self, table: &DeTable<'_>) -> Vec<Member> {
        let mut pairs: Vec<_> = table.iter().collect();
        pairs.arrange_by_key(|(key, _)| key.span().start);
        let member = |(key, value): (&Spanned<_>, _)| {
            let (line, key) = (self.line(key), text_of(key));
            let value = match self.unread.contains(&key.as_str()) {
                true => Located { line: self.line(value), value: Value::Unread },
                false => self.value(value),
            };
            Member { key, line, value }
        };
        pairs.into_iter().map(member).collect()
    }
}

/// The unescaped text of a key.
fn text_of(key: &Spanned<::toml::de::DeString<'_>>) -> String {
    key.get_ref().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn member(key: &str, line: usize, value: Value) -> Member {
        Member { key: key.to_owned(), line, value: Located { line, value } }
    }

    #[test]
    fn every_value_has_its_line() {
        let document =
            "[project]\nname = 'x'\n[tool.x]\nz = 3.10\nb.c = 'y'\n\n[tool.x.d]\ne = [\n 1979-05-27]\n";
        let date = Located { line: 9, value: Value::Date("1979-05-27".to_owned()) };
        let expected = vec![
            member("z", 4, Value::Number("3.10".to_owned())),
            member("b", 5, Value::Table(vec![member("c", 5, Value::Text("y".to_owned()))])),
            member("d", 7, Value::Table(vec![member("e", 8, Value::List(vec![date]))])),
        ];
        let read = parse(document, &["tool", "x"]);
        assert_eq!(read, Ok(Some(Located { line: 3, value: Value::Table(expected) })));
        assert_eq!(parse(document, &["tool", "y"]), Ok(None));
        let unread = Located { line: 8, value: Value::Unread };
        let expected = vec![Member { key: "e".to_owned(), line: 8, value: unread }];
        let read = parse_without(document, &["e"]).expect("TOML");
        let table = read.value.at(&["tool", "x"]).expect("a table");
        let read = table.members().iter().find(|member| member.key == "d").map(|member| &member.value);
        assert_eq!(read, Some(&Located { line: 7, value: Value::Table(expected) }));
    }

    #[test]
    fn errors_have_their_line() {
        let cases = [
            ("tool = 3", 1, "`tool` must be a table, not a number"),
            ("a = 1\n\na = 2", 3, "duplicate key"),
            ("a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> x\n", 2, "unresolved merge conflict"),
            ("a = 1\nb = [", 2, "unclosed array, expected `]`"),
        ];
        for (document, line, reason) in cases {
            assert_eq!(parse(document, &["tool", "x"]), Err(ParseError::at(line, reason)), "{document}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(document in r#"(tool|x|[\[\]{}"'=.,#\\ \n0-9a-c:+-]){0,30}"#) {
            let read = parse(&document, &["tool"]);
            prop_assert_eq!(read.is_err_and(|error| error.line == Some(0)), false);
        }
    }
}
