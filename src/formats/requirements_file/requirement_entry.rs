//! What a line of a requirements file asks for, decided as pip does but without looking at the disk
//! (<https://pip.pypa.io/en/stable/reference/requirement-specifiers/>,
//! <https://pip.pypa.io/en/stable/topics/local-project-installs/>).

use std::path::MAIN_SEPARATOR;

use super::lines::is_blank;
use crate::formats::source_reference::{SourceReference, UrlParts, egg, is_address};
use crate::formats::wheel_file_name;
use crate::python::{Marker, Requirement, Wanted};

/// What a line of a requirements file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementEntry {
    /// A package asked for by its name, from an index or with the URL or path after `@`.
    Named {
        /// The requirement.
        requirement: Requirement,
        /// The values of `--hash`, as `sha256:…`.
        hashes: Vec<String>,
    },
    /// A package asked for by its source.
    Source(DirectRequirement),
    /// The path or URL of `-r`. A path is relative to the directory of the file.
    Requirements(String),
    /// The path or URL of `-c`. A path is relative to the directory of the file.
    Constraints(String),
    /// Another option.
    Option {
        /// Its long name, as `--index-url`.
        name: String,
        /// Its value, if it has one.
        value: Option<String>,
    },
}

/// A source from which a package is to be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectRequirement {
    /// The URL, or a path relative to the working directory, as written but without extras. Whether a path exists is
    /// not known here: pip refuses one that is neither an archive nor a directory with a project, and the directory of
    /// an editable install that does not exist.
    pub source: String,
    /// Whether it is to be installed with `-e`.
    pub is_editable: bool,
    /// The name of the package as far as the line says it: before `@`, after `#egg=` or in the file name of a wheel.
    pub name: Option<String>,
    /// The version in the file name of a wheel.
    pub version: Option<String>,
    /// The extras, normalised and sorted.
    pub extras: Vec<String>,
    /// Where it applies; everywhere if there is none.
    pub marker: Option<Marker>,
    /// The values of `--hash`, as `sha256:…`.
    pub hashes: Vec<String>,
}

impl RequirementEntry {
    /// Parses what stands on a line before its options.
    pub(super) fn parse(text: &str, hashes: Vec<String>) -> Result<Self, String> {
        if UrlParts::of(text).is_some() {
            let (url, marker) = text.split_once("; ").unwrap_or((text, ""));
            return url_source(url.trim_matches(is_blank), marker, hashes).map(Self::Source);
        }
        let (wanted, marker) = text.split_once(';').unwrap_or((text, ""));
        let wanted = wanted.trim_matches(is_blank);
        let is_archive = is_archive(wanted);
        if is_archive && !is_reference(wanted) {
            return path_source(wanted, marker, hashes).map(Self::Source);
        }
        match Requirement::parse(text) {
            Ok(requirement) => {
                if let Wanted::Source(source) = &requirement.wanted {
                    check_address(wanted)?;
                    SourceReference::parse(source)?;
                    egg(source)?;
                }
                Ok(Self::Named { requirement, hashes })
            }
            Err(_) if looks_like_path(wanted) && !is_archive && !wanted.contains("://") => {
                path_source(wanted, marker, hashes).map(Self::Source)
            }
            Err(reason) => Err(reason),
        }
    }

    /// Parses the value of `-e`. pip ignores hashes beside it, and a marker that is not part of the value.
    pub(super) fn parse_editable(text: &str) -> Result<Self, String> {
        let source = match Requirement::parse_standard(text) {
            Ok(Requirement { name, extras, wanted: Wanted::Source(source), marker, .. }) => {
                DirectRequirement { name: Some(name), extras, marker, ..DirectRequirement::editable(source) }
            }
            _ => editable_source(text)?,
        };
        let egg = egg(&source.source)?.map(str::to_owned);
        let source = DirectRequirement { name: source.name.or(egg), ..source };
        check_editable(&source)?;
        Ok(Self::Source(source))
    }
}

/// Says why a source cannot be editable.
fn check_editable(source: &DirectRequirement) -> Result<(), String> {
    let DirectRequirement { source: text, name, .. } = source;
    match UrlParts::of(text) {
        Some(parts) if parts.is_file() => Ok(()),
        Some(parts) if parts.is_repository() && name.is_some() => Ok(()),
        Some(parts) if parts.is_repository() => {
            Err("the name of the package is missing: write `NAME @ URL` in quotes".to_owned())
        }
        Some(_) => Err("only a local project or a repository can be editable".to_owned()),
        None if name.is_some() || text.is_empty() || is_address(text) => {
            Err(format!("`{text}` is neither a path nor a URL of a repository"))
        }
        None => Ok(()),
    }
}

impl DirectRequirement {
    fn editable(source: String) -> Self {
        Self { is_editable: true, ..Self::plain(source) }
    }

