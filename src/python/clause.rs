//! One condition on a version: an operator and a version
//! (<https://packaging.python.org/en/latest/specifications/version-specifiers/>). What is written strictly or answered
//! differently by tools is as in `packaging`, which pip uses.

use std::cmp::Ordering;
use std::fmt;

use super::lexer::{is_space, stripped};
use super::version::Version;

/// The operators, each before those that it starts with.
pub(super) const OPERATORS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

/// A version that is compared with a condition.
pub(super) struct Compared {
    /// In lower case; `None` for a version of PEP 440 as that writes it.
    text: Option<String>,
    /// `None` if it is not valid in PEP 440.
    version: Option<Version>,
}

/// A condition on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// As written, without spaces.
    text: String,
    condition: Condition,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    /// `==1.0`, which also is any local version of it, or `==1.0+local`.
    Is(Version),
    IsNot(Version),
    /// `==1.0.*`.
    StartsWith(Version),
    DoesNotStartWith(Version),
    AtLeast(Version),
    AtMost(Version),
    Above(Version),
    /// `<`: the version as written, and the one that really is the limit, so that 2.0rc1 is not below 2.0.
    Below(Version, Version),
    /// `~=`.
    Compatible(Version),
    /// `===`, in lower case.
    Text(String),
}

impl Compared {
    /// What is installed: for a version of PEP 440 only its value counts, else its text.
    pub(super) fn installed(text: &str) -> Self {
        match Version::parse(text) {
            Some(version) => Self::of(&version),
            None => Self::text(text),
        }
    }

    /// A version.
    pub(super) fn of(version: &Version) -> Self {
        Self { text: None, version: Some(version.clone()) }
    }

    /// A text, which `===` compares as it is.
    pub(super) fn text(text: &str) -> Self {
        Self { text: Some(text.to_lowercase()), version: Version::parse(text) }
    }

    /// Returns whether it has this text, which is in lower case.
    fn has_text(&self, text: &str) -> bool {
        match (&self.text, &self.version) {
            (Some(own), _) => own == text,
            (None, version) => {
                version.as_ref().is_some_and(|version| version.to_string().to_ascii_lowercase() == text)
            }
        }
    }
}

impl Clause {
    /// Parses an operator and a version.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = stripped(text);
        let Some(operator) = OPERATORS.into_iter().find(|operator| text.starts_with(operator)) else {
            return Err(no_operator(text));
        };
        let version = text.get(operator.len()..).unwrap_or_default().trim_start_matches(is_space);
        let condition = if operator == "===" {
            arbitrary(version).ok_or_else(|| format!("{} contains a space, `;` or `)`", quoted(version)))?
        } else if let Some(prefix) = version.strip_suffix(".*") {
            prefix_condition(operator, prefix).map_err(|reason| format!("{}: {reason}", quoted(text)))?
        } else {
            condition(operator, version).map_err(|reason| format!("{}: {reason}", quoted(text)))?
        };
        Ok(Self { text: format!("{operator}{version}"), condition })
    }

    /// This version or a later one.
    pub(super) fn at_least(version: Version) -> Self {
        Self { text: format!(">={version}"), condition: Condition::AtLeast(version) }
    }

    /// What is before this version and, unless it is a pre-release, its pre-releases.
    pub(super) fn below(version: Version) -> Self {
        Self { text: format!("<{version}"), condition: below(version) }
    }

    /// The version in it as written, without the `.*`; none in `===`.
    pub(super) fn version(&self) -> Option<&Version> {
        match &self.condition {
            Condition::Is(version)
            | Condition::IsNot(version)
            | Condition::StartsWith(version)
            | Condition::DoesNotStartWith(version)
            | Condition::AtLeast(version)
            | Condition::AtMost(version)
            | Condition::Above(version)
            | Condition::Below(version, _)
            | Condition::Compatible(version) => Some(version),
            Condition::Text(_) => None,
        }
    }

    /// Returns whether it names one version: `==1.0`, `===1.0`.
    pub(super) fn is_pinned(&self) -> bool {
        matches!(self.condition, Condition::Is(_) | Condition::Text(_))
    }

    /// Returns whether a version meets it. One that is not valid in PEP 440 meets `===` with its own text only.
    pub(super) fn accepts(&self, subject: &Compared) -> bool {
        if let Condition::Text(text) = &self.condition {
            return subject.has_text(text);
        }
        subject.version.as_ref().is_some_and(|version| self.condition.accepts(version))
    }

    /// The versions at which what it accepts begins, and `0.dev0`, which is below all others, if it begins nowhere. If
    /// conditions with releases of at most `length` numbers accept something in common, they accept one of these.
    /// `None` if a number would be too large.
    pub(super) fn beginnings(&self, length: usize) -> Option<Vec<Compared>> {
        let from = match &self.condition {
            Condition::Text(text) => return Some(vec![Compared::text(text)]),
            Condition::Is(version) | Condition::AtLeast(version) | Condition::Compatible(version) => {
                version.clone()
            }
            Condition::StartsWith(version) => version.first_development(),
            Condition::DoesNotStartWith(version) => version.after_prefix()?,
            Condition::Above(version) => version.next(true, length)?,
            Condition::IsNot(version) => version.next(false, length)?,
            Condition::AtMost(_) | Condition::Below(..) => return Some(Vec::new()),
        };
        Some(vec![Compared::of(&from)])
    }

    /// Returns whether it names a final release.
    pub(super) fn is_of_release(&self) -> bool {
        self.version().is_some_and(|version| {
            !version.is_prerelease() && !version.is_development_or_post() && !version.is_local()
        })
    }

    /// Versions among which there is one for each answer that conditions with final releases can have around this one.
    pub(super) fn surroundings(&self) -> Vec<Compared> {
        let Some(version) = self.version() else {
            return match &self.condition {
                Condition::Text(text) => vec![Compared::text(text)],
                _ => Vec::new(),
            };
        };
        let mut around = vec![version.clone(), version.first_development()];
        let longer = [[0].as_slice(), &[0, 1]].into_iter();
        around.extend(longer.filter_map(|more| version.with_release(&[version.release(), more].concat())));
        // Up to where `==…*` and `~=` reach.
        for length in 1..=version.release().len() {
            let prefix = version.release().get(..length).and_then(|prefix| version.with_release(prefix));
            let after = prefix.and_then(|prefix| prefix.after_prefix());
            around.extend(after.iter().filter_map(|after| after.with_release(after.release())));
            around.extend(after);
        }
        let text = version.to_string();
        let others = ["a0", ".post0", "+0"].map(|more| Compared::installed(&format!("{text}{more}")));
        around.iter().map(Compared::of).chain(others).collect()
    }
}

