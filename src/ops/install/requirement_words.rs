//! What is asked for, as arguments of an installer that cannot read where it is written down.

use crate::formats::direct_url::file_url;
use crate::model::{PackageSource, Requested, What};
use crate::path::display;

/// The arguments that ask for the same; `None` for what only conda installs.
pub(super) fn words(line: &Requested) -> Option<Vec<String>> {
    let marker = line.marker.as_ref().map(|marker| format!("; {}", marker.text())).unwrap_or_default();
    match &line.what {
        What::Package { name, extras, specifiers } => {
            Some(vec![format!("{name}{}{specifiers}{marker}", in_brackets(extras))])
        }
        What::Source { name, extras, source } => {
            let (url, is_editable) = place(source);
            let word = match name {
                Some(name) if !is_editable => {
                    format!("{name}{} @ {url}{}", in_brackets(extras), spaced(&marker))
                }
                _ => format!("{url}{}", in_brackets(extras)),
            };
            let option = is_editable.then(|| "--editable".to_owned());
            Some(option.into_iter().chain([word]).collect())
        }
        What::CondaPackage { .. } => None,
    }
}

/// A marker after a URL needs a space before it.
fn spaced(marker: &str) -> String {
    if marker.is_empty() { String::new() } else { format!(" {marker}") }
}

fn in_brackets(extras: &[String]) -> String {
    if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) }
}

/// The hash that a URL can state; of several, installers would compare one only.
fn hash(hashes: &[String]) -> Option<String> {
    match hashes {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// A source as installers take it, and whether its files are used where they are.
fn place(source: &PackageSource) -> (String, bool) {
    let below = |subdirectory: &Option<String>| {
        subdirectory.as_ref().map(|directory| format!("#subdirectory={directory}")).unwrap_or_default()
    };
    match source {
        PackageSource::Directory { path, is_editable: true } => (display(path), true),
        PackageSource::Directory { path, is_editable: false } => (file_url(path), false),
        PackageSource::Archive { url, subdirectory, hashes } => {
            let below = subdirectory.iter().map(|directory| format!("subdirectory={directory}"));
            let parts: Vec<String> = below.chain(hash(hashes)).collect();
            let fragment = if parts.is_empty() { String::new() } else { format!("#{}", parts.join("&")) };
            (format!("{url}{fragment}"), false)
        }
        PackageSource::Repository { vcs, url, revision, subdirectory, is_editable } => {
            let revision = revision.as_ref().map(|revision| format!("@{revision}")).unwrap_or_default();
            (format!("{vcs}+{url}{revision}{}", below(subdirectory)), *is_editable)
        }
    }
}
