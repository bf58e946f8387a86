//! Poetry's own version constraints (<https://python-poetry.org/docs/dependency-specification/#version-constraints>):
//! `^1.2`, `~1.2`, `1.2`, `1.*`, `>=1 <2`, `^1 || ^2`.

use super::clause::{Clause, quoted};
use super::specifiers::Specifiers;
use super::version::Version;

impl Specifiers {
    /// Parses a version constraint of Poetry.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse_poetry(text: &str) -> Result<Self, String> {
        let alternatives = text.replace("||", "|");
        alternatives.split('|').map(alternative).collect::<Result<_, _>>().map(Self::of)
    }
}

/// Constraints that all have to hold, with commas or spaces between them.
fn alternative(text: &str) -> Result<Vec<Clause>, String> {
    let parts = parts(text);
    if parts.is_empty() {
        return Err("there is no constraint".to_owned());
    }
    Ok(parts.into_iter().map(single).collect::<Result<Vec<_>, _>>()?.concat())
}

/// Splits at commas and spaces, except after an operator.
fn parts(text: &str) -> Vec<&str> {
    let is_gap = |c: char| c.is_whitespace() || c == ',';
    let mut parts = Vec::new();
    let mut rest = text.trim_matches(is_gap);
    while !rest.is_empty() {
        let operator = rest.find(|c: char| !"^~=><!".contains(c)).unwrap_or(rest.len());
        let version = rest.get(operator..).unwrap_or_default();
        let start = rest.len() - version.trim_start().len();
        let length = rest.get(start..).and_then(|version| version.find(is_gap));
        let (part, after) = rest.split_at(length.map_or(rest.len(), |length| start + length));
        parts.push(part);
        rest = after.trim_start_matches(is_gap);
    }
    parts
}

fn single(text: &str) -> Result<Vec<Clause>, String> {
    if is_any(text) {
        return Ok(Vec::new());
    }
    let parse = |version: &str| {
        Version::parse(version).ok_or_else(|| format!("{}: that is not a version", quoted(text)))
    };
    if let Some(version) = text.strip_prefix('^') {
        let version = parse(version)?;
        return Ok(range(&version, next_breaking(version.release())));
    }
    if let Some(version) = text.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        let version = parse(version)?;
        return Ok(range(&version, next_at(version.release(), 1)));
    }
    match text.strip_prefix("~=").map(str::trim).and_then(Version::parse) {
        Some(version) if version.release().len() < 2 => {
            return Ok(range(&version, next_at(version.release(), 0)));
        }
        _ => {}
    }
    // A version alone, or after one `=`, is that version; `1.*.*` is `1.*`.
    let mut text = text;
    while let Some(shorter) = text.strip_suffix(".*").filter(|shorter| shorter.ends_with(".*")) {
        text = shorter;
    }
    let clause = match text.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        Some(version) => format!("=={}", version.trim_start()),
        None if text.starts_with(['=', '!', '<', '>', '~']) => text.to_owned(),
        None => format!("=={text}"),
    };
    if clause.starts_with("===") {
        return Err(format!("{}: `===` is not an operator of Poetry", quoted(text)));
    }
    if let (Some(version), Some(rest)) = (clause.strip_suffix(".*"), clause.strip_prefix(['<', '>'])) {
        // Poetry ignores the `.*` here.
        if !rest.is_empty() {
            return Clause::parse(version).map(|clause| vec![clause]);
        }
    }
    Clause::parse(&clause).map(|clause| vec![clause])
}

/// `*`, `x`, `*.*`.
fn is_any(text: &str) -> bool {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    text.split('.').all(|part| matches!(part, "*" | "x" | "X"))
}

/// From a version to before a release of the same epoch.
fn range(version: &Version, release: Option<Vec<u64>>) -> Vec<Clause> {
    let end = release.and_then(|release| version.with_release(&release));
    std::iter::once(Clause::at_least(version.clone())).chain(end.map(Clause::below)).collect()
}

/// The first release that `^` excludes: one that differs in the first number that is not 0.
fn next_breaking(release: &[u64]) -> Option<Vec<u64>> {
    let decisive = release.iter().take(3).position(|number| *number > 0);
    next_at(release, decisive.unwrap_or(release.len().min(3).saturating_sub(1)))
}

/// The release with the number at a position, or the last one before it, counted up, and none after it.
fn next_at(release: &[u64], position: usize) -> Option<Vec<u64>> {
    let mut next: Vec<u64> = release.iter().copied().take(position.saturating_add(1)).collect();
    let last = next.last_mut()?;
    *last = last.checked_add(1)?;
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_specifiers() {
        let cases = [
            ("*", ""),
            ("x.*", ""),
            ("^1.2.3", ">=1.2.3,<2"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0.0", ">=0.0,<0.1"),
            ("^0", ">=0,<1"),
            ("^ 1!1.0a1", ">=1!1.0a1,<1!2"),
            ("~1.2.3", ">=1.2.3,<1.3"),
            ("~1", ">=1,<2"),
            ("~=1.4.2", "~=1.4.2"),
            ("~=1", ">=1,<2"),
            ("1.2", "==1.2"),
            ("= 1.2", "==1.2"),
            ("1.2.*", "==1.2.*"),
            ("1.*.*", "==1.*"),
            ("!=1.*", "!=1.*"),
            (">=1 <2", ">=1,<2"),
            (">= 1, <2 ,!=1.5,", ">=1,<2,!=1.5"),
            ("^1 || ^2|3", ">=1,<2 || >=2,<3 || ==3"),
            (">=3.*", ">=3"),
        ];
        for (constraint, specifiers) in cases {
            let read = Specifiers::parse_poetry(constraint).expect(constraint);
            assert_eq!(read.to_string(), specifiers, "{constraint}");
            assert_eq!(read.is_any(), specifiers.is_empty(), "{constraint}");
        }
        for wrong in ["", "^", "^x", "1 - 2", "foo", "===1.0", "^1 ||"] {
            assert!(Specifiers::parse_poetry(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_of_the_alternatives_is_enough() {
        let read = Specifiers::parse_poetry("^1.2 || >=3,<4").expect("constraints");
        let cases = [("1.2", true), ("2.0", false), ("2.0rc1", false), ("3.9", true), ("4.0", false)];
        for (version, accepted) in cases {
            assert_eq!(read.accept_installed(version), accepted, "{version}");
        }
        let second = Specifiers::parse("==2.*").expect("specifiers");
        assert!(Specifiers::exclude_each_other(&[&read, &second]));
        assert!(!Specifiers::exclude_each_other(&[&read]) && !read.is_pinned());
    }
}
