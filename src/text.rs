//! Numbers and words for people and shells.

pub mod quantity;

/// A path as one word of a command that people copy into a shell: quoted only if needed, with `./` before a leading
/// `-`. A path that a terminal cannot print safely becomes `$'…'`, which is in POSIX.1-2024 and in bash, zsh and ksh.
/// The shells in `shells/` quote for scripts instead, each in its own syntax.
#[must_use]
pub fn shell_quote(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return ".".to_owned();
    }
    let prefix = if bytes.starts_with(b"-") { "./" } else { "" };
    let printable = crate::path::printable(bytes);
    if printable.as_bytes() != bytes {
        let escaped: String = bytes
            .iter()
            .map(|&b| match b {
                b'\'' | b'\\' => format!("\\{}", char::from(b)),
                b' '..=b'~' => char::from(b).to_string(),
                b => format!("\\{b:03o}"),
            })
            .collect();
        return format!("$'{prefix}{escaped}'");
    }
    if bytes.iter().all(|byte| is_plain(*byte)) && prefix.is_empty() {
        return printable;
    }
    format!("'{prefix}{}'", printable.replace('\'', "'\\''"))
}

/// A byte that no shell gives a meaning.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./-+,@".contains(&byte) || byte >= 0x80
}

/// An argument as one word of a command that people copy into a shell; unlike a path ([`shell_quote`]) it may be empty or begin
/// with `-`.
#[must_use]
pub fn shell_word(bytes: &[u8]) -> String {
    match bytes {
        b"" => "''".to_owned(),
        [b'-', rest @ ..] if rest.iter().all(|byte| byte.is_ascii() && is_plain(*byte)) => {
            crate::path::printable(bytes)
        }
        // Between the dash and the rest nothing is added; both are one word.
        [b'-', rest @ ..] => format!("-{}", shell_word(rest)),
        _ => shell_quote(bytes),
    }
}

/// `00ff`: two lower-case digits for each byte.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that [`hexadecimal`] writes, from digits of either case; `None` for any other text.
#[must_use]
pub fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16)?).ok();
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// Adds bytes under a name, both with their length, so that no two sequences of them are alike.
pub fn add_named(bytes: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), value] {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
}

/// `1,204`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    groups.join(",")
}

/// `1 file`, `1,204 files`, `2 repositories`: a number with its noun, whose plural is regular.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    let before_y = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    let noun = match before_y {
        _ if number == 1 => noun.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    };
    format!("{} {noun}", grouped(number))
}

/// `38.0 MiB`: binary units, one decimal above bytes.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return counted(bytes, "byte");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `120 ms`, `41.2 s`, `12 min 5 s`: a time in milliseconds.
#[must_use]
pub fn milliseconds(time: u64) -> String {
    match time {
        0..10_000 => format!("{time} ms"),
        10_000..120_000 => format!("{:.1} s", time as f64 / 1000.0),
        _ => format!("{} min {} s", grouped(time / 60_000), time / 1000 % 60),
    }
}

/// The units of ages: seconds, name and symbol.
const AGE_UNITS: [(u64, &str, &str); 6] = [
    (365 * 86_400, "year", "y"),
    (30 * 86_400, "month", "mo"),
    (7 * 86_400, "week", "w"),
    (86_400, "day", "d"),
    (3_600, "hour", "h"),
    (60, "minute", "min"),
];

/// `3 days ago`: an age in its largest whole unit; less than a minute is `now`.
#[must_use]
pub fn ago(past: std::time::Duration) -> String {
    in_largest_unit(past, |number, name, _| format!("{} ago", counted(number, name)))
}

/// As [`ago`], for where there is little room: `3d`.
#[must_use]
pub fn short_age(past: std::time::Duration) -> String {
    in_largest_unit(past, |number, _, symbol| format!("{number}{symbol}"))
}

fn in_largest_unit(past: std::time::Duration, write: impl FnOnce(u64, &str, &str) -> String) -> String {
    let seconds = past.as_secs();
    let unit = AGE_UNITS.iter().find(|(length, ..)| seconds >= *length);
    unit.map_or_else(|| "now".to_owned(), |(length, name, symbol)| write(seconds / length, name, symbol))
}

