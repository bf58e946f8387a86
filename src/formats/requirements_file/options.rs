//! The options of a line, parsed as pip's parser does, which is Python's `optparse`
//! (<https://docs.python.org/3/library/optparse.html>): long options may be shortened as long as one has that start,
//! a value follows after `=`, as the next word, or directly after a short option, and words that are neither are
//! ignored.

use crate::formats::shell_words;

/// An option that pip accepts in a requirements file
/// (<https://pip.pypa.io/en/stable/reference/requirements-file-format/#supported-options>).
struct Known {
    short: Option<char>,
    /// The long names; the first is how it is called here.
    long: &'static [&'static str],
    takes_value: bool,
}

/// An option with a value.
const fn valued(short: Option<char>, long: &'static [&'static str]) -> Known {
    Known { short, long, takes_value: true }
}

/// An option without one.
const fn flag(long: &'static [&'static str]) -> Known {
    Known { short: None, long, takes_value: false }
}

/// All options, those of a requirement too.
const KNOWN: [Known; 19] = [
    valued(Some('i'), &["--index-url", "--pypi-url"]),
    valued(None, &["--extra-index-url"]),
    flag(&["--no-index"]),
    valued(Some('c'), &["--constraint"]),
    valued(Some('r'), &["--requirement"]),
    valued(Some('e'), &["--editable"]),
    valued(Some('f'), &["--find-links"]),
    valued(None, &["--no-binary"]),
    valued(None, &["--only-binary"]),
    flag(&["--prefer-binary"]),
    flag(&["--require-hashes"]),
    flag(&["--no-require-hashes"]),
    flag(&["--pre"]),
    valued(None, &["--all-releases"]),
    valued(None, &["--only-final"]),
    valued(None, &["--trusted-host"]),
    valued(None, &["--use-feature"]),
    valued(None, &["--hash"]),
    valued(Some('C'), &["--config-settings"]),
];

/// The algorithms that pip accepts for `--hash`.
const STRONG_HASHES: [&str; 3] = ["sha256", "sha384", "sha512"];

/// The values of `--use-feature` that pip 26 knows. Other releases know others, and refuse what they do not know.
const FEATURES: [&str; 6] = [
    "fast-deps",
    "inprocess-build-deps",
    "venv-isolation",
    "truststore",
    "no-binary-enable-wheel-cache",
    "build-constraint",
];

/// Why it is not known whether pip accepts an option, as a lower-case fragment; `None` if it does.
#[must_use]
pub fn doubt(name: &str, value: Option<&str>) -> Option<String> {
    let feature = value.filter(|value| name == "--use-feature" && !FEATURES.contains(value))?;
    Some(format!("whether pip knows the feature `{feature}` depends on its release"))
}

/// The options of a line, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options(Vec<(&'static str, Option<String>)>);

impl Options {
    /// Parses the options; `text` is the part of the line from the first word that starts with `-`.
    ///
    /// # Errors
    /// What pip refuses, as a lower-case fragment.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut words = shell_words::split(text)?.into_iter();
        let mut options = Vec::new();
        while let Some(word) = words.next() {
            if word == "--" {
                break;
            }
            if let Some((known, value)) = option(&word)? {
                options.push(completed(known, value, &mut words)?);
            }
        }
        Ok(Self(options))
    }

    /// The values of an option, by its first long name.
    pub(super) fn values<'o>(&'o self, name: &'o str) -> impl Iterator<Item = &'o str> {
        self.0.iter().filter(move |(given, _)| *given == name).filter_map(|(_, value)| value.as_deref())
    }

    /// All options.
    pub(super) fn into_all(self) -> Vec<(&'static str, Option<String>)> {
        self.0
    }
}

/// Splits a line at the space before the first word that starts with `-`; only spaces separate words.
pub(super) fn split_line(line: &str) -> (&str, &str) {
    if line.starts_with('-') {
        return ("", line);
    }
    let Some(end) = line.find(" -") else { return (line, "") };
    (line.get(..end).unwrap_or_default(), line.get(end + 1..).unwrap_or_default())
}

/// The option of a word and the value in the same word; `None` for a word that is no option.
fn option(word: &str) -> Result<Option<(&'static Known, Option<String>)>, String> {
    if word.starts_with("--") {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        return Ok(Some((long(name)?, value)));
    }
    let Some(letter) = word.strip_prefix('-').and_then(|rest| rest.chars().next()) else { return Ok(None) };
    let known = KNOWN.iter().find(|known| known.short == Some(letter));
    let known = known.ok_or_else(|| format!("there is no option `-{letter}` in a requirements file"))?;
    let value = word.get(1 + letter.len_utf8()..).filter(|value| !value.is_empty());
    Ok(Some((known, value.map(str::to_owned))))
}

/// The option with a long name or the start of exactly one.
fn long(name: &str) -> Result<&'static Known, String> {
    let with = |matches: &dyn Fn(&str) -> bool| -> Vec<(&'static str, &'static Known)> {
        let all = KNOWN.iter().flat_map(|known| known.long.iter().map(move |long| (*long, known)));
        all.filter(|(long, _)| matches(long)).collect()
    };
    let exact = with(&|long| long == name);
    let found = if exact.is_empty() { with(&|long| long.starts_with(name)) } else { exact };
    match found.as_slice() {
        [(_, known)] => Ok(known),
        [] => Err(format!("there is no option `{name}` in a requirements file")),
        [(first, _), (second, _), ..] => Err(format!("`{name}` may mean `{first}` or `{second}`")),
    }
}

