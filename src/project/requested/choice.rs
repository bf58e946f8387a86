//! Which groups and extras are wanted, and which of them have been found.

use std::collections::BTreeSet;

use crate::formats::pyproject::{GroupTool, Pyproject};
use crate::python::normalised;

/// The groups and extras that an environment is to contain. Names are normalised, and taken out once a file has them.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// Groups or extras in place of the groups that the tool would install; `None` for those.
    pub(super) instead: Option<Vec<String>>,
    /// Groups besides.
    pub(super) groups: Vec<String>,
    /// Extras besides.
    pub(super) extras: Vec<String>,
    /// The tool that decides which groups are installed by default, if a lock shows it.
    pub(super) tool: Option<GroupTool>,
    /// The names of groups that there are.
    known_groups: BTreeSet<String>,
    /// The names of extras that there are.
    known_extras: BTreeSet<String>,
}

impl Choice {
    pub(super) fn new(instead: &[String], groups: &[String], extras: &[String]) -> Self {
        let all = |names: &[String]| names.iter().map(|name| normalised(name)).collect::<Vec<_>>();
        Self {
            instead: (!instead.is_empty()).then(|| all(instead)),
            groups: all(groups),
            extras: all(extras),
            tool: None,
            ..Self::default()
        }
    }

    /// A manifest has its groups and extras.
    pub(super) fn knows(&mut self, pyproject: &Pyproject) {
        self.known_groups.extend(pyproject.group_names());
        self.known_extras.extend(pyproject.extra_names());
    }

    /// All names that may be groups.
    pub(super) fn possible_groups(&self) -> Vec<String> {
        self.instead.iter().flatten().chain(&self.groups).cloned().collect()
    }

    /// All names that may be extras.
    pub(super) fn possible_extras(&self) -> Vec<String> {
        self.instead.iter().flatten().chain(&self.extras).cloned().collect()
    }

    /// A file has this group.
    pub(super) fn found_group(&mut self, name: &str) {
        self.groups.retain(|group| group != name);
        self.found_instead(name);
    }

    /// A file has this extra.
    pub(super) fn found_extra(&mut self, name: &str) {
        self.extras.retain(|extra| extra != name);
        self.found_instead(name);
    }

    fn found_instead(&mut self, name: &str) {
        if let Some(instead) = &mut self.instead {
            instead.retain(|other| other != name);
        }
    }

    /// What is wrong with each name that no file has.
    pub(super) fn missing(&self) -> Vec<String> {
        let (groups, extras) = (&self.known_groups, &self.known_extras);
        let either = self.instead.iter().flatten();
        let either = either.map(|name| absent("group or extra", name, groups.union(extras)));
        let groups = self.groups.iter().map(|name| absent("dependency group", name, groups));
        let extras = self.extras.iter().map(|name| absent("extra", name, extras));
        either.chain(groups).chain(extras).collect()
    }
}

/// That there is nothing of a name, and which names there are.
fn absent<'n>(what: &str, name: &str, known: impl IntoIterator<Item = &'n String>) -> String {
    let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
    let names = if known.is_empty() { String::new() } else { format!(", only {}", known.join(", ")) };
    format!("there is no {what} `{name}`{names}")
}