    fn plain(source: String) -> Self {
        Self {
            source,
            is_editable: false,
            name: None,
            version: None,
            extras: Vec::new(),
            marker: None,
            hashes: Vec::new(),
        }
    }

    /// With what the file name of a wheel says.
    fn with_wheel(self, file_name: &str) -> Result<Self, String> {
        if extension(file_name) != Some("whl") {
            return Ok(self);
        }
        let wheel = wheel_file_name::parse(file_name)?;
        Ok(Self { name: Some(wheel.name), version: Some(wheel.version), ..self })
    }
}

/// A URL, of which the fragment or the file name may say the name of the package.
fn url_source(url: &str, marker: &str, hashes: Vec<String>) -> Result<DirectRequirement, String> {
    let name = egg(url)?.map(str::to_owned);
    let source = DirectRequirement {
        name,
        hashes,
        marker: parse_marker(marker)?,
        ..DirectRequirement::plain(url.to_owned())
    };
    match UrlParts::of(url) {
        Some(parts) => source.with_wheel(&parts.file_name()),
        None => Ok(source),
    }
}

/// A path, which may have extras behind it.
fn path_source(path: &str, marker: &str, hashes: Vec<String>) -> Result<DirectRequirement, String> {
    check_address(path)?;
    let (path, extras) = split_extras(path)?;
    let file_name = path.trim_end_matches('/').rsplit(['/', MAIN_SEPARATOR]).next().unwrap_or_default();
    let plain = DirectRequirement::plain(path.to_owned());
    DirectRequirement { extras, hashes, marker: parse_marker(marker)?, ..plain }.with_wheel(file_name)
}

/// The value of `-e` without a name before it: a path or a `file:` URL with extras, or a repository.
fn editable_source(text: &str) -> Result<DirectRequirement, String> {
    let (without_extras, extras) = split_extras(text)?;
    let is_repository = UrlParts::of(text).is_some_and(|parts| parts.is_repository());
    if is_repository {
        return Ok(DirectRequirement::editable(text.to_owned()));
    }
    // `git:…` is short for `git+git:…`.
    let short = text.split_once(':').map(|(vcs, _)| vcs.to_ascii_lowercase());
    if let Some(vcs) = short.filter(|vcs| ["git", "hg", "bzr", "svn"].contains(&vcs.as_str())) {
        return Ok(DirectRequirement::editable(format!("{vcs}+{text}")));
    }
    Ok(DirectRequirement { extras, ..DirectRequirement::editable(without_extras.to_owned()) })
}

/// Splits `PATH[EXTRAS]`.
fn split_extras(text: &str) -> Result<(&str, Vec<String>), String> {
    let Some((path, extras)) = text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) else {
        return Ok((text, Vec::new()));
    };
    if path.is_empty() || extras.is_empty() || extras.contains(']') {
        return Ok((text, Vec::new()));
    }
    let parsed = Requirement::parse_standard(&format!("x[{extras}]"));
    let parsed = parsed.map_err(|_| format!("`[{extras}]` are no extras"))?;
    Ok((path.trim_end_matches(is_blank), parsed.extras))
}

/// Refuses what is a URL or the address of a repository in other programs.
fn check_address(text: &str) -> Result<(), String> {
    if is_address(text) {
        return Err(format!("`{text}` is neither a requirement nor a URL that pip knows"));
    }
    Ok(())
}

fn parse_marker(text: &str) -> Result<Option<Marker>, String> {
    let text = text.trim_matches(is_blank);
    if text.is_empty() {
        return Ok(None);
    }
    // A requirement's marker knows fewer names than that of a lock file.
    Ok(Requirement::parse(&format!("x;{text}"))?.marker)
}

/// Says whether a text that is no URL ends as the path of an archive.
fn is_archive(text: &str) -> bool {
    let path = split_extras(text).map_or(text, |(path, _)| path);
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let archives = ["zip", "whl", "tbz", "tgz", "tar", "txz", "tlz"];
    let packed = ["gz", "bz2", "xz", "lz", "lzma"];
    extension(name).map(str::to_ascii_lowercase).is_some_and(|extension| {
        let is_packed = name.to_ascii_lowercase().ends_with(&format!(".tar.{extension}"));
        if is_packed { packed.contains(&extension.as_str()) } else { archives.contains(&extension.as_str()) }
    })
}

/// Says whether a text may be `NAME @ SOURCE`: a path is not before `@`.
fn is_reference(text: &str) -> bool {
    text.split_once('@').is_some_and(|(before, _)| !looks_like_path(before))
}

/// What is behind the last dot of a file name that does not only start with dots.
fn extension(file_name: &str) -> Option<&str> {
    let (before, extension) = file_name.rsplit_once('.')?;
    before.contains(|letter| letter != '.').then_some(extension)
}

fn looks_like_path(text: &str) -> bool {
    text.starts_with('.') || text.contains(['/', MAIN_SEPARATOR])
}
