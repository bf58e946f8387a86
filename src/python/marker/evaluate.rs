//! Marker and environment → answer. Where tools differ, the answer is that of `packaging`, which pip uses.

use super::super::answer::Answer;
use super::super::clause::{Clause, Subject};
use super::super::name::normalised;
use super::super::version::Version;
use super::environment::{ActiveNames, MarkerEnvironment};
use super::expression::{Comparison, Expression, Term, Variable};
use super::parse;

/// More patch releases than Python has ever had.
const NO_SUCH_RELEASE: u64 = 100;

/// Where a requirement applies: `python_version < "3.11"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    text: String,
    expression: Expression,
}

impl Marker {
    /// Parses a marker.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = super::super::lexer::stripped(text);
        Ok(Self { text: text.to_owned(), expression: parse::parse(text)? })
    }

    /// The marker as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first name in it that only lock files may use.
    pub(in super::super) fn lock_file_variable(&self) -> Option<&'static str> {
        self.expression.lock_file_variable().map(Variable::name)
    }

    /// Returns whether the requirement applies in an environment. With several extras it does if it applies for one of
    /// them.
    #[must_use]
    pub fn evaluate(&self, environment: &MarkerEnvironment, active: &ActiveNames) -> Answer {
        let extras: Vec<String> = active.extras.iter().map(|extra| normalised(extra)).collect();
        let groups =
            active.groups.as_ref().map(|groups| groups.iter().map(|group| normalised(group)).collect());
        let none = [String::new()];
        let tried: &[String] = if extras.is_empty() { &none } else { &extras };
        let answer_with = |extra: &String| {
            let context = Context { environment, extra, extras: &extras, groups: groups.as_ref() };
            context.expression(&self.expression)
        };
        tried.iter().map(answer_with).fold(Answer::No, Answer::or)
    }
}

/// What one evaluation knows.
struct Context<'a> {
    environment: &'a MarkerEnvironment,
    /// Empty for none.
    extra: &'a str,
    extras: &'a [String],
    groups: Option<&'a Vec<String>>,
}

impl Context<'_> {
    fn expression(&self, expression: &Expression) -> Answer {
        let alternatives = expression.alternatives.iter();
        alternatives
            .map(|terms| terms.iter().map(|term| self.term(term)).fold(Answer::Yes, Answer::and))
            .fold(Answer::No, Answer::or)
    }

    fn term(&self, term: &Term) -> Answer {
        match term {
            Term::Nested(expression) => self.expression(expression),
            Term::Comparison(comparison) => self.comparison(comparison),
        }
    }

    fn comparison(&self, comparison: &Comparison) -> Answer {
        let Some((variable, text, is_left)) = comparison.variable() else {
            return Answer::Unknown("a marker does not compare a variable with a text".to_owned());
        };
        let name = variable.name();
        let order = |value: &str| {
            let (left, right) = if is_left { (value, text) } else { (text, value) };
            compare(variable, left, comparison.operator, right).map_or_else(
                || Answer::Unknown(format!("`{name}` cannot be compared with `{}`", comparison.operator)),
                Answer::from,
            )
        };
        match variable {
            Variable::Extra => {
                let text = normalised(text);
                let (left, right) =
                    if is_left { (self.extra, text.as_str()) } else { (text.as_str(), self.extra) };
                compare(variable, left, comparison.operator, right).map_or_else(
                    || Answer::Unknown(format!("`{name}` cannot be compared with `{}`", comparison.operator)),
                    Answer::from,
                )
            }
            Variable::Extras | Variable::DependencyGroups => {
                self.membership(variable, comparison.operator, text, is_left)
            }
            _ => match self.environment.value(variable) {
                Some(value) => order(value),
                None if variable == Variable::PythonFullVersion => self.by_feature_release(text, order),
                None => Answer::Unknown(format!("`{name}` of the environment is not known")),
            },
        }
    }

    /// Compares a set of names with one, which is possible with `in` only, and in lock files only.
    fn membership(&self, variable: Variable, operator: &str, text: &str, is_left: bool) -> Answer {
        let name = variable.name();
        let Some(groups) = self.groups else {
            return Answer::Unknown(format!("`{name}` can be used in lock files only"));
        };
        let names = if variable == Variable::Extras { self.extras } else { groups.as_slice() };
        let is_member = names.contains(&normalised(text));
        match operator {
            "in" if !is_left => Answer::from(is_member),
            "not in" if !is_left => Answer::from(!is_member),
            _ => Answer::Unknown(format!("`{name}` can follow `in` and `not in` only")),
        }
    }

    /// Compares the full version where only the first two numbers are known: an answer if it is the same for all
    /// versions that start with them.
    fn by_feature_release(&self, text: &str, answer: impl Fn(&str) -> Answer) -> Answer {
        let unknown = || Answer::Unknown("`python_full_version` of the environment is not known".to_owned());
        let Some(feature) = self.environment.python_version.as_deref().and_then(Version::parse) else {
            return unknown();
        };
        let (major, minor) = feature.feature();
        let mut answers = decisive(major, minor, text).into_iter().map(|version| answer(&version));
        let first = answers.next().unwrap_or_else(unknown);
        if answers.all(|answer| answer == first) { first } else { unknown() }
    }
}

/// Full versions of a feature release among which there is one for each answer that a comparison with `text` can have.
fn decisive(major: u64, minor: u64, text: &str) -> Vec<String> {
    let named = Version::parse(text.trim_end_matches(".*"));
    let patch = named.as_ref().and_then(|version| version.release().get(2).copied()).unwrap_or(0);
    let patches = [0, patch.saturating_sub(1), patch, patch.saturating_add(1), NO_SUCH_RELEASE];
    let released = patches.into_iter().map(|patch| format!("{major}.{minor}.{patch}"));
    let written =
        named.filter(|version| version.feature() == (major, minor)).map(|version| version.to_string());
    released.chain([format!("{major}.{minor}.0a1"), format!("{major}.{minor}.0rc9")]).chain(written).collect()
}

/// Compares two values; `None` for a comparison that is not defined.
fn compare(variable: Variable, left: &str, operator: &str, right: &str) -> Option<bool> {
    if variable.is_version() {
        let left = full(variable, left);
        let right = full(variable, right);
        if let Ok(clause) = Clause::parse(&format!("{operator}{right}")) {
            return Some(clause.accepts(&Subject::text(&left)));
        }
    }
    match operator {
        "in" => Some(right.contains(left)),
        "not in" => Some(!right.contains(left)),
        "==" | "<=" | ">=" => Some(left == right),
        "!=" => Some(left != right),
        "<" | ">" => Some(false),
        _ => None,
    }
}

/// A Python that is built from the repository says `3.14.0a1+`, which is not valid in PEP 440.
fn full(variable: Variable, version: &str) -> String {
    let is_untagged = variable == Variable::PythonFullVersion && version.ends_with('+');
    if is_untagged { format!("{version}local") } else { version.to_owned() }
}
