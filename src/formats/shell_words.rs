//! Splits text into words, as Python's `shlex.split` does
//! (<https://docs.python.org/3/library/shlex.html#shlex.split>): quotes and `\` as in a POSIX shell, no comments.

/// The words of a text.
///
/// # Errors
/// A quotation that does not end, or a `\` at the end, as a lower-case fragment.
pub(super) fn split(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' | '"' => quoted(&mut letters, letter, word.get_or_insert_default())?,
            '\\' => {
                let escaped = letters.next().ok_or("nothing follows the last `\\`")?;
                word.get_or_insert_default().push(escaped);
            }
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Adds the rest of a quotation to a word. In double quotes, `\` escapes `"` and itself.
fn quoted(letters: &mut std::str::Chars<'_>, quote: char, word: &mut String) -> Result<(), String> {
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quote == '"' => {
                let escaped = letters.next().ok_or("nothing follows the last `\\`")?;
                if !matches!(escaped, '"' | '\\') {
                    word.push('\\');
                }
                word.push(escaped);
            }
            _ if letter == quote => return Ok(()),
            _ => word.push(letter),
        }
    }
    Err(format!("the quotation that starts with `{quote}` does not end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_like_those_of_shlex() {
        let cases: [(&str, &[&str]); 12] = [
            ("", &[]),
            (" a\tb  c ", &["a", "b", "c"]),
            ("a'b c'd", &["ab cd"]),
            (r#""a b" '' """#, &["a b", "", ""]),
            (r#""a\"b\\c\d""#, &[r#"a"b\c\d"#]),
            (r"a\ b\\c\d", &[r"a b\cd"]),
            (r"'a\b'", &[r"a\b"]),
            ("a#b #c", &["a#b", "#c"]),
            ("--hash=sha256:ab", &["--hash=sha256:ab"]),
            ("-e \"b @ x\"", &["-e", "b @ x"]),
            ("ü\u{a0}ü", &["ü\u{a0}ü"]),
            ("a\u{b}b", &["a\u{b}b"]),
        ];
        for (text, words) in cases {
            let split = split(text).expect("words");
            assert_eq!(split, words, "{text}");
        }
        for text in ["'a", "\"a'", "a\\", "\"a\\", "'\\"] {
            assert!(split(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn quoted_words_come_back(words in proptest::collection::vec("[ -~ü]{0,6}", 0..4)) {
            let quoted: Vec<String> =
                words.iter().map(|word| format!("'{}'", word.replace('\'', "'\"'\"'"))).collect();
            proptest::prop_assert_eq!(split(&quoted.join(" ")), Ok(words));
        }

        #[test]
        fn any_text_can_be_split(text in r#"(['"\\ a]|\PC){0,12}"#) {
            let letters = |words: &[String]| words.iter().map(|word| word.chars().count()).sum::<usize>();
            let split = split(&text);
            proptest::prop_assert!(split.is_err() || split.is_ok_and(|words| letters(&words) <= text.chars().count()));
        }
    }
}
