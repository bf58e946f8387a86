//! What a project requires itself and for its extras, and which groups there are, whichever tool's tables say so.

use std::collections::BTreeSet;

use super::document::Pyproject;
use super::{DefaultGroups, PoetryRequirement, SetuptoolsFile, UvSource, expand_group, with_sources};
use crate::formats::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementList, both_markers,
};
use crate::python::normalised;

/// The most groups of poetry inside of each other.
const DEPTH: usize = 64;

/// A tool that decides which groups an environment contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupTool {
    /// uv installs `dev`, or the groups in `tool.uv.default-groups`.
    Uv,
    /// poetry installs all groups that are not optional.
    Poetry,
    /// pdm installs all groups for development.
    Pdm,
}

/// What a project requires.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnRequirements {
    /// Always.
    pub dependencies: Vec<DeclaredRequirement>,
    /// For extras.
    pub extras: Vec<RequirementList>,
    /// What is computed when the project is built, and may be more than is listed.
    pub computed: Vec<ComputedRequirements>,
}

/// Requirements that are computed when the project is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputedRequirements {
    /// The key: `dependencies` or `optional-dependencies`.
    pub key: &'static str,
    /// The line that says so, counted from 1.
    pub line: usize,
    /// The files from which they are read; if there are none, only the build backend knows them.
    pub files: Vec<SetuptoolsFile>,
}

impl Pyproject {
    /// What the project requires. Sources are those of uv that apply to it, also those of its workspace.
    #[must_use]
    pub fn own_requirements(&self, sources: &[UvSource]) -> OwnRequirements {
        let dependencies = with_sources(self.dependencies(), sources, None, None);
        let extras = self.extras().into_iter().map(|extra| RequirementList {
            requirements: with_sources(extra.requirements, sources, Some(&extra.name), None),
            ..extra
        });
        OwnRequirements { dependencies, extras: extras.collect(), computed: self.computed() }
    }

    /// As poetry merges its own table with the standard one
    /// (<https://python-poetry.org/docs/dependency-specification/#projectdependencies-and-toolpoetrydependencies>): where
    /// the standard one lists requirements, that of poetry only says where they come from.
    fn dependencies(&self) -> Vec<DeclaredRequirement> {
        let listed = self.standard.as_ref().and_then(|standard| standard.dependencies.clone());
        let Some(poetry) = &self.poetry else { return listed.unwrap_or_default() };
        let required = poetry.dependencies.iter().filter(|requirement| !requirement.is_optional);
        match listed.filter(|listed| !listed.is_empty()) {
            None => required.map(|requirement| requirement.requirement.clone()).collect(),
            Some(listed) => listed
                .into_iter()
                .flat_map(|requirement| enriched(requirement, &poetry.dependencies))
                .collect(),
        }
    }

    fn extras(&self) -> Vec<RequirementList> {
        let mut extras = self.standard.as_ref().map(|standard| standard.extras.clone()).unwrap_or_default();
        let Some(poetry) = &self.poetry else { return extras };
        for extra in &mut extras {
            let listed = std::mem::take(&mut extra.requirements);
            let with = |requirement| enriched(requirement, &poetry.dependencies);
            extra.requirements = listed.into_iter().flat_map(with).collect();
        }
        for (name, packages) in &poetry.extras {
            let is_in = |requirement: &&PoetryRequirement| {
                requirement.requirement.name().is_some_and(|name| packages.contains(&normalised(name)))
            };
            let found = poetry.dependencies.iter().filter(is_in).map(|found| found.requirement.clone());
            let is_listed = extras.iter().any(|extra| extra.name == *name);
            if !is_listed {
                extras.push(RequirementList { name: name.clone(), line: 1, requirements: found.collect() });
            }
        }
        extras
    }

