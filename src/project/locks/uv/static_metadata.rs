//! `tool.uv.dependency-metadata`: what is said of packages instead of their own metadata
//! (<https://docs.astral.sh/uv/reference/settings/#dependency-metadata>).

use crate::message::Message;
use std::collections::BTreeSet;

use super::super::lists::texts;
use super::compare::{LockDifference, compare};
use super::declaration::{Declaration, MemberSources, Requirer};
use super::targets::is_locked;
use crate::formats::Value;
use crate::formats::uv_lock::UvLock;
use crate::python::{Answer, Specifiers, Version, normalised};

const NAME: &str = "dependency-metadata";

/// What is said of one package.
struct StaticMetadata {
    name: String,
    version: Option<String>,
    /// In their order, which counts for uv.
    requires: Vec<String>,
    python: Option<String>,
    extras: Vec<String>,
}

/// Compares what is said of packages with what was recorded.
///
/// # Errors
/// The difference.
pub(super) fn compare_static_metadata(
    lock: &UvLock,
    recorded: Option<&Value>,
    settings: &Value,
) -> Result<(), LockDifference> {
    let recorded = all(recorded).map_err(LockDifference::Unknown)?;
    let declared = all(settings.at(&[NAME])).map_err(LockDifference::Unknown)?;
    let certain = |one: &StaticMetadata, what: &str| {
        Err(LockDifference::Certain(format!("`{NAME}`: {} {what}", one.said()).into()))
    };
    for one in &recorded {
        if !declared.iter().any(|other| one.is_about_same(other)) {
            return certain(one, "is no longer there");
        }
    }
    for one in &declared {
        match recorded.iter().find(|other| one.is_about_same(other)) {
            Some(other) if one.is_same(other)? => {}
            Some(_) => return certain(one, "has changed"),
            // What is not needed is no difference for uv.
            None if !is_locked(lock, &one.name) => {}
            None => return certain(one, "was not there when it was locked"),
        }
    }
    Ok(())
}

fn all(value: Option<&Value>) -> Result<Vec<StaticMetadata>, Message> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::List(items)) => items.iter().map(|item| StaticMetadata::read(&item.value)).collect(),
        Some(_) => Err(format!("`{NAME}` is not a list").into()),
    }
}

impl StaticMetadata {
    fn read(value: &Value) -> Result<Self, Message> {
        let name = value.text_at(&["name"]).ok_or_else(|| format!("`{NAME}` has an entry without `name`"))?;
        let extras = value.at(&["provides-extras"]).or_else(|| value.at(&["provides-extra"]));
        Ok(Self {
            name: normalised(&name),
            version: value.text_at(&["version"]),
            requires: texts(value.at(&["requires-dist"]), "requires-dist")?,
            python: value.text_at(&["requires-python"]),
            extras: texts(extras, "provides-extras")?.iter().map(|extra| normalised(extra)).collect(),
        })
    }

    fn said(&self) -> String {
        match &self.version {
            Some(version) => format!("`{}` {version}", self.name),
            None => format!("`{}`", self.name),
        }
    }

    fn is_about_same(&self, other: &Self) -> bool {
        self.name == other.name
            && match (&self.version, &other.version) {
                (Some(one), Some(other)) => Version::are_same(one, other),
                (one, other) => one == other,
            }
    }

    fn is_same(&self, other: &Self) -> Result<bool, LockDifference> {
        if self.extras != other.extras || self.requires.len() != other.requires.len() {
            return Ok(false);
        }
        let specifiers = |text: &Option<String>| Specifiers::parse(text.as_deref().unwrap_or_default());
        let pythons = specifiers(&self.python).and_then(|one| Ok((one, specifiers(&other.python)?)));
        let unknown = |reason: String| LockDifference::Unknown(reason.into());
        let (one, other_one) = pythons.map_err(unknown)?;
        match Specifiers::accept_same(&[&one], &[&other_one]) {
            Answer::Yes => {}
            Answer::No => return Ok(false),
            Answer::Unknown(reason) => {
                return Err(LockDifference::Unknown(format!("`{NAME}`: {reason}").into()));
            }
        }
        for (text, recorded) in self.requires.iter().zip(&other.requires) {
            match compare(&read(text)?, &read(recorded)?, &Specifiers::parse("").map_err(unknown)?) {
                Ok(()) => {}
                Err(LockDifference::Certain(_)) => return Ok(false),
                Err(unknown) => return Err(unknown),
            }
        }
        Ok(true)
    }
}

/// A requirement that no source concerns.
fn read(text: &str) -> Result<Vec<Declaration>, LockDifference> {
    let ignored = BTreeSet::new();
    let none = MemberSources {
        own: (&[], ""),
        inherited: &[],
        ignored: &ignored,
        base: "",
        indexes: &[],
        members: &[],
    };
    Declaration::of_manifest(text, Requirer::Project, &none).map_err(LockDifference::Unknown)
}
