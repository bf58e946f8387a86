//! The table `project` (PEP 621), whose keys may be dynamic, and with PEP 808 static and dynamic at once.

use crate::formats::declared_requirement::{
    DeclaredRequirement, RequirementList, requirement_list, wrong_kind,
};
use crate::formats::located::{Located, Member, Value};
use crate::python::normalised;

/// The requirements in the table `project`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StandardTable {
    /// The requirements of the project itself; `None` if it does not have the key.
    pub dependencies: Option<Vec<DeclaredRequirement>>,
    /// Those of each extra.
    pub extras: Vec<RequirementList>,
    /// The keys that the build backend computes or adds to.
    pub dynamic: Vec<DynamicKey>,
}

/// An entry of `project.dynamic`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicKey {
    /// The key: `dependencies`, `optional-dependencies`, `version`.
    pub key: String,
    /// Its line, counted from 1.
    pub line: usize,
}

/// A file that setuptools reads requirements from, one a line, because `tool.setuptools.dynamic` says so
/// (<https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetuptoolsFile {
    /// The extra whose requirements these are, normalised; `None` for those of the project itself.
    pub extra: Option<String>,
    /// The path as written.
    pub path: String,
    /// The line that names it, counted from 1.
    pub line: usize,
}

impl StandardTable {
    pub(super) fn read(project: &Value) -> Self {
        let list = |member: &Member| requirement_list(&member.key, &member.value);
        Self {
            dependencies: project.member("dependencies").map(list),
            extras: project.member("optional-dependencies").map(lists).unwrap_or_default(),
            dynamic: project.member("dynamic").map(|member| dynamic(&member.value)).unwrap_or_default(),
        }
    }

    /// The line in `dynamic` that names this key.
    #[must_use]
    pub fn dynamic_line(&self, key: &str) -> Option<usize> {
        self.dynamic.iter().find(|dynamic| dynamic.key == key).map(|dynamic| dynamic.line)
    }
}

/// A table of lists of PEP 508 requirements.
pub(super) fn lists(member: &Member) -> Vec<RequirementList> {
    let list = |member: &Member| RequirementList {
        name: normalised(&member.key),
        line: member.line,
        requirements: requirement_list(&member.key, &member.value),
    };
    match &member.value.value {
        Value::Table(members) => members.iter().map(list).collect(),
        other => vec![RequirementList {
            name: String::new(),
            line: member.line,
            requirements: vec![wrong_kind(&member.key, member.line, "a table", other)],
        }],
    }
}

fn dynamic(value: &Located) -> Vec<DynamicKey> {
    let Value::List(items) = &value.value else { return Vec::new() };
    let key = |item: &Located| match &item.value {
        Value::Text(key) => Some(DynamicKey { key: key.clone(), line: item.line }),
        _ => None,
    };
    items.iter().filter_map(key).collect()
}

/// The files in `tool.setuptools.dynamic`.
pub(super) fn setuptools_files(root: &Value) -> Vec<SetuptoolsFile> {
    let Some(table) = root.at(&["tool", "setuptools", "dynamic"]) else { return Vec::new() };
    let own = table.member("dependencies").into_iter().map(|member| (None, member));
    let extras = table.member("optional-dependencies").map_or(&[][..], |member| member.value.value.members());
    let extras = extras.iter().map(|member| (Some(normalised(&member.key)), member));
    own.chain(extras).flat_map(|(extra, member)| files(extra, member)).collect()
}

/// `{file = "a.txt"}` or `{file = ["a.txt", "b.txt"]}`.
fn files(extra: Option<String>, member: &Member) -> Vec<SetuptoolsFile> {
    let Some(file) = member.value.value.member("file") else { return Vec::new() };
    let one = |path: &str, line: usize| SetuptoolsFile { extra: extra.clone(), path: path.to_owned(), line };
    match &file.value.value {
        Value::Text(paths) => paths.split(',').map(|path| one(path.trim(), file.value.line)).collect(),
        Value::List(items) => items
            .iter()
            .filter_map(|item| match &item.value {
                Value::Text(path) => Some(one(path, item.line)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
