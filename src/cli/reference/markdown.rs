//! Text as Markdown: what help and rules say in plain text with code in backticks.

/// Escapes what Markdown would take for its own; code in backticks stays.
pub(super) fn escaped(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks: the last one opens nothing.
    let is_open = text.matches('`').count() % 2 == 1;
    let mut out = String::new();
    for (position, part) in parts.iter().enumerate() {
        let is_last = position + 1 == parts.len();
        match position % 2 {
            0 => out.push_str(&words(part, out.is_empty())),
            _ if is_open && is_last => {
                out.push_str("\\`");
                out.push_str(&words(part, false));
            }
            _ => out.push_str(&format!("`{part}`")),
        }
    }
    out
}

/// Escapes text without code. At the start of a line a few more characters have a meaning.
fn words(text: &str, is_start: bool) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (at, &c) in characters.iter().enumerate() {
        let neighbours = [at.checked_sub(1), Some(at + 1)];
        let is_inside = || {
            let is_word = |place: &Option<usize>| {
                place.and_then(|place| characters.get(place)).is_some_and(|c| c.is_alphanumeric())
            };
            neighbours.iter().all(is_word)
        };
        let is_special = match c {
            '\\' | '*' | '<' | '>' | '[' | ']' | '|' | '~' | '&' => true,
            '_' => !is_inside(),
            '#' | '-' | '+' => is_start && at == 0,
            '.' | ')' => is_start && at > 0 && characters.iter().take(at).all(char::is_ascii_digit),
            _ => false,
        };
        if is_special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Text as code, whatever it contains.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// Markdown as a cell of a table, where a bar ends the cell even in code.
pub(super) fn cell(markdown: &str) -> String {
    let mut out = String::new();
    let mut is_escaped = false;
    for c in markdown.chars() {
        if c == '|' && !is_escaped {
            out.push('\\');
        }
        is_escaped = c == '\\' && !is_escaped;
        out.push(c);
    }
    out
}

/// A table.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(head.iter().map(|name| (*name).to_owned()).collect());
    out.push_str(&line(head.iter().map(|_| "---".to_owned()).collect()));
    rows.iter().for_each(|row| out.push_str(&line(row.iter().map(|text| cell(text)).collect())));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_what_it_says() {
        let cases = [
            ("plain, with `a|b <c> *d*` in code", "plain, with `a|b <c> *d*` in code"),
            ("a <b> *c* [d](e) x|y ~/z &amp; \\n", "a \\<b\\> \\*c\\* \\[d\\](e) x\\|y \\~/z \\&amp; \\\\n"),
            ("PIP_INDEX_URL and __pycache__", "PIP_INDEX_URL and \\_\\_pycache\\_\\_"),
            ("- no list", "\\- no list"),
            ("3. no list, 3.12 and a - b", "3\\. no list, 3.12 and a - b"),
            ("a ` alone", "a \\` alone"),
            ("`a` and ` alone", "`a` and \\` alone"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn code_may_have_backticks() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(code("a `b`"), "`` a `b` ``");
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        let row = vec![code("a|b"), escaped("c|d")];
        assert_eq!(table(&["x", "y"], &[row]), "| x | y |\n| --- | --- |\n| `a\\|b` | c\\|d |\n");
    }
}