/// The option with its value, which may be the next word.
fn completed(
    known: &Known,
    value: Option<String>,
    words: &mut impl Iterator<Item = String>,
) -> Result<(&'static str, Option<String>), String> {
    let name = known.long.first().copied().unwrap_or_default();
    let value = match (known.takes_value, value) {
        (true, Some(value)) => Some(value),
        (true, None) => Some(words.next().ok_or_else(|| format!("`{name}` needs a value"))?),
        (false, Some(_)) => return Err(format!("`{name}` takes no value")),
        (false, None) => None,
    };
    if let Some(value) = &value {
        validate(name, value)?;
    }
    Ok((name, value))
}

fn validate(name: &str, value: &str) -> Result<(), String> {
    match name {
        "--hash" => match value.split_once(':') {
            None => Err("`--hash` needs an algorithm and a hash: `--hash=sha256:…`".to_owned()),
            Some((algorithm, _)) if STRONG_HASHES.contains(&algorithm) => Ok(()),
            Some((algorithm, _)) => {
                Err(format!("`--hash` must be of sha256, sha384 or sha512, not `{algorithm}`"))
            }
        },
        "--config-settings" if !value.contains('=') => {
            Err("`--config-settings` needs a key and a value: `KEY=VALUE`".to_owned())
        }
        "--no-binary" | "--only-binary" | "--all-releases" | "--only-final" if value.starts_with('-') => {
            Err(format!("`{name}` needs names of packages, not `{value}`"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let shown = |(name, value): (&str, Option<String>)| match value {
            Some(value) => format!("{name} {value}"),
            None => name.to_owned(),
        };
        Options::parse(text)
            .map(|options| options.into_all().into_iter().map(shown).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn options_are_parsed_like_those_of_optparse() {
        let cases = [
            ("-r a.txt", "--requirement a.txt"),
            ("-ra.txt", "--requirement a.txt"),
            ("-r=a.txt", "--requirement =a.txt"),
            ("-requests", "--requirement equests"),
            ("--requirement=a.txt", "--requirement a.txt"),
            ("--requirement a.txt", "--requirement a.txt"),
            ("--requirem a.txt", "--requirement a.txt"),
            ("--const=a", "--constraint a"),
            ("--pypi-url x", "--index-url x"),
            ("-i x --extra x y", "--index-url x|--extra-index-url x"),
            ("-e ./a ; python_version > '3'", "--editable ./a"),
            ("-e \"b @ git+ssh://x/b\" -c c", "--editable b @ git+ssh://x/b|--constraint c"),
            ("-r -c", "--requirement -c"),
            ("--requirement=", "--requirement "),
            ("-r ''", "--requirement "),
            ("--pre --no-index -f ./sub", "--pre|--no-index|--find-links ./sub"),
            ("--pre -- --nonsense", "--pre"),
            ("- -", ""),
            ("--hash=sha256:aa --hash sha512:bb", "--hash sha256:aa|--hash sha512:bb"),
            ("-Ca=b --config-settings=c=d", "--config-settings a=b|--config-settings c=d"),
            ("--only-binary=numpy,scipy", "--only-binary numpy,scipy"),
            ("--no-binary :all:", "--no-binary :all:"),
            (
                "--use-feature=new --trusted-host x --prefer-binary",
                "--use-feature new|--trusted-host x|--prefer-binary",
            ),
            ("--require-hashes --no-require-hashes", "--require-hashes|--no-require-hashes"),
            ("--all-releases a --only-final=b", "--all-releases a|--only-final b"),
            ("--require x", "--requirement x"),
        ];
        for (text, expected) in cases {
            let expected = if text == "--require x" {
                Err("`--require` may mean `--requirement` or `--require-hashes`".to_owned())
            } else {
                Ok(expected.to_owned())
            };
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_pip_refuses_is_refused() {
        let cases = [
            ("--upgrade", "there is no option `--upgrade` in a requirements file"),
            ("-U x", "there is no option `-U` in a requirements file"),
            ("-Z", "there is no option `-Z` in a requirements file"),
            ("--global-option=x", "there is no option `--global-option` in a requirements file"),
            (
                "--process-dependency-links",
                "there is no option `--process-dependency-links` in a requirements file",
            ),
            ("--pr", "`--pr` may mean `--prefer-binary` or `--pre`"),
            ("--=x", "`--` may mean `--index-url` or `--pypi-url`"),
            ("--pre=1", "`--pre` takes no value"),
            ("-r", "`--requirement` needs a value"),
            ("--hash", "`--hash` needs a value"),
            ("--hash=aa", "`--hash` needs an algorithm and a hash: `--hash=sha256:…`"),
            ("--hash=md5:aa", "`--hash` must be of sha256, sha384 or sha512, not `md5`"),
            ("-C x", "`--config-settings` needs a key and a value: `KEY=VALUE`"),
            ("--no-binary -x", "`--no-binary` needs names of packages, not `-x`"),
            ("-e 'x", "the quotation that starts with `'` does not end"),
        ];
        for (text, reason) in cases {
            assert_eq!(read(text), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn only_spaces_stand_before_options() {
        let cases = [
            ("a==1 --hash=x", ("a==1", "--hash=x")),
            ("a ;  --pre", ("a ; ", "--pre")),
            ("a==1\t--hash=x", ("a==1\t--hash=x", "")),
            ("-r x", ("", "-r x")),
            ("a-b - c", ("a-b", "- c")),
        ];
        for (line, parts) in cases {
            assert_eq!(split_line(line), parts, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"(--?[a-zA-Z]|requirement|[=' "\\ü]|sha256:){0,10}"#) {
            if let Ok(options) = Options::parse(&text) {
                let words = shell_words::split(&text).expect("words");
                prop_assert!(options.into_all().len() <= words.len());
            }
        }
    }
}
