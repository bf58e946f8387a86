//! YAML 1.2 (<https://yaml.org/spec/1.2.2/>) with the line of every value.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::located::{Located, Member, Value};
use super::text::{ParseError, line_at};

/// The deepest nesting of values.
const DEPTH: usize = 64;

/// Parses the first document. Scalars are texts as written, whatever they look like, but for an empty one, `~` and `null`
/// without quotes. Aliases and values with a tag are [`Value::Unread`].
///
/// # Errors
/// [`ParseError`] for invalid YAML, and for nesting beyond 64 levels.
pub(super) fn parse(text: &str) -> Result<Option<Located>, ParseError> {
    let mut reader = YamlReader { text, parser: Parser::new_from_str(text) };
    loop {
        let Some((event, span)) = reader.next()? else { return Ok(None) };
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd | Event::DocumentEnd => return Ok(None),
            event => return reader.value(event, span, 0).map(Some),
        }
    }
}

struct YamlReader<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
}

impl<'t> YamlReader<'t> {
    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, ParseError> {
        let text = self.text;
        self.parser.next_event().transpose().map_err(|error: ScanError| {
            // It reads a line break behind a last line without one.
            let line = error.marker().line().clamp(1, line_at(text.as_bytes(), text.len()));
            ParseError::syntax(text, Some(line), error.info().to_owned())
        })
    }

    fn value(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Located, ParseError> {
        let line = span.start.line().max(1);
        if depth > DEPTH {
            return Err(ParseError::at(line, format!("values are nested more than {DEPTH} levels deep")));
        }
        let (value, is_tagged) = match event {
            Event::Scalar(text, style, _, tag) => (scalar(&text, style), tag.is_some()),
            Event::SequenceStart(_, tag) => (Value::List(self.items(depth)?), tag.is_some()),
            Event::MappingStart(_, tag) => (Value::Table(self.members(depth)?), tag.is_some()),
            _ => (Value::Unread, false),
        };
        Ok(Located { line, value: if is_tagged { Value::Unread } else { value } })
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Located>, ParseError> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next()? {
            if event == Event::SequenceEnd {
                break;
            }
            items.push(self.value(event, span, depth + 1)?);
        }
        Ok(items)
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member>, ParseError> {
        let mut members = Vec::new();
        while let Some((event, span)) = self.next()? {
            if event == Event::MappingEnd {
                break;
            }
            let key = self.value(event, span, depth + 1)?;
            let Some((event, span)) = self.next()? else { break };
            let value = self.value(event, span, depth + 1)?;
            let name = match key.value {
                Value::Text(name) => name,
                _ => continue,
            };
            members.push(Member { key: name, line: key.line, value });
        }
        Ok(members)
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    let is_plain = style == ScalarStyle::Plain;
    match text {
        "" | "~" | "null" | "Null" | "NULL" if is_plain => Value::Null,
        text => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_line() {
        let text = "# c\nname: 'a b'\nlist:\n  - 1.20 # one\n  - {x: ~, \"y\": [z]}\n- no";
        assert!(parse(text).is_err());
        let text = "# c\nname: 'a b'\nlist:\n  - 1.20 # one\n  - {x: ~, \"y\": [z]}\nalias: *n\n";
        assert!(parse(text).is_err(), "an anchor that is not there");
        let text = "# c\nname: &n 'a b'\nlist:\n  - 1.20 # one\n  - {x: ~, \"y\": [z]}\nalias: *n\ntag: !x y\n---\nsecond: 1\n";
        let read = parse(text).expect("YAML").expect("a document");
        let keys: Vec<_> = read.value.members().iter().map(|it| (it.key.as_str(), it.line)).collect();
        assert_eq!(keys, [("name", 2), ("list", 3), ("alias", 6), ("tag", 7)]);
        assert_eq!(read.value.text_at(&["name"]).as_deref(), Some("a b"));
        assert_eq!(read.value.at(&["alias"]), Some(&Value::Unread));
        assert_eq!(read.value.at(&["tag"]), Some(&Value::Unread));
        let Some(Value::List(items)) = read.value.at(&["list"]) else { panic!("{read:?}") };
        assert_eq!(items[0], Located { line: 4, value: Value::Text("1.20".to_owned()) });
        assert_eq!((items[1].line, items[1].value.at(&["x"])), (5, Some(&Value::Null)));
    }

    #[test]
    fn errors_have_their_line() {
        let deep = "[".repeat(1000);
        for (text, line) in [("a: b\nc: [d\n", 3), ("a: b\nc: d: e\n", 2), (deep.as_str(), 1)] {
            assert_eq!(parse(text).map_err(|error| error.line), Err(Some(line)), "{text}");
        }
        let conflict = parse("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n");
        assert!(
            conflict.is_err_and(|error| error.reason == "unresolved merge conflict" && error.line == Some(2))
        );
        assert_eq!(parse(""), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(a|b|: |- |\n|  |[\\[\\]{},&*!|>'\"#%@`?~-]|---\n|\t|.){0,40}") {
            let read = parse(&text);
            proptest::prop_assert!(read.map_or_else(|error| error.line != Some(0), |_| true));
        }
    }
}
