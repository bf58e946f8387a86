//! A requirement of a manifest in the form in which uv records it.

use std::collections::BTreeSet;

use crate::formats::uv_lock::UvRequirement;
use crate::formats::{Member, Value};
use crate::python::{Marker, Requirement, Specifiers, Wanted, normalised};

/// A requirement, normalised for comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Declaration {
    /// As written, for messages.
    pub(super) text: String,
    /// Normalised.
    pub(super) name: String,
    pub(super) extras: BTreeSet<String>,
    /// The accepted versions.
    pub(super) specifiers: Specifiers,
    pub(super) marker: Option<Marker>,
    pub(super) origin: RequiredOrigin,
}

/// Where a requirement has to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RequiredOrigin {
    /// Any index.
    Any,
    /// The index with this URL.
    Index(String),
    /// A directory or file, relative to the lock, and as what: `directory`, `editable`, `virtual` or `path`; `None` if
    /// that depends on the project there.
    Local(Option<&'static str>, String),
    /// The key and value that uv records of a URL or repository. Another spelling may be the same place.
    Remote(&'static str, String),
    /// What was not understood, and why.
    Unknown(String),
}

/// A workspace and the member whose manifest is read.
#[derive(Clone, Copy)]
pub(super) struct MemberSources<'m> {
    /// `tool.uv.sources` of the member, and its directory relative to the lock.
    pub(super) own: (&'m [Member], &'m str),
    /// Those of the root, which members inherit.
    pub(super) inherited: &'m [Member],
    /// `name` and `url` of the indexes.
    pub(super) indexes: &'m [(String, String)],
    /// The directories of the members of the workspace, by normalised name.
    pub(super) members: &'m [(String, String)],
}

impl Declaration {
    /// Reads a requirement of a manifest; `extra` is the extra that needs it.
    ///
    /// # Errors
    /// What is wrong with it, as a lower-case fragment.
    pub(super) fn of_manifest(
        text: &str,
        extra: Option<&str>,
        sources: &MemberSources<'_>,
    ) -> Result<Self, String> {
        let requirement = Requirement::parse_standard(text)
            .map_err(|reason| format!("`{text}` cannot be read: {reason}"))?;
        let name = normalised(&requirement.name);
        let own = requirement.marker.as_ref().map(Marker::text);
        let marker = match (own, extra) {
            (own, None) => own.map(str::to_owned),
            (None, Some(extra)) => Some(format!("extra == '{extra}'")),
            (Some(own), Some(extra)) => Some(format!("({own}) and extra == '{extra}'")),
        };
        let any = Specifiers::parse("")?;
        let (origin, specifiers) = match requirement.wanted {
            Wanted::Source(source) => (of_url(&source), any),
            Wanted::Version(specifiers) => match sources.origin(&name) {
                origin @ (RequiredOrigin::Any | RequiredOrigin::Index(_) | RequiredOrigin::Unknown(_)) => {
                    (origin, specifiers)
                }
                // uv records no version of what comes from a certain place.
                origin => (origin, any),
            },
        };
        let marker = marker.map(|marker| Marker::parse(&marker)).transpose()?;
        let extras = requirement.extras.into_iter().collect();
        Ok(Self { text: text.to_owned(), name, extras, specifiers, marker, origin })
    }

    /// Reads what uv recorded.
    ///
    /// # Errors
    /// What is wrong with it, as a lower-case fragment.
    pub(super) fn of_lock(recorded: &UvRequirement) -> Result<Self, String> {
        let marker = recorded.marker.as_deref().map(Marker::parse).transpose();
        let specifier = recorded.specifier.clone().unwrap_or_default();
        let origin = match recorded.source.as_slice() {
            [] => RequiredOrigin::Any,
            [(key, value)] => match key.as_str() {
                "index" => RequiredOrigin::Index(without_credentials(value)),
                "directory" => RequiredOrigin::Local(Some("directory"), joined("", value)),
                "editable" => RequiredOrigin::Local(Some("editable"), joined("", value)),
                "virtual" => RequiredOrigin::Local(Some("virtual"), joined("", value)),
                "path" => RequiredOrigin::Local(Some("path"), joined("", value)),
                "git" => RequiredOrigin::Remote("git", value.clone()),
                "url" => RequiredOrigin::Remote("url", value.clone()),
                other => RequiredOrigin::Unknown(format!("`{other}` of a requirement is not known")),
            },
            _ => RequiredOrigin::Unknown(format!("the source of `{}` is not understood", recorded.name)),
        };
        let specifiers = Specifiers::parse(&specifier)
            .map_err(|reason| format!("the specifier of `{}` cannot be read: {reason}", recorded.name))?;
        let extras = match recorded.extras.as_slice() {
            [] => String::new(),
            extras => format!("[{}]", extras.join(",")),
        };
        Ok(Self {
            text: format!("{}{extras}{specifier}", recorded.name),
            name: normalised(&recorded.name),
            extras: recorded.extras.iter().map(|extra| normalised(extra)).collect(),
            specifiers,
            marker: marker
                .map_err(|reason| format!("a marker of `{}` cannot be read: {reason}", recorded.name))?,
            origin,
        })
    }
}

