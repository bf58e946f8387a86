//! The table `dependency-groups` (PEP 735), whose groups may include each other
//! (<https://packaging.python.org/en/latest/specifications/dependency-groups/>).

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::declared_requirement::{DeclaredRequirement, wrong_kind};
use crate::formats::located::{Located, Member, Value};
use crate::order::{map_of, set_of};
use crate::python::normalised;

/// The most groups inside of each other, many more than anybody nests.
const DEPTH: usize = 64;

/// A dependency group.
#[derive(Debug, Clone, PartialEq)]
pub struct DependencyGroup {
    /// The name, normalised.
    pub name: String,
    /// The line of the name, counted from 1.
    pub line: usize,
    /// What is in it.
    pub items: Vec<GroupItem>,
}

/// An item of a group.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupItem {
    /// A requirement.
    Requirement(DeclaredRequirement),
    /// All of another group.
    Include {
        /// The line, counted from 1.
        line: usize,
        /// The name of the other group, normalised.
        group: String,
    },
}

pub(super) fn read(member: Option<&Member>) -> Vec<DependencyGroup> {
    let Some(member) = member else { return Vec::new() };
    let mut groups: Vec<DependencyGroup> = match &member.value.value {
        Value::Table(members) => members.iter().map(group).collect(),
        other => {
            let wrong = wrong_kind(&member.key, member.line, "a table", other);
            vec![DependencyGroup {
                name: String::new(),
                line: member.line,
                items: vec![GroupItem::Requirement(wrong)],
            }]
        }
    };
    refuse_twins(&mut groups);
    groups
}

/// Two groups whose names are the same once normalised are an error.
fn refuse_twins(groups: &mut [DependencyGroup]) {
    let mut seen = BTreeSet::new();
    let twins: BTreeSet<String> = set_of(
        groups.iter().filter(|group| !seen.insert(group.name.clone())).map(|group| group.name.clone()),
    );
    for group in groups.iter_mut().filter(|group| twins.contains(&group.name)) {
        let reason = format!("there is more than one dependency group `{}`", group.name);
        group.items.push(GroupItem::Requirement(DeclaredRequirement::invalid(
            group.line,
            &group.name,
            reason,
        )));
    }
}

fn group(member: &Member) -> DependencyGroup {
    let items = match &member.value.value {
        Value::List(items) => items.iter().map(item).collect(),
        other => vec![GroupItem::Requirement(wrong_kind(&member.key, member.value.line, "a list", other))],
    };
    DependencyGroup { name: normalised(&member.key), line: member.line, items }
}

fn item(item: &Located) -> GroupItem {
    let wrong = |reason: &str| GroupItem::Requirement(DeclaredRequirement::invalid(item.line, "", reason));
    match &item.value {
        Value::Table(members) => match members.as_slice() {
            [Member { key, value: Located { value: Value::Text(group), .. }, .. }]
                if key == "include-group" =>
            {
                GroupItem::Include { line: item.line, group: normalised(group) }
            }
            _ => wrong("a table in a dependency group must be `{include-group = \"NAME\"}`"),
        },
        _ => GroupItem::Requirement(DeclaredRequirement::of_item(item)),
    }
}

/// The requirements of a group, with those of the groups that it includes; a missing group and a loop are requirements
/// that cannot be used. `None` if there is no group of this normalised name.
#[must_use]
pub fn expand_group(groups: &[DependencyGroup], name: &str) -> Option<Vec<DeclaredRequirement>> {
    let by_name: BTreeMap<&str, &DependencyGroup> =
        map_of(groups.iter().map(|group| (group.name.as_str(), group)));
    let group = *by_name.get(name)?;
    let mut expansion =
        Expansion { by_name, done: BTreeSet::new(), within: Vec::new(), requirements: Vec::new() };
    expansion.add(group);
    Some(expansion.requirements)
}

struct Expansion<'g> {
    by_name: BTreeMap<&'g str, &'g DependencyGroup>,
    /// Groups whose requirements are already there.
    done: BTreeSet<&'g str>,
    /// The groups that are being expanded, outermost first.
    within: Vec<&'g str>,
    requirements: Vec<DeclaredRequirement>,
}

impl<'g> Expansion<'g> {
    fn add(&mut self, group: &'g DependencyGroup) {
        self.within.push(&group.name);
        for item in &group.items {
            match item {
                GroupItem::Requirement(requirement) => self.requirements.push(requirement.clone()),
                GroupItem::Include { line, group } => self.include(*line, group),
            }
        }
        self.within.pop();
        self.done.insert(&group.name);
    }

    fn include(&mut self, line: usize, name: &'g str) {
        let reason = match self.by_name.get(name).copied() {
            _ if self.within.contains(&name) => format!("dependency group `{name}` includes itself"),
            _ if self.done.contains(name) => return,
            None => format!("there is no dependency group `{name}`"),
            Some(_) if self.within.len() >= DEPTH => {
                "dependency groups include each other too deeply".to_owned()
            }
            Some(group) => return self.add(group),
        };
        self.requirements.push(DeclaredRequirement::invalid(
            line,
            &format!("include-group = \"{name}\""),
            reason,
        ));
    }
}
