//! Which package requires which, in one environment.

use super::RequestedLine;
use crate::path::printable;

/// Whether a package is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageState {
    /// It is installed, exactly once.
    Installed,
    /// It is not installed.
    Missing,
    /// It is installed in a way that nothing can use, for this reason: a lower-case fragment.
    Unusable(String),
    /// It is not known whether it is installed, or what it requires, for this reason: a lower-case fragment.
    Unknown(String),
}

/// A package that is installed or required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphPackage {
    /// The normalised name, by which packages are told apart.
    pub key: String,
    /// The name as recorded; as required, if it is not installed.
    pub name: String,
    /// The version as recorded.
    pub version: Option<String>,
    /// Whether it is there.
    pub state: PackageState,
    /// Where it came from, unless from an index: a URL.
    pub source: Option<String>,
    /// Its files are used where they are developed.
    pub is_editable: bool,
    /// The constraints of the project that refuse its version.
    pub refused_by: Vec<RequestedLine>,
    /// The project asks for it, perhaps through others.
    pub is_requested: bool,
}

impl GraphPackage {
    /// `flask 3.0.2`, with where it came from unless from an index.
    #[must_use]
    pub fn label(&self) -> String {
        let version = self.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        let editable = if self.is_editable { "editable " } else { "" };
        let source = self.source.as_ref();
        let source = source.map(|url| format!(" ({editable}{})", printable(url.as_bytes())));
        format!("{}{version}{}", self.name, source.unwrap_or_default())
    }
}

/// Whether what is installed is what a requirement asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EdgeState {
    /// It is.
    Met,
    /// Nothing is installed, or nothing that could be used.
    Missing,
    /// Another version is installed.
    WrongVersion,
    /// It was installed from elsewhere.
    WrongSource,
    /// This is not known, for this reason: a lower-case fragment.
    Unknown(String),
}

impl EdgeState {
    /// Says whether what is asked for is certainly not installed.
    #[must_use]
    pub fn is_unmet(&self) -> bool {
        matches!(self, Self::Missing | Self::WrongVersion | Self::WrongSource)
    }

    /// That of two requirements of one package for the same other one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Missing, _) | (_, Self::Missing) => Self::Missing,
            (Self::WrongVersion, _) | (_, Self::WrongVersion) => Self::WrongVersion,
            (Self::WrongSource, _) | (_, Self::WrongSource) => Self::WrongSource,
            (Self::Unknown(reason), _) | (_, Self::Unknown(reason)) => Self::Unknown(reason),
            (Self::Met, Self::Met) => Self::Met,
        }
    }
}

/// That a package, or the project, requires another package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphEdge {
    /// The package that requires, by its position; `None` for the project.
    pub from: Option<usize>,
    /// The package that is required, by its position.
    pub to: usize,
    /// What is asked for, behind the name: `[async]>=2`, ` @ https://…`; empty for any version.
    pub wanted: String,
    /// The extras of `from` without which it would not be required, normalised.
    pub extras: Vec<String>,
    /// The lines of the project that ask for it.
    pub lines: Vec<RequestedLine>,
    /// Whether what is installed is what is asked for.
    pub state: EdgeState,
}

/// All packages that are installed in an environment or required there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DependencyGraph {
    /// The packages, by normalised name.
    pub packages: Vec<GraphPackage>,
    /// Who requires whom, sorted, each pair once, and no package itself.
    pub edges: Vec<GraphEdge>,
    /// The packages that a tree of what the project asks for begins with.
    pub roots: Vec<usize>,
    /// The packages that a tree of everything else begins with.
    pub other_roots: Vec<usize>,
}
