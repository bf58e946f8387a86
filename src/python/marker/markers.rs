//! The marker of a requirement.

use std::sync::Arc;

use super::environment::{ActiveNames, MarkerEnvironment};
use super::evaluate::evaluate;
use super::expression::Expression;
use super::parse::parse;
use super::variable::MarkerVariable;
use crate::python::answer::Answer;
use crate::python::lexer::stripped;

/// Where a requirement applies: `python_version < "3.11"`. A clone shares what it consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker(Arc<ParsedMarker>);

#[derive(Debug, PartialEq, Eq)]
struct ParsedMarker {
    text: String,
    expression: Expression,
}

impl Marker {
    /// Parses a marker. `extras` and `dependency_groups` may be in it, as in lock files.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self(Arc::new(ParsedMarker { text: stripped(text).to_owned(), expression: parse(text)? })))
    }

    /// What it consists of.
    pub(super) fn expression(&self) -> &Expression {
        &self.0.expression
    }

    /// The marker as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns whether a requirement with this marker applies. With several active extras it does if it applies for one
    /// of them, as in pip. What pip rejects only when it evaluates, as `os_name ~= "posix"`, is unknown.
    #[must_use]
    pub fn evaluate(&self, environment: &MarkerEnvironment, active: &ActiveNames) -> Answer {
        evaluate(&self.0.expression, environment, active)
    }

    /// The first name in it that only lock files may use.
    pub(in crate::python) fn lock_file_variable(&self) -> Option<&'static str> {
        self.0.expression.lock_file_variable().map(MarkerVariable::name)
    }
}
