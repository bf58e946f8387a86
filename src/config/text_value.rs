//! Values given as text: in git config, environment variables and flags.

/// Parses a boolean as git does; `None` for anything else. A key without `=` is true, empty text is false:
/// <https://git-scm.com/docs/git-config#Documentation/git-config.txt-boolean>.
#[must_use]
pub fn boolean(text: Option<&str>) -> Option<bool> {
    let Some(text) = text.map(|text| text.trim().to_ascii_lowercase()) else { return Some(true) };
    match text.as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" | "" => Some(false),
        number => number.parse::<i64>().ok().map(|number| number != 0),
    }
}

/// Splits a list at commas and line breaks.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Splits allow entries, one `PATTERN: REASON` per line, into pattern and reason; a missing reason is empty.
/// Commas do not separate entries: reasons are prose, and `{a,b}` is a pattern.
pub(super) fn allow(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.split_once(": ").or_else(|| line.split_once(':')).unwrap_or((line, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_those_of_git() {
        let cases = [
            (None, Some(true)),
            (Some("true"), Some(true)),
            (Some("Yes"), Some(true)),
            (Some("ON"), Some(true)),
            (Some("1"), Some(true)),
            (Some("-1"), Some(true)),
            (Some("false"), Some(false)),
            (Some("no"), Some(false)),
            (Some("off"), Some(false)),
            (Some("0"), Some(false)),
            (Some(""), Some(false)),
            (Some("maybe"), None),
            (Some("t"), None),
        ];
        for (text, expected) in cases {
            assert_eq!(boolean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lists_and_allow_entries_are_split() {
        let entries: Vec<_> = list(" PYE101, not-ignored\n\nPYE203,").collect();
        assert_eq!(entries, ["PYE101", "not-ignored", "PYE203"]);
        let entries: Vec<_> = allow("tests/{a,b}: real, on purpose\n x:y\nz\nc:/d: e").collect();
        assert_eq!(entries, [("tests/{a,b}", "real, on purpose"), ("x", "y"), ("z", ""), ("c:/d", "e")]);
    }
}