/// The name that a misspelling most likely means: it starts with what was typed, or differs from it in at most two
/// letters and at most a third of them. Case and separators are ignored, so that a setting is recognised in the
/// spelling of another source.
#[must_use]
pub fn nearest<'n>(misspelled: &str, names: &'n [String]) -> Option<&'n str> {
    let plain = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
    };
    let typed = plain(misspelled);
    let length = typed.chars().count();
    let distance = |name: &str| {
        let name = plain(name);
        if length > 2 && name.starts_with(&typed) { 1 } else { strsim::osa_distance(&typed, &name) }
    };
    let (distance, name) =
        names.iter().map(|name| (distance(name), name)).min_by_key(|(distance, _)| *distance)?;
    (distance <= 2 && distance * 3 <= length).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        let cases = [
            (0, "now", "now"),
            (59, "now", "now"),
            (60, "1 minute ago", "1min"),
            (86_399, "23 hours ago", "23h"),
            (200_000, "2 days ago", "2d"),
            (3 * 365 * 86_400, "3 years ago", "3y"),
        ];
        for (seconds, expected, short) in cases {
            let age = std::time::Duration::from_secs(seconds);
            assert_eq!((ago(age), short_age(age)), (expected.to_owned(), short.to_owned()));
        }
        let times = [(0, "0 ms"), (9_999, "9999 ms"), (41_234, "41.2 s"), (725_000, "12 min 5 s")];
        for (time, expected) in times {
            assert_eq!(milliseconds(time), expected);
        }
    }

    #[test]
    fn numbers_read_well() {
        let sizes = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1,023 bytes"),
            (1024, "1.0 KiB"),
            (39_845_888, "38.0 MiB"),
        ];
        for (bytes, expected) in sizes {
            assert_eq!(size(bytes), expected);
        }
        assert_eq!(size(1024 * 1024 * 1024 - 1), "1.0 GiB");
        let nouns = [(1, "file", "1 file"), (0, "file", "0 files"), (2, "day", "2 days")];
        for (number, noun, expected) in
            [&nouns[..], &[(2, "entry", "2 entries"), (1, "entry", "1 entry")]].concat()
        {
            assert_eq!(counted(number, noun), expected);
        }
        assert_eq!(
            (grouped(7), grouped(1204), grouped(1_000_000)),
            ("7".into(), "1,204".into(), "1,000,000".into())
        );
    }

    #[test]
    fn only_pairs_of_hexadecimal_digits_are_bytes() {
        assert_eq!(from_hexadecimal("00fFa1"), Some(vec![0, 0xff, 0xa1]));
        assert_eq!(from_hexadecimal(""), Some(Vec::new()));
        for text in ["0", "0x", "+f", " 1", "00f", "é"] {
            assert_eq!(from_hexadecimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn quoted_words_are_one_word_of_a_shell() {
        let cases: [(&[u8], &str); 9] = [
            (b"", "."),
            (b".venv312", ".venv312"),
            (b"my env", "'my env'"),
            (b"it's", "'it'\\''s'"),
            (b"-rf", "'./-rf'"),
            (b"a\nb'", "$'a\\012b\\''"),
            (b"-a\n", "$'./-a\\012'"),
            ("x\u{9b}1".as_bytes(), "$'x\\302\\2331'"),
            (b"#", "'#'"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(shell_quote(bytes), expected);
        }
    }

    #[test]
    fn arguments_are_one_word_of_a_shell() {
        let cases: [(&[u8], &str); 6] = [
            (b"", "''"),
            (b"-x", "-x"),
            (b"--", "--"),
            (b"-k a b", "-'k a b'"),
            (b"a b", "'a b'"),
            (b"-\xff \n", "-$'\\377 \\012'"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(shell_word(bytes), expected);
        }
    }

    #[test]
    fn misspellings_have_a_nearest_name() {
        let names = ["pytest", "pip", "python3.12", "été"].map(str::to_owned);
        let cases = [
            ("pytets", Some("pytest")),
            ("PyTest", Some("pytest")),
            ("pyt", Some("pytest")),
            ("python-312", Some("python3.12")),
            ("ete", None),
            ("étè", Some("été")),
            ("pop", Some("pip")),
            ("po", None),
            ("", None),
        ];
        for (misspelled, expected) in cases {
            assert_eq!(nearest(misspelled, &names), expected, "{misspelled}");
        }
        assert_eq!(nearest("x", &[]), None);
    }
}
