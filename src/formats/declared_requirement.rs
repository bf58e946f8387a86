//! A requirement as a manifest declares it, whichever tool's form it has.

use super::located::{Located, Value};
use crate::order::Arrange as _;
use crate::python::{Marker, Requirement, Specifiers, Wanted, normalised};

/// A requirement in a manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredRequirement {
    /// Its line, counted from 1.
    pub line: usize,
    /// As written, or as near to that as the form of the file allows, for messages.
    pub text: String,
    /// What it says, or why that is not known.
    pub content: Result<RequirementContent, RequirementFault>,
}

/// Requirements under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct RequirementList {
    /// The name, normalised.
    pub name: String,
    /// The line of the name, counted from 1.
    pub line: usize,
    /// The requirements.
    pub requirements: Vec<DeclaredRequirement>,
}

/// What a requirement says.
#[derive(Debug, Clone, PartialEq)]
pub struct RequirementContent {
    /// The name as written; `None` for a path or URL that does not tell.
    pub name: Option<String>,
    /// The extras, normalised, sorted and unique.
    pub extras: Vec<String>,
    /// When it applies; `None` is always.
    pub marker: Option<Marker>,
    /// Where the package comes from.
    pub source: DeclaredSource,
}

/// Where a required package comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum DeclaredSource {
    /// An index, in one of these versions.
    Index(Specifiers),
    /// A URL, or a path, as written: what follows `@`, `-e` or stands alone.
    Direct {
        /// The URL or path; a URL may have a fragment such as `#subdirectory=…`.
        source: String,
        /// The directory of the project in it, where that stands beside it.
        subdirectory: Option<String>,
        /// The files are used where they are.
        is_editable: bool,
        /// The values of `--hash` beside it, as `sha256:…`. The fragment may state one too.
        hashes: Vec<String>,
    },
    /// A repository of a version control system.
    Repository {
        /// `git`, `hg`, `svn` or `bzr`.
        vcs: &'static str,
        /// The URL as written.
        url: String,
        /// A branch, tag or commit.
        revision: Option<String>,
        /// The directory of the project in the repository.
        subdirectory: Option<String>,
        /// The files are used where they are.
        is_editable: bool,
    },
    /// Another project of the same uv workspace (<https://docs.astral.sh/uv/concepts/projects/workspaces/>).
    Member {
        /// The files are used where they are.
        is_editable: bool,
    },
}

/// Why a requirement cannot be used. Reasons are lower-case fragments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementFault {
    /// The tools would refuse it.
    Invalid(String),
    /// It may be fine, but what it asks for cannot be known without running something.
    Undecided(String),
}

impl DeclaredSource {
    /// A URL or path with nothing beside it.
    #[must_use]
    pub fn direct(source: String, is_editable: bool) -> Self {
        Self::Direct { source, subdirectory: None, is_editable, hashes: Vec::new() }
    }
}

impl DeclaredRequirement {
    /// Parses a requirement of PEP 508.
    #[must_use]
    pub fn of_text(line: usize, text: &str) -> Self {
        Self { line, text: text.to_owned(), content: RequirementContent::of_text(text) }
    }

    /// Parses an item of a list of PEP 508 requirements.
    #[must_use]
    pub fn of_item(item: &Located) -> Self {
        match &item.value {
            Value::Text(text) => Self::of_text(item.line, text),
            other => {
                Self::invalid(item.line, "", format!("a requirement must be a string, not {}", other.kind()))
            }
        }
    }

    /// A requirement that the tools would refuse.
    #[must_use]
    pub fn invalid(line: usize, text: &str, reason: impl Into<String>) -> Self {
        Self { line, text: text.to_owned(), content: Err(RequirementFault::Invalid(reason.into())) }
    }

    /// A requirement of which it cannot be known what it asks for.
    #[must_use]
    pub fn undecided(line: usize, text: &str, reason: impl Into<String>) -> Self {
        Self { line, text: text.to_owned(), content: Err(RequirementFault::Undecided(reason.into())) }
    }

    /// The name as written, if it is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.content.as_ref().ok()?.name.as_deref()
    }
}

impl RequirementContent {
    /// Parses a requirement of PEP 508 (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/>).
    ///
    /// # Errors
    /// [`RequirementFault::Invalid`] for anything else.
    pub fn of_text(text: &str) -> Result<Self, RequirementFault> {
        Requirement::parse_standard(text).map(Self::of_requirement).map_err(RequirementFault::Invalid)
    }

    /// The content of a parsed requirement.
    #[must_use]
    pub fn of_requirement(requirement: Requirement) -> Self {
        let source = match requirement.wanted {
            Wanted::Version(specifiers) => DeclaredSource::Index(specifiers),
            Wanted::Source(source) => DeclaredSource::direct(source, false),
        };
        let Requirement { name, extras, marker, .. } = requirement;
        Self { name: Some(name), extras, marker, source }
    }

    /// The same with the values of `--hash`, as `sha256:…`, which count where the requirement itself says where the package
    /// is: those of an index are asked for only to install it.
    #[must_use]
    pub fn with_hashes(mut self, beside: Vec<String>) -> Self {
        if let DeclaredSource::Direct { hashes, .. } = &mut self.source {
            *hashes = beside;
        }
        self
    }
}

/// Reads what Pipfile and poetry have under the name of a package: a version or a table. They differ in what versions,
/// markers and sources look like.
pub(super) fn of_version_or_table(
    name: &str,
    value: &Value,
    index: fn(&str) -> Result<DeclaredSource, RequirementFault>,
    marker: fn(&Value) -> Result<Option<Marker>, RequirementFault>,
    source: fn(&Value) -> Result<DeclaredSource, RequirementFault>,
) -> Result<RequirementContent, RequirementFault> {
    let (marker, source) = match value {
        Value::Text(version) => (None, index(version)?),
        Value::Table(_) => (marker(value)?, source(value)?),
        other => {
            let reason = format!("`{name}` must be a version or a table, not {}", other.kind());
            return Err(RequirementFault::Invalid(reason));
        }
    };
    Ok(RequirementContent { name: Some(name.to_owned()), extras: extras(value), marker, source })
}

