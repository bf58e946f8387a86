//! A requirement of a manifest in the form in which uv records it.

use crate::message::Message;
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
    /// It applies only where none of these does: its other sources have them.
    pub(super) unless: Vec<Marker>,
    /// Whether a source with a marker has a part in it.
    pub(super) is_conditional: bool,
    pub(super) origin: RequiredOrigin,
}

/// What has a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Requirer<'r> {
    Project,
    Extra(&'r str),
    Group(&'r str),
}

/// One of the sources of a requirement.
struct ConditionalOrigin {
    origin: RequiredOrigin,
    /// The marker of the source.
    condition: Option<String>,
    /// Those of the other sources, if this is what is left.
    unless: Vec<Marker>,
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
    /// As `Local`, but the path is absolute or leaves the repository: it may lead to the same place as another path.
    Outside(&'static str, String),
    /// The key and value that uv records of a URL or repository. Another spelling may be the same place.
    Remote(&'static str, String),
    /// No index, and why it is not known what uv records of it.
    Somewhere(String),
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
    /// The normalised names for which no source counts.
    pub(super) ignored: &'m BTreeSet<String>,
    /// The directory of the lock in the repository; empty for the root of the repository.
    pub(super) base: &'m str,
    /// `name` and `url` of the indexes.
    pub(super) indexes: &'m [(String, String)],
    /// The directories of the members of the workspace, by normalised name.
    pub(super) members: &'m [(String, String)],
}

impl Declaration {
    /// Reads a requirement of a manifest: as many as it has sources.
    ///
    /// # Errors
    /// What is wrong with it, as a lower-case fragment.
    pub(super) fn of_manifest(
        text: &str,
        requirer: Requirer<'_>,
        sources: &MemberSources<'_>,
    ) -> Result<Vec<Self>, Message> {
        Self::under(None, text, requirer, sources)
    }

    /// Reads a requirement that applies only under a marker, besides its own.
    ///
    /// # Errors
    /// What is wrong with it, as a lower-case fragment.
    pub(super) fn under(
        condition: Option<&str>,
        text: &str,
        requirer: Requirer<'_>,
        sources: &MemberSources<'_>,
    ) -> Result<Vec<Self>, Message> {
        let requirement = Requirement::parse_standard(text)
            .map_err(|reason| format!("`{text}` cannot be read: {reason}"))?;
        let name = normalised(&requirement.name);
        let any = Specifiers::parse("")?;
        let (otherwise, specifiers) = match requirement.wanted {
            Wanted::Source(source) => (of_url(&source), any.clone()),
            Wanted::Version(specifiers) => (RequiredOrigin::Any, specifiers),
        };
        let origins = sources.origins(&name, requirer, otherwise)?;
        let own = requirement.marker.as_ref().map(|marker| format!("({})", marker.text()));
        let given = condition.map(|marker| format!("({marker})"));
        let of_extra = match requirer {
            Requirer::Extra(extra) => Some(format!("extra == '{extra}'")),
            _ => None,
        };
        let extras: BTreeSet<String> = requirement.extras.into_iter().collect();
        let read = |one: ConditionalOrigin| {
            let condition = one.condition.as_ref().map(|marker| format!("({marker})"));
            let is_conditional = condition.is_some() || !one.unless.is_empty();
            let parts: Vec<String> =
                [own.clone(), given.clone(), condition, of_extra.clone()].into_iter().flatten().collect();
            let marker = match parts.as_slice() {
                [] => None,
                parts => Some(Marker::parse(&parts.join(" and "))?),
            };
            // uv records no version of what comes from a certain place.
            let specifiers = match &one.origin {
                RequiredOrigin::Any | RequiredOrigin::Index(_) | RequiredOrigin::Unknown(_) => &specifiers,
                _ => &any,
            };
            Ok(Self {
                text: text.to_owned(),
                name: name.clone(),
                extras: extras.clone(),
                specifiers: specifiers.clone(),
                marker,
                unless: one.unless,
                is_conditional,
                origin: one.origin,
            })
        };
        origins.into_iter().map(read).collect()
    }

    /// Reads what uv recorded.
    ///
    /// # Errors
    /// What is wrong with it, as a lower-case fragment.
    pub(super) fn of_lock(recorded: &UvRequirement) -> Result<Self, Message> {
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
            unless: Vec::new(),
            is_conditional: false,
            origin,
        })
    }
}

impl MemberSources<'_> {
    /// Where `tool.uv.sources` says that a package comes from, and what is left where no source applies: that is
    /// `otherwise`.
    ///
    /// # Errors
    /// What is wrong with a marker, as a lower-case fragment.
    fn origins(
        &self,
        name: &str,
        requirer: Requirer<'_>,
        otherwise: RequiredOrigin,
    ) -> Result<Vec<ConditionalOrigin>, Message> {
        let find = |members: &'_ [Member]| {
            members
                .iter()
                .find(|member| normalised(&member.key) == name)
                .map(|member| member.value.value.clone())
        };
        let (own, directory) = self.own;
        let (source, directory) = match (find(own), find(self.inherited)) {
            (Some(source), _) => (Some(source), directory),
            (None, source) => (source, ""),
        };
        let source = source.filter(|_| !self.ignored.contains(name));
        let sources = match source {
            None => Vec::new(),
            Some(Value::List(items)) => items.into_iter().map(|item| item.value).collect(),
            Some(one) => vec![one],
        };
        let (mut found, mut unless, mut is_left) = (Vec::new(), Vec::new(), true);
        for source in sources.iter().filter(|source| requirer.has(source)) {
            let condition = source.text_at(&["marker"]);
            match &condition {
                Some(marker) => unless.push(Marker::parse(marker)?),
                None => is_left = false,
            }
            let origin = self.of_table(name, source, directory);
            found.push(ConditionalOrigin { origin, condition, unless: Vec::new() });
        }
        if is_left {
            found.push(ConditionalOrigin { origin: otherwise, condition: None, unless });
        }
        Ok(found)
    }

    /// A path of a source, relative to the lock if it is in the repository.
    fn local(&self, kind: &'static str, directory: &str, path: &str) -> RequiredOrigin {
        if path.starts_with('/') {
            return RequiredOrigin::Outside(kind, joined("", path));
        }
        let path = joined(directory, path);
        let base: Vec<&str> = self.base.split('/').filter(|part| !part.is_empty()).collect();
        let mut parts: Vec<&str> = path.split('/').collect();
        let up = parts.iter().take_while(|part| **part == "..").count();
        let Some(kept) = base.len().checked_sub(up) else { return RequiredOrigin::Outside(kind, path) };
        // Out of the directory of the lock and into it again.
        let back = base.iter().skip(kept).zip(parts.iter().skip(up)).take_while(|(one, other)| one == other);
        let back = back.count();
        parts.drain(up..up + back);
        parts.drain(up - back..up);
        RequiredOrigin::Local(Some(kind), joined("", &parts.join("/")))
    }

    fn of_table(&self, name: &str, source: &Value, directory: &str) -> RequiredOrigin {
        let unknown = || RequiredOrigin::Unknown(format!("the source of `{name}` is not understood"));
        let somewhere = || RequiredOrigin::Somewhere(format!("the source of `{name}` is not understood"));
        let text = |key: &str| source.text_at(&[key]);
        let flag = |key: &str| source.at(&[key]).map(|value| *value == Value::Boolean(true));
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
            return match text("subdirectory") {
                Some(_) => somewhere(),
                None => self.local(kind, directory, &path),
            };
        }
        if let Some(index) = text("index") {
            let url = self.indexes.iter().find(|(known, _)| *known == index);
            return url.map_or_else(unknown, |(_, url)| RequiredOrigin::Index(without_credentials(url)));
        }
        if let Some(url) = text("url") {
            return match text("subdirectory") {
                Some(_) => somewhere(),
                None => RequiredOrigin::Remote("url", url),
            };
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
    let mut pairs: Vec<String> = pairs.collect();
    if source.at(&["lfs"]) == Some(&Value::Boolean(true)) {
        pairs.push("lfs=true".to_owned());
    }
    if pairs.is_empty() { url.to_owned() } else { format!("{url}?{}", pairs.join("&")) }
}

