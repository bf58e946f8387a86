//! Which versions and builds a specification of conda accepts
//! (<https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#package-match-specifications>),
//! read as conda 26 does.

use super::conda_version::CondaVersion;

/// The operators, each before those that it starts with.
const OPERATORS: [&str; 8] = ["==", "!=", "<=", ">=", "~=", "=", "<", ">"];
/// What operators consist of, and what separates conditions.
const OPERATOR_CHARACTERS: &str = "=<>!~";
/// What is in regular expressions, groups and other forms that are rare, of which no answer is given.
const RARE: &str = "()^$@\"'#[]{}";

/// Returns whether a specification, which follows the name of a package, accepts a build of the versions that it accepts.
pub(super) fn accepts_build(specification: &str, build: &str) -> bool {
    let (_, wanted) = split(specification.trim());
    wanted.is_none_or(|wanted| fits(wanted, build))
}

/// Returns whether a specification accepts a version; `None` if that is not known.
pub(super) fn accepts_version(specification: &str, version: &str) -> Option<bool> {
    let is_plain = |c: char| c == ' ' || !(c.is_whitespace() || RARE.contains(c));
    if !specification.chars().all(is_plain) || specification.contains(" if ") {
        return None;
    }
    let (wanted, build) = split(specification.trim());
    match completed(&wanted, build.is_some()) {
        wanted if wanted.is_empty() => Some(true),
        wanted => any_alternative(&wanted, &CondaVersion::parse(version)?),
    }
}

/// Splits version and build, which a blank or `=` separates: `1.26=py312_0`, `>=1,<2 py312_0`. The version comes without
/// blanks.
fn split(specification: &str) -> (String, Option<&str>) {
    let separates = |at: usize| {
        let (before, after) = (&specification.as_bytes()[..at], &specification.as_bytes()[at + 1..]);
        let follows_operator = before.last().is_none_or(|byte| b"=!|,<>~".contains(byte));
        !follows_operator && !after.is_empty() && !after.iter().any(|byte| b"-=,|<>~".contains(byte))
    };
    let mut places = specification.match_indices([' ', '=']).map(|(at, _)| at);
    let (version, build) = match places.find(|at| separates(*at)) {
        Some(at) => (&specification[..at], Some(specification[at + 1..].trim())),
        None => (specification, None),
    };
    (version.replace(' ', ""), build)
}

/// The version in the form in which `1.26` is that version, and `1.26.*` all that start with it: `=1.26` means the second one
/// where no build follows.
fn completed(version: &str, has_build: bool) -> String {
    let plain = version.trim_start_matches('=');
    match version {
        "=" if !has_build => String::new(),
        _ if !version.starts_with('=') || plain.is_empty() => version.to_owned(),
        _ if version.starts_with("==") && !has_build => plain.to_owned(),
        _ if plain.contains(['=', ',', '|']) => version.to_owned(),
        _ if has_build || plain.ends_with('*') => plain.to_owned(),
        _ => format!("{plain}*"),
    }
}

fn any_alternative(wanted: &str, version: &CondaVersion) -> Option<bool> {
    let all = |alternative: &str| {
        let conditions = alternative.split(',').map(|condition| meets(condition, version));
        conditions.collect::<Option<Vec<bool>>>().map(|met| met.into_iter().all(|is_met| is_met))
    };
    let alternatives = wanted.split('|').map(all).collect::<Option<Vec<bool>>>()?;
    Some(alternatives.into_iter().any(|is_met| is_met))
}

/// Returns whether a version meets a condition; `None` for one that conda refuses or that is rare.
fn meets(condition: &str, version: &CondaVersion) -> Option<bool> {
    let Some(operator) = OPERATORS.into_iter().find(|operator| condition.starts_with(operator)) else {
        return meets_plain(condition, version);
    };
    let named = condition.get(operator.len()..)?;
    if named.starts_with(|c: char| OPERATOR_CHARACTERS.contains(c)) {
        return None;
    }
    let (named, has_star) = named.strip_suffix(".*").map_or((named, false), |named| (named, true));
    let named = CondaVersion::parse(named)?;
    let order = version.compare(&named);
    Some(match operator {
        "==" => order.is_eq(),
        "!=" if has_star => !version.starts_with(&named),
        "!=" => order.is_ne(),
        "<=" => order.is_le(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        ">" => order.is_gt(),
        "=" => version.starts_with(&named),
        _ if has_star => return None,
        _ => order.is_ge() && version.starts_with(&named.without_last()?),
    })
}

/// A condition without an operator: `1.26`, `1.26.*`, `1.26*`, `*`.
fn meets_plain(condition: &str, version: &CondaVersion) -> Option<bool> {
    let start = condition.trim_end_matches('*');
    match (condition, start.len() == condition.len()) {
        ("*", _) => Some(true),
        // A pattern, which is compared with the text of the version.
        _ if start.contains('*') || condition.ends_with("**") => None,
        (_, true) => Some(version.compare(&CondaVersion::parse(condition)?).is_eq()),
        (_, false) => Some(version.starts_with(&CondaVersion::parse(start.trim_end_matches('.'))?)),
    }
}

/// Returns whether a build is what a pattern says, in which `*` stands for anything.
fn fits(pattern: &str, build: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == build };
    let Some(mut build) = build.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some((_, after)) = build.split_once(part) else { return false };
        build = after;
    }
    build.ends_with(end)
}

#[cfg(test)]
mod tests;
