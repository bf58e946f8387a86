//! The dependency groups of a manifest, each with what it includes and with the Pythons that `tool.uv` says it is for
//! (<https://docs.astral.sh/uv/concepts/projects/dependencies/#group-requires-python>).

use crate::message::Message;
use std::collections::BTreeSet;

use super::super::lists::texts;
use crate::formats::{Member, Value};
use crate::python::{Specifiers, normalised};

/// As many groups may one include, and as many requirements may it have then.
const MOST_INCLUDED: usize = 100_000;

/// A group.
#[derive(Debug, Default)]
pub(super) struct ComparedGroup {
    /// Normalised.
    pub(super) name: String,
    pub(super) items: Vec<GroupRequirement>,
    /// The Pythons that it, and each group that it includes, is for.
    pub(super) pythons: Vec<String>,
}

/// A requirement of a group.
#[derive(Debug)]
pub(super) struct GroupRequirement {
    pub(super) text: String,
    /// The Pythons that its group, and each one that includes it, is for.
    pub(super) pythons: Vec<String>,
}

/// The groups of a manifest.
///
/// # Errors
/// What is wrong with them, as a lower-case fragment.
pub(super) fn groups(manifest: &Value) -> Result<Vec<ComparedGroup>, Message> {
    let tables = match manifest.at(&["dependency-groups"]) {
        Some(Value::Table(tables)) => tables.as_slice(),
        _ => &[],
    };
    let expansion = GroupExpansion { tables, pythons: pythons(manifest)? };
    let mut found: Vec<ComparedGroup> = Vec::new();
    for table in tables {
        let mut group = ComparedGroup { name: normalised(&table.key), ..ComparedGroup::default() };
        expansion.expand(table, &mut Included::default(), &mut group)?;
        found.push(group);
    }
    if let Some(legacy) = manifest.at(&["tool", "uv", "dev-dependencies"]) {
        let legacy = texts(Some(legacy), "dev-dependencies")?.into_iter();
        let legacy = legacy.map(|text| GroupRequirement { text, pythons: Vec::new() });
        match found.iter_mut().find(|group| group.name == "dev") {
            Some(group) => group.items.extend(legacy),
            None => found.push(ComparedGroup {
                name: "dev".to_owned(),
                items: legacy.collect(),
                ..ComparedGroup::default()
            }),
        }
    }
    match expansion.pythons.iter().find(|(name, _)| !found.iter().any(|group| group.name == *name)) {
        Some((name, _)) => {
            Err(format!("`tool.uv.dependency-groups` has `{name}`, and there is no such group").into())
        }
        None => Ok(found),
    }
}

/// The Pythons that groups are for, by the normalised name of the group.
fn pythons(manifest: &Value) -> Result<Vec<(String, String)>, Message> {
    let Some(settings) = manifest.at(&["tool", "uv", "dependency-groups"]) else { return Ok(Vec::new()) };
    let Value::Table(settings) = settings else {
        return Err("`tool.uv.dependency-groups` is not a table".into());
    };
    let mut found = Vec::new();
    for group in settings {
        match group.value.value.at(&["requires-python"]) {
            None => {}
            Some(Value::Text(text)) => found.push((normalised(&group.key), text.clone())),
            Some(_) => {
                return Err(format!("`requires-python` of the group `{}` is not a string", group.key).into());
            }
        }
    }
    Ok(found)
}

/// The marker that is true for the Pythons of specifiers.
///
/// # Errors
/// What is wrong with them, as a lower-case fragment.
pub(super) fn python_marker(specifiers: &str) -> Result<String, Message> {
    Specifiers::parse(specifiers).map_err(|reason| format!("`requires-python` of a group: {reason}"))?;
    let clauses = specifiers.split(',').map(str::trim).filter(|clause| !clause.is_empty());
    let terms: Vec<String> = clauses
        .map(|clause| {
            let version = clause.trim_start_matches(['<', '>', '=', '!', '~']);
            let operator = clause.get(..clause.len() - version.len()).unwrap_or("==");
            format!("python_full_version {operator} '{}'", version.trim())
        })
        .collect();
    Ok(terms.join(" and "))
}

struct GroupExpansion<'g> {
    tables: &'g [Member],
    pythons: Vec<(String, String)>,
}

/// How far a group was expanded.
#[derive(Default)]
struct Included<'g> {
    /// The names of the groups that include what is read, from the outermost on.
    within: Vec<&'g str>,
    /// What was read, for which Pythons: to include it twice changes nothing.
    done: BTreeSet<(&'g str, Vec<String>)>,
}

impl<'g> GroupExpansion<'g> {
    fn expand(
        &self,
        table: &'g Member,
        included: &mut Included<'g>,
        group: &mut ComparedGroup,
    ) -> Result<(), Message> {
        let wrong = || format!("the group `{}` is not understood", table.key);
        if included.within.contains(&table.key.as_str()) {
            return Err(format!("the group `{}` includes itself", table.key).into());
        }
        included.within.push(&table.key);
        let pythons: Vec<String> = included.within.iter().filter_map(|name| self.pythons_of(name)).collect();
        if !included.done.insert((&table.key, pythons.clone())) {
            included.within.pop();
            return Ok(());
        }
        group.pythons.extend(self.pythons_of(&table.key));
        let Value::List(items) = &table.value.value else { return Err(wrong().into()) };
        for item in items {
            match &item.value {
                Value::Text(text) => {
                    group.items.push(GroupRequirement { text: text.clone(), pythons: pythons.clone() });
                }
                include => {
                    let name = include.text_at(&["include-group"]).ok_or_else(wrong)?;
                    let is_it = |other: &&Member| normalised(&other.key) == normalised(&name);
                    let other = self.tables.iter().find(is_it);
                    let other = other.ok_or_else(|| format!("there is no group `{name}`"))?;
                    self.expand(other, included, group)?;
                }
            }
            if group.items.len() > MOST_INCLUDED || included.done.len() > MOST_INCLUDED {
                return Err(wrong().into());
            }
        }
        included.within.pop();
        Ok(())
    }

    fn pythons_of(&self, name: &str) -> Option<String> {
        let name = normalised(name);
        self.pythons.iter().find(|(group, _)| *group == name).map(|(_, pythons)| pythons.clone())
    }
}