impl Requirer<'_> {
    /// Whether a source is for its requirements: one may be for an extra or group alone.
    fn has(self, source: &Value) -> bool {
        let is = |key: &str, name: Option<&str>| match source.text_at(&[key]) {
            Some(only) => name.is_some_and(|name| normalised(name) == normalised(&only)),
            None => true,
        };
        match self {
            Self::Project => is("extra", None) && is("group", None),
            Self::Extra(name) => is("extra", Some(name)) && is("group", None),
            Self::Group(name) => is("extra", None) && is("group", Some(name)),
        }
    }
}

/// What uv records of a URL behind `@`.
fn of_url(source: &str) -> RequiredOrigin {
    let more = || RequiredOrigin::Somewhere(format!("`{source}` can be recorded in more than one way"));
    match source.split_once("://") {
        Some(("http" | "https", _)) if !source.contains(['#', '@']) => {
            RequiredOrigin::Remote("url", source.to_owned())
        }
        Some(("file", path)) if path.starts_with('/') && !path.contains(['#', '%', '?', '$']) => {
            let kind = if is_archive(path) { "path" } else { "directory" };
            RequiredOrigin::Outside(kind, joined("", path))
        }
        _ => source
            .strip_prefix("git+")
            .and_then(recorded_repository)
            .map_or_else(more, |url| RequiredOrigin::Remote("git", url)),
    }
}

/// A repository behind `git+`, with the revision after `@` and the subdirectory after `#` as the query that uv records.
fn recorded_repository(url: &str) -> Option<String> {
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let subdirectory = fragment.split('&').find_map(|part| part.strip_prefix("subdirectory="));
    let is_known =
        |part: &str| part.is_empty() || part.starts_with("egg=") || part.starts_with("subdirectory=");
    let (_, path) = url.split_once("://")?;
    if url.contains('?') || !fragment.split('&').all(is_known) {
        return None;
    }
    // An `@` before the path is that of a user.
    let at = path.find('/').and_then(|start| path.get(start..)?.rfind('@').map(|at| start + at));
    let (url, revision) = match at.map(|at| at + url.len() - path.len()) {
        Some(at) => (url.get(..at)?, url.get(at + 1..)),
        None => (url, None),
    };
    let pairs = [("subdirectory", subdirectory), ("rev", revision)];
    let pairs: Vec<String> =
        pairs.iter().filter_map(|(key, value)| Some(format!("{key}={}", (*value)?))).collect();
    Some(if pairs.is_empty() { url.to_owned() } else { format!("{url}?{}", pairs.join("&")) })
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
    let root = if directory.is_empty() && path.starts_with('/') { "/" } else { "" };
    if parts.is_empty() && root.is_empty() { ".".to_owned() } else { format!("{root}{}", parts.join("/")) }
}

/// A URL without user and password, which uv does not record.
pub(super) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{}{path}", if path.is_empty() { "" } else { "/" })
}