/// `extras` of a table, normalised, sorted and unique.
fn extras(table: &Value) -> Vec<String> {
    let Some(Value::List(items)) = table.at(&["extras"]) else { return Vec::new() };
    let text = |item: &Located| match &item.value {
        Value::Text(extra) => Some(normalised(extra)),
        _ => None,
    };
    let mut extras: Vec<String> = items.iter().filter_map(text).collect();
    extras.arrange();
    extras.dedup();
    extras
}

/// Parses a list of PEP 508 requirements. A value that is no list is one requirement that cannot be used.
#[must_use]
pub fn requirement_list(key: &str, value: &Located) -> Vec<DeclaredRequirement> {
    match &value.value {
        Value::List(items) => items.iter().map(DeclaredRequirement::of_item).collect(),
        other => vec![wrong_kind(key, value.line, "a list", other)],
    }
}

/// A key whose value has the wrong type, as a requirement that cannot be used.
pub(super) fn wrong_kind(key: &str, line: usize, expected: &str, found: &Value) -> DeclaredRequirement {
    DeclaredRequirement::invalid(line, key, format!("`{key}` must be {expected}, not {}", found.kind()))
}

/// The marker that holds when both do.
///
/// # Errors
/// [`RequirementFault::Undecided`] if they cannot be joined.
pub fn both_markers(
    one: Option<&Marker>,
    other: Option<&Marker>,
) -> Result<Option<Marker>, RequirementFault> {
    let (one, other) = match (one, other) {
        (Some(one), Some(other)) => (one, other),
        (one, other) => return Ok(one.or(other).cloned()),
    };
    if one == other {
        return Ok(Some(one.clone()));
    }
    let joined = Marker::parse(&format!("({}) and ({})", one.text(), other.text()));
    joined.map(Some).map_err(RequirementFault::Undecided)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A requirement in one line of text, for tests of the formats.
    pub(in crate::formats) fn summary(requirement: &DeclaredRequirement) -> String {
        let line = requirement.line;
        let content = match &requirement.content {
            Ok(content) => content,
            Err(RequirementFault::Invalid(reason)) => return format!("{line}: invalid: {reason}"),
            Err(RequirementFault::Undecided(reason)) => return format!("{line}: undecided: {reason}"),
        };
        let name = content.name.as_deref().unwrap_or("?");
        let extras =
            if content.extras.is_empty() { String::new() } else { format!("[{}]", content.extras.join(",")) };
        let editable = |is_editable: &bool| if *is_editable { " editable" } else { "" };
        let source = match &content.source {
            DeclaredSource::Index(specifiers) if specifiers.is_any() => String::new(),
            DeclaredSource::Index(specifiers) => format!(" {specifiers}"),
            DeclaredSource::Direct { source, subdirectory, is_editable, .. } => {
                let within = subdirectory.as_ref().map(|within| format!(" in {within}")).unwrap_or_default();
                format!(" from {source}{within}{}", editable(is_editable))
            }
            DeclaredSource::Repository { vcs, url, revision, subdirectory, is_editable } => {
                let revision = revision.as_ref().map(|revision| format!(" {revision}")).unwrap_or_default();
                let within = subdirectory.as_ref().map(|within| format!(" in {within}")).unwrap_or_default();
                format!(" from {vcs} {url}{revision}{within}{}", editable(is_editable))
            }
            DeclaredSource::Member { is_editable } => format!(" from the workspace{}", editable(is_editable)),
        };
        let marker =
            content.marker.as_ref().map(|marker| format!(" ; {}", marker.text())).unwrap_or_default();
        format!("{line}: {name}{extras}{source}{marker}")
    }

    #[test]
    fn lists_have_their_items() {
        let item = |line, value| Located { line, value };
        let list = Value::List(vec![
            item(2, Value::Text("a>=1; os_name == 'nt'".to_owned())),
            item(3, Value::Text("b @ https://example.org/b.zip".to_owned())),
            item(4, Value::Boolean(true)),
        ]);
        let read: Vec<String> = requirement_list("k", &item(1, list)).iter().map(summary).collect();
        let expected = [
            "2: a >=1 ; os_name == 'nt'",
            "3: b from https://example.org/b.zip",
            "4: invalid: a requirement must be a string, not a boolean",
        ];
        assert_eq!(read, expected);
        let wrong = requirement_list("k", &item(1, Value::Text("a".to_owned())));
        assert_eq!(
            wrong.iter().map(summary).collect::<Vec<_>>(),
            ["1: invalid: `k` must be a list, not a string"]
        );
    }

    #[test]
    fn markers_are_joined() {
        let marker = |text: &str| Marker::parse(text).expect("a marker");
        let (one, other) = (marker("os_name == 'nt' or os_name == 'java'"), marker("python_version < '3'"));
        let joined = |one: Option<&Marker>, other: Option<&Marker>| {
            both_markers(one, other).expect("markers").map(|marker| marker.text().to_owned())
        };
        assert_eq!(
            joined(Some(&one), Some(&other)).as_deref(),
            Some("(os_name == 'nt' or os_name == 'java') and (python_version < '3')")
        );
        assert_eq!(joined(Some(&one), Some(&one)).as_deref(), Some(one.text()));
        assert_eq!(joined(None, Some(&other)).as_deref(), Some(other.text()));
        assert_eq!(joined(None, None), None);
    }
}