impl MemberSources<'_> {
    /// Where `tool.uv.sources` says that a package comes from.
    fn origin(&self, name: &str) -> RequiredOrigin {
        let find = |members: &'_ [Member]| {
            members
                .iter()
                .find(|member| normalised(&member.key) == name)
                .map(|member| member.value.value.clone())
        };
        let (own, directory) = self.own;
        match (find(own), find(self.inherited)) {
            (Some(source), _) => self.of_table(name, &source, directory),
            (None, Some(source)) => self.of_table(name, &source, ""),
            (None, None) => RequiredOrigin::Any,
        }
    }

    fn of_table(&self, name: &str, source: &Value, directory: &str) -> RequiredOrigin {
        let unknown = || RequiredOrigin::Unknown(format!("the source of `{name}` is not understood"));
        let source = match source {
            Value::List(items) => match items.as_slice() {
                [item] => &item.value,
                _ => return unknown(),
            },
            other => other,
        };
        let text = |key: &str| source.text_at(&[key]);
        let flag = |key: &str| source.at(&[key]).map(|value| *value == Value::Boolean(true));
        if ["marker", "extra", "group"].iter().any(|key| source.at(&[key]).is_some()) {
            return unknown();
        }
        if flag("workspace") == Some(true) {
            let Some((_, path)) = self.members.iter().find(|(member, _)| member == name) else {
                return unknown();
            };
            let kind = flag("editable").map(|editable| if editable { "editable" } else { "directory" });
            return RequiredOrigin::Local(kind, path.clone());
        }
        if let Some(path) = text("path") {
            let kind = match (is_archive(&path), flag("editable"), flag("package")) {
                (true, ..) => "path",
                (_, _, Some(false)) => "virtual",
                (_, Some(true), _) => "editable",
                _ => "directory",
            };
            return match path.starts_with('/') || text("subdirectory").is_some() {
                true => unknown(),
                false => RequiredOrigin::Local(Some(kind), joined(directory, &path)),
            };
        }
        if let Some(index) = text("index") {
            let url = self.indexes.iter().find(|(known, _)| *known == index);
            return url.map_or_else(unknown, |(_, url)| RequiredOrigin::Index(without_credentials(url)));
        }
        if let Some(url) = text("url").filter(|_| text("subdirectory").is_none()) {
            return RequiredOrigin::Remote("url", url);
        }
        match text("git") {
            Some(url) => RequiredOrigin::Remote("git", with_query(&url, source)),
            None => unknown(),
        }
    }
}

/// The URL of a repository with the query that uv records.
fn with_query(url: &str, source: &Value) -> String {
    let keys = ["subdirectory", "rev", "tag", "branch"];
    let pairs = keys.iter().filter_map(|key| Some(format!("{key}={}", source.text_at(&[key])?)));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { url.to_owned() } else { format!("{url}?{}", pairs.join("&")) }
}

/// What uv records of a URL behind `@`.
fn of_url(source: &str) -> RequiredOrigin {
    match source.split_once("://") {
        Some(("http" | "https", _)) if !source.contains(['#', '@']) => {
            RequiredOrigin::Remote("url", source.to_owned())
        }
        _ => RequiredOrigin::Unknown(format!("`{source}` can be recorded in more than one way")),
    }
}

/// Whether a path is that of a wheel or an archive of sources.
fn is_archive(path: &str) -> bool {
    super::super::pdm::is_archive(path)
}

/// A path relative to a directory, without `.` and, as far as possible, `..`.
pub(super) fn joined(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A URL without user, password and slash at the end, which uv does not record.
pub(super) fn without_credentials(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{}{path}", if path.is_empty() { "" } else { "/" })
}
