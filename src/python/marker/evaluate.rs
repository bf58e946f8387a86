//! Marker and environment → answer. Where tools differ, the answer is that of `packaging`, which pip uses.

use std::borrow::Cow;

use super::environment::{ActiveNames, MarkerEnvironment};
use super::expression::{Comparison, Expression, Term};
use super::variable::MarkerVariable;
use crate::python::answer::Answer;
use crate::python::name::normalised;
use crate::python::version::{NO_SUCH_RELEASE, Version};

/// Returns whether an expression holds; with several extras, whether it does for one of them.
pub(super) fn evaluate(
    expression: &Expression,
    environment: &MarkerEnvironment,
    active: &ActiveNames,
) -> Answer {
    let all = |names: &[String]| names.iter().map(|name| normalised(name)).collect::<Vec<String>>();
    let extras = all(&active.extras);
    let groups = active.groups.as_deref().map(all);
    let none = [String::new()];
    let tried: &[String] = if extras.is_empty() { &none } else { &extras };
    let answer_with = |extra: &String| {
        Evaluation { environment, extra, extras: &extras, groups: groups.as_deref() }.expression(expression)
    };
    tried.iter().map(answer_with).fold(Answer::No, Answer::or)
}

/// What one evaluation knows. Names are normalised.
struct Evaluation<'a> {
    environment: &'a MarkerEnvironment,
    /// Empty for none.
    extra: &'a str,
    extras: &'a [String],
    groups: Option<&'a [String]>,
}

impl Evaluation<'_> {
    fn expression(&self, expression: &Expression) -> Answer {
        let all = |terms: &Vec<Term>| terms.iter().map(|term| self.term(term)).fold(Answer::Yes, Answer::and);
        expression.alternatives.iter().map(all).fold(Answer::No, Answer::or)
    }

    fn term(&self, term: &Term) -> Answer {
        match term {
            Term::Nested(expression) => self.expression(expression),
            Term::Comparison(comparison) => self.comparison(comparison),
            Term::Incomparable(_) => {
                Answer::Unknown("the marker compares two variables, or two texts".to_owned())
            }
        }
    }

    fn comparison(&self, comparison: &Comparison) -> Answer {
        match comparison.variable {
            MarkerVariable::Extra => answer(comparison, self.extra),
            MarkerVariable::Extras => self.membership(comparison, self.extras),
            MarkerVariable::DependencyGroups => self.membership(comparison, self.groups.unwrap_or_default()),
            variable => match self.environment.value(variable) {
                Some(value) => answer(comparison, &repaired(variable, value)),
                None if variable == MarkerVariable::PythonFullVersion => self.by_feature_release(comparison),
                None => unknown(variable),
            },
        }
    }

    /// Compares a set of names with one, which is possible in lock files only.
    fn membership(&self, comparison: &Comparison, names: &[String]) -> Answer {
        let is_member = names.contains(&comparison.text);
        match comparison.operator {
            _ if self.groups.is_none() => {
                Answer::Unknown(format!("`{}` can be used in lock files only", comparison.variable.name()))
            }
            "in" if !comparison.is_left => Answer::from(is_member),
            "not in" if !comparison.is_left => Answer::from(!is_member),
            _ => undefined(comparison),
        }
    }

    /// Compares the full version where only the first two numbers are known: an answer if it is the same for all
    /// versions that start with them.
    fn by_feature_release(&self, comparison: &Comparison) -> Answer {
        let Some(feature) = self.environment.python_version.as_deref().and_then(Version::parse) else {
            return unknown(comparison.variable);
        };
        let (major, minor) = feature.feature();
        if is_about_a_part(comparison, &format!("{major}.{minor}.")) {
            return unknown(comparison.variable);
        }
        let versions = decisive(feature.feature(), &comparison.text);
        let mut answers = versions.iter().map(|version| answer(comparison, version));
        match answers.next() {
            Some(first) if answers.all(|answer| answer == first) => first,
            _ => unknown(comparison.variable),
        }
    }
}

fn answer(comparison: &Comparison, value: &str) -> Answer {
    comparison.holds(value).map_or_else(|| undefined(comparison), Answer::from)
}

fn unknown(variable: MarkerVariable) -> Answer {
    Answer::Unknown(format!("`{}` of the environment is not known", variable.name()))
}

fn undefined(comparison: &Comparison) -> Answer {
    let Comparison { variable, operator, .. } = comparison;
    Answer::Unknown(format!("`{}` cannot be compared with `{operator}` in this way", variable.name()))
}

/// A Python that is built from the repository of CPython says `3.14.0a1+`, which is not valid in PEP 440.
fn repaired(variable: MarkerVariable, value: &str) -> Cow<'_, str> {
    let is_untagged = variable == MarkerVariable::PythonFullVersion && value.ends_with('+');
    if is_untagged { Cow::Owned(format!("{value}local")) } else { Cow::Borrowed(value) }
}

/// Returns whether `in` may find one full version that starts like this, and not another.
fn is_about_a_part(comparison: &Comparison, start: &str) -> bool {
    match (comparison.operator, comparison.is_left) {
        ("in" | "not in", true) => comparison.text.contains(start),
        ("in" | "not in", false) => !start.contains(&comparison.text),
        _ => false,
    }
}

/// Full versions of a feature release among which there is one for each answer that a comparison with `text` can have.
fn decisive((major, minor): (u64, u64), text: &str) -> Vec<String> {
    let named = Version::parse(text.trim_end_matches(".*"));
    let patch = named.as_ref().and_then(|version| version.release().get(2).copied()).unwrap_or(0);
    let patches = [0, patch.saturating_sub(1), patch, patch.saturating_add(1), NO_SUCH_RELEASE];
    let released = patches.into_iter().map(|patch| format!("{major}.{minor}.{patch}"));
    let written =
        named.filter(|version| version.feature() == (major, minor)).map(|version| version.to_string());
    let unreleased = ["0a1", "0rc9"].map(|patch| format!("{major}.{minor}.{patch}"));
    released.chain(unreleased).chain(written).collect()
}