impl Condition {
    fn accepts(&self, version: &Version) -> bool {
        match self {
            Self::Is(named) => is(version, named),
            Self::IsNot(named) => !is(version, named),
            Self::StartsWith(named) => version.starts_with(named.release(), named.epoch()),
            Self::DoesNotStartWith(named) => !version.starts_with(named.release(), named.epoch()),
            Self::AtLeast(named) => version >= named,
            Self::AtMost(named) => version.compare_public(named) != Ordering::Greater,
            Self::Above(named) if named.is_development_or_post() => {
                version.compare_public(named) == Ordering::Greater
            }
            Self::Above(named) => version > named && !version.is_of_family(named),
            Self::Below(_, limit) => version < limit,
            Self::Compatible(named) => {
                let prefix = named.release().split_last().map(|(_, prefix)| prefix).unwrap_or_default();
                version >= named && version.starts_with(prefix, named.epoch())
            }
            Self::Text(_) => false,
        }
    }
}

fn is(version: &Version, named: &Version) -> bool {
    if named.is_local() { version == named } else { version.compare_public(named) == Ordering::Equal }
}

fn below(version: Version) -> Condition {
    let limit = if version.is_prerelease() { version.clone() } else { version.first_development() };
    Condition::Below(version, limit)
}

fn arbitrary(text: &str) -> Option<Condition> {
    let is_end = |c: char| is_space(c) || matches!(c, ';' | ')');
    (!text.contains(is_end)).then(|| Condition::Text(text.to_lowercase()))
}

fn prefix_condition(operator: &str, prefix: &str) -> Result<Condition, &'static str> {
    let make = match operator {
        "==" => Condition::StartsWith,
        "!=" => Condition::DoesNotStartWith,
        _ => return Err("`.*` can follow `==` and `!=` only"),
    };
    let version = parsed(prefix)?;
    let digits = prefix.trim_start_matches(['v', 'V']);
    if !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'!')) {
        return Err("`.*` can follow the numbers of a release only");
    }
    Ok(make(version))
}

fn condition(operator: &str, version: &str) -> Result<Condition, &'static str> {
    let version = parsed(version)?;
    if version.is_local() && !matches!(operator, "==" | "!=") {
        return Err("a local version can follow `==` and `!=` only");
    }
    Ok(match operator {
        "==" => Condition::Is(version),
        "!=" => Condition::IsNot(version),
        "<=" => Condition::AtMost(version),
        ">=" => Condition::AtLeast(version),
        "<" => below(version),
        ">" => Condition::Above(version),
        _ if version.release().len() < 2 => return Err("`~=` needs at least two numbers, as in `~=1.4`"),
        _ => Condition::Compatible(version),
    })
}

fn parsed(text: &str) -> Result<Version, &'static str> {
    if text.is_empty() {
        return Err("no version follows the operator");
    }
    Version::parse(text).ok_or("that is not a version")
}

/// What is wrong with text that starts with no operator.
fn no_operator(text: &str) -> String {
    let quoted = quoted(text);
    if text.starts_with("=>") {
        return format!("{quoted}: `=>` is not an operator; `>=` is");
    }
    if text.starts_with("=<") {
        return format!("{quoted}: `=<` is not an operator; `<=` is");
    }
    match text.chars().next() {
        Some('=') => format!("{quoted}: `=` is not an operator; `==` is"),
        Some('^' | '~') => format!("{quoted}: `^` and `~` are operators of Poetry only; write `>=1.2,<2`"),
        _ => format!("{quoted} does not start with an operator such as `>=`"),
    }
}

/// Text in backticks, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