    fn computed(&self) -> Vec<ComputedRequirements> {
        let Some(standard) = &self.standard else { return Vec::new() };
        // Poetry's backend takes them from its own table.
        let of_poetry = |key: &str| match (&self.poetry, key) {
            (Some(poetry), "dependencies") => !poetry.dependencies.is_empty(),
            (Some(poetry), _) => !poetry.extras.is_empty(),
            (None, _) => false,
        };
        let keys = ["dependencies", "optional-dependencies"].into_iter().filter(|key| !of_poetry(key));
        let computed = |key: &'static str| {
            let line = standard.dynamic_line(key)?;
            let belongs = |file: &&SetuptoolsFile| file.extra.is_some() == (key != "dependencies");
            let files = self.setuptools_files.iter().filter(belongs).cloned().collect();
            Some(ComputedRequirements { key, line, files })
        };
        keys.filter_map(computed).collect()
    }

    /// The first key that declares requirements, for messages.
    #[must_use]
    pub fn declares(&self) -> Option<&'static str> {
        let standard = self.standard.as_ref();
        let own = standard.and_then(|standard| standard.dependencies.as_ref());
        let is_any = |lists: &[RequirementList]| lists.iter().any(|list| !list.requirements.is_empty());
        let poetry = self.poetry.as_ref();
        let group = poetry.and_then(|it| it.groups.iter().find(|group| !group.requirements.is_empty()));
        let says = [
            (own.is_some_and(|own| !own.is_empty()), "project.dependencies"),
            (standard.is_some_and(|it| is_any(&it.extras)), "project.optional-dependencies"),
            (self.groups.iter().any(|group| !group.items.is_empty()), "dependency-groups"),
            (poetry.is_some_and(|it| !it.dependencies.is_empty()), "tool.poetry.dependencies"),
            (group.is_some(), group.map_or("", |group| group.key)),
            (self.pdm.as_ref().is_some_and(|it| is_any(&it.development)), "tool.pdm.dev-dependencies"),
            (self.uv.as_ref().is_some_and(|it| !it.development.is_empty()), "tool.uv.dev-dependencies"),
        ];
        says.into_iter().find(|(is_said, _)| *is_said).map(|(_, key)| key)
    }

    /// The tool that decides about groups, by the tables of the file.
    #[must_use]
    pub fn group_tool(&self) -> Option<GroupTool> {
        let poetry = self.poetry.as_ref().filter(|it| !it.dependencies.is_empty() || !it.groups.is_empty());
        match (poetry, &self.pdm, &self.uv) {
            (Some(_), _, _) => Some(GroupTool::Poetry),
            (None, Some(_), _) => Some(GroupTool::Pdm),
            (None, None, Some(_)) => Some(GroupTool::Uv),
            (None, None, None) => None,
        }
    }

    /// The groups that a tool installs unless something else is asked for, normalised.
    #[must_use]
    pub fn default_groups(&self, tool: GroupTool) -> Vec<String> {
        let all = self.group_names();
        match tool {
            GroupTool::Pdm => all.into_iter().collect(),
            GroupTool::Poetry => {
                let groups = self.poetry.as_ref().map_or(&[][..], |poetry| &poetry.groups);
                let is_optional =
                    |name: &String| groups.iter().any(|group| group.name == *name && group.is_optional);
                all.into_iter().filter(|name| !is_optional(name)).collect()
            }
            GroupTool::Uv => match self.uv.as_ref().map(|uv| &uv.default_groups) {
                Some(DefaultGroups::All) => all.into_iter().collect(),
                Some(DefaultGroups::Named(names)) => names.clone(),
                Some(DefaultGroups::Usual) | None => all.into_iter().filter(|name| name == "dev").collect(),
            },
        }
    }

    /// The names of all extras, normalised.
    #[must_use]
    pub fn extra_names(&self) -> BTreeSet<String> {
        let standard = self.standard.iter().flat_map(|standard| &standard.extras).map(|extra| &extra.name);
        let poetry = self.poetry.iter().flat_map(|poetry| &poetry.extras).map(|(name, _)| name);
        standard.chain(poetry).cloned().collect()
    }

    /// The names of all groups, normalised.
    #[must_use]
    pub fn group_names(&self) -> BTreeSet<String> {
        let standard = self.groups.iter().map(|group| &group.name);
        let poetry = self.poetry.iter().flat_map(|poetry| &poetry.groups).map(|group| &group.name);
        let pdm = self.pdm.iter().flat_map(|pdm| &pdm.development).map(|group| &group.name);
        let mut names: BTreeSet<String> = standard.chain(poetry).chain(pdm).cloned().collect();
        if self.uv.as_ref().is_some_and(|uv| !uv.development.is_empty()) {
            names.insert("dev".to_owned());
        }
        names
    }

    /// The requirements of a group, with those of the groups in it; `None` if there is no group of this normalised name.
    #[must_use]
    pub fn group(&self, name: &str, sources: &[UvSource]) -> Option<Vec<DeclaredRequirement>> {
        if !self.group_names().contains(name) {
            return None;
        }
        let mut found = expand_group(&self.groups, name).unwrap_or_default();
        self.add_poetry_group(name, &mut Vec::new(), &mut found);
        let pdm = self.pdm.iter().flat_map(|pdm| &pdm.development).filter(|group| group.name == name);
        found.extend(pdm.flat_map(|group| group.requirements.clone()));
        if let Some(uv) = self.uv.as_ref().filter(|_| name == "dev") {
            found.extend(uv.development.iter().cloned());
        }
        Some(with_sources(found, sources, None, Some(name)))
    }

    fn add_poetry_group(&self, name: &str, seen: &mut Vec<String>, found: &mut Vec<DeclaredRequirement>) {
        let groups = self.poetry.iter().flat_map(|poetry| &poetry.groups);
        for group in groups.filter(|group| group.name == name) {
            if seen.len() >= DEPTH || seen.contains(&group.name) {
                return;
            }
            seen.push(group.name.clone());
            found.extend(group.requirements.iter().cloned());
            group.includes.iter().for_each(|included| self.add_poetry_group(included, seen, found));
        }
    }
}

/// A requirement with the sources that poetry has for its name.
fn enriched(requirement: DeclaredRequirement, poetry: &[PoetryRequirement]) -> Vec<DeclaredRequirement> {
    let Ok(content) = &requirement.content else { return vec![requirement] };
    let DeclaredSource::Index(specifiers) = &content.source else { return vec![requirement] };
    let name = content.name.as_deref().map(normalised);
    let with = |other: &PoetryRequirement| {
        let other = other.requirement.content.as_ref().ok()?;
        let is_elsewhere = !matches!(other.source, DeclaredSource::Index(_));
        if !is_elsewhere || other.name.as_deref().map(normalised) != name {
            return None;
        }
        let marker = both_markers(content.marker.as_ref(), other.marker.as_ref());
        Some((
            other.marker.is_some(),
            DeclaredRequirement {
                content: marker.map(|marker| RequirementContent {
                    marker,
                    source: other.source.clone(),
                    ..content.clone()
                }),
                ..requirement.clone()
            },
        ))
    };
    let found: Vec<_> = poetry.iter().filter_map(with).collect();
    let says_version = found.is_empty() || !specifiers.is_any() || found.iter().any(|(depends, _)| *depends);
    let version = says_version.then(|| requirement.clone());
    version.into_iter().chain(found.into_iter().map(|(_, requirement)| requirement)).collect()
}
