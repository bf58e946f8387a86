//! What a marker consists of, and how one value is compared.

use super::variable::MarkerVariable;
use crate::python::clause::{Clause, Compared};
use crate::python::name::normalised;

/// A marker: of the alternatives, one has to hold, with all of its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    pub(super) alternatives: Vec<Vec<Term>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    Comparison(Comparison),
    /// Two variables, or two texts; and the variable of lock files among them.
    Incomparable(Option<MarkerVariable>),
    /// In parentheses.
    Nested(Expression),
}

/// A variable and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) variable: MarkerVariable,
    pub(super) operator: &'static str,
    /// Normalised if the variable has names as values.
    pub(super) text: String,
    /// The variable is on the left.
    pub(super) is_left: bool,
    /// Operator and text as a condition on a version, if they are one and the variable has versions as values.
    clause: Option<Clause>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    MarkerVariable(MarkerVariable),
    Text(String),
}

impl Expression {
    /// The first variable that only lock files may name.
    pub(super) fn lock_file_variable(&self) -> Option<MarkerVariable> {
        self.alternatives.iter().flatten().find_map(|term| match term {
            Term::Comparison(comparison) => Some(comparison.variable).filter(|variable| variable.is_set()),
            Term::Incomparable(variable) => *variable,
            Term::Nested(expression) => expression.lock_file_variable(),
        })
    }
}

impl Term {
    /// Two operands with an operator between them.
    pub(super) fn of(left: Operand, operator: &'static str, right: Operand) -> Self {
        match (left, right) {
            (Operand::MarkerVariable(variable), Operand::Text(text)) => {
                Self::Comparison(Comparison::of(variable, operator, text, true))
            }
            (Operand::Text(text), Operand::MarkerVariable(variable)) => {
                Self::Comparison(Comparison::of(variable, operator, text, false))
            }
            (left, right) => {
                let variables = [left, right].into_iter().filter_map(|operand| match operand {
                    Operand::MarkerVariable(variable) => Some(variable),
                    Operand::Text(_) => None,
                });
                Self::Incomparable(variables.into_iter().find(|variable| variable.is_set()))
            }
        }
    }
}

impl Comparison {
    fn of(variable: MarkerVariable, operator: &'static str, text: String, is_left: bool) -> Self {
        let text = if variable.is_name() { normalised(&text) } else { text };
        let clause = if variable.is_version() && is_left { clause(operator, &text) } else { None };
        Self { variable, operator, text, is_left, clause }
    }

    /// Returns whether it holds for a value of the variable; `None` if it is not defined. Texts have no order.
    pub(super) fn holds(&self, value: &str) -> Option<bool> {
        let (left, right) =
            if self.is_left { (value, self.text.as_str()) } else { (self.text.as_str(), value) };
        if let Some(clause) = &self.clause {
            return Some(clause.accepts(&Compared::text(left)));
        }
        if self.variable.is_version()
            && !self.is_left
            && let Some(clause) = clause(self.operator, right)
        {
            return Some(clause.accepts(&Compared::text(left)));
        }
        match self.operator {
            "in" => Some(right.contains(left)),
            "not in" => Some(!right.contains(left)),
            "==" | "<=" | ">=" => Some(left == right),
            "!=" => Some(left != right),
            "<" | ">" => Some(false),
            _ => None,
        }
    }
}

/// Operator and version are put together as they are, so that `in` is never a condition.
fn clause(operator: &str, version: &str) -> Option<Clause> {
    Clause::parse(&format!("{operator}{version}")).ok()
}
