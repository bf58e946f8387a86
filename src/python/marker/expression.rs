//! What a marker consists of.

/// A marker: of the alternatives, one has to hold, with all of its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    pub(super) alternatives: Vec<Vec<Term>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    Comparison(Comparison),
    /// In parentheses.
    Nested(Expression),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) left: Operand,
    pub(super) operator: &'static str,
    pub(super) right: Operand,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    Variable(Variable),
    Text(String),
}

/// The variables that a marker can compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    DependencyGroups,
    Extra,
    Extras,
    ImplementationName,
    ImplementationVersion,
    OsName,
    PlatformMachine,
    PlatformPythonImplementation,
    PlatformRelease,
    PlatformSystem,
    PlatformVersion,
    PythonFullVersion,
    PythonVersion,
    SysPlatform,
}

/// How each variable can be written; the name comes first, then what old tools wrote.
pub(super) const SPELLINGS: [(&str, Variable); 20] = [
    ("dependency_groups", Variable::DependencyGroups),
    ("extra", Variable::Extra),
    ("extras", Variable::Extras),
    ("implementation_name", Variable::ImplementationName),
    ("implementation_version", Variable::ImplementationVersion),
    ("os_name", Variable::OsName),
    ("os.name", Variable::OsName),
    ("platform_machine", Variable::PlatformMachine),
    ("platform.machine", Variable::PlatformMachine),
    ("platform_python_implementation", Variable::PlatformPythonImplementation),
    ("platform.python_implementation", Variable::PlatformPythonImplementation),
    ("python_implementation", Variable::PlatformPythonImplementation),
    ("platform_release", Variable::PlatformRelease),
    ("platform_system", Variable::PlatformSystem),
    ("platform_version", Variable::PlatformVersion),
    ("platform.version", Variable::PlatformVersion),
    ("python_full_version", Variable::PythonFullVersion),
    ("python_version", Variable::PythonVersion),
    ("sys_platform", Variable::SysPlatform),
    ("sys.platform", Variable::SysPlatform),
];

/// The operators, each before those that it starts with; `in` and `not in` are words.
pub(super) const OPERATORS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

impl Variable {
    /// Its name in the standard.
    pub(super) fn name(self) -> &'static str {
        SPELLINGS.iter().find(|(_, variable)| *variable == self).map_or("", |(name, _)| name)
    }

    /// Returns whether its values are compared as versions.
    pub(super) fn is_version(self) -> bool {
        matches!(self, Self::ImplementationVersion | Self::PythonFullVersion | Self::PythonVersion)
    }

    /// Returns whether only lock files may name it.
    pub(super) fn is_of_lock_files(self) -> bool {
        matches!(self, Self::Extras | Self::DependencyGroups)
    }
}

impl Comparison {
    /// The variable, and whether it is on the left. `None` if there is none, or two.
    pub(super) fn variable(&self) -> Option<(Variable, &str, bool)> {
        match (&self.left, &self.right) {
            (Operand::Variable(variable), Operand::Text(text)) => Some((*variable, text, true)),
            (Operand::Text(text), Operand::Variable(variable)) => Some((*variable, text, false)),
            _ => None,
        }
    }
}

impl Expression {
    /// The first variable that only lock files may name.
    pub(super) fn lock_file_variable(&self) -> Option<Variable> {
        self.alternatives.iter().flatten().find_map(|term| match term {
            Term::Comparison(comparison) => {
                [&comparison.left, &comparison.right].into_iter().find_map(|operand| match operand {
                    Operand::Variable(variable) if variable.is_of_lock_files() => Some(*variable),
                    _ => None,
                })
            }
            Term::Nested(expression) => expression.lock_file_variable(),
        })
    }
}
