//! `pyproject.toml`.

use super::choice::Choice;
use super::collection::{Collection, RequirementContext, RequirementRole};
use super::workspace::{Workspace, with_members};
use crate::formats::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementList, both_markers,
};
use crate::formats::pyproject::{ComputedRequirements, Pyproject, SetuptoolsFile};
use crate::model::Place;
use crate::path::{RepoPath, resolve};
use crate::python::{Marker, Specifiers, normalised};

/// The most extras of the project that its own requirements may bring in.
const MOST_EXTRAS: usize = 1000;

/// Adds what the file asks for: the requirements of the project, and of the groups and extras that count.
pub(super) fn add(collection: &mut Collection<'_>, file: &RepoPath, choice: &mut Choice) {
    let Some(bytes) = collection.read(file, &Place { file: file.clone(), line: None }) else { return };
    let pyproject = match Pyproject::parse(&bytes) {
        Ok(pyproject) => pyproject,
        Err(error) => return collection.refuse_file(file, &error),
    };
    choice.knows(&pyproject);
    let workspace = Workspace::around(collection, file, &pyproject);
    let own = pyproject.own_requirements(&workspace.sources);
    let name = pyproject.name.as_deref().map(normalised);
    collection.packages.own_names.extend(name.clone());
    let base = collection.directory.clone();
    let context = RequirementContext { file, base: &base, role: RequirementRole::Requested, group: None };
    let mut project = OwnProject {
        collection,
        context,
        workspace: &workspace,
        name,
        extras: &own.extras,
        within: Vec::new(),
        added: 0,
    };
    project.add_all(None, own.dependencies, None);
    for group in wanted_groups(&pyproject, choice) {
        if let Some(requirements) = pyproject.group(&group, &workspace.sources) {
            choice.found_group(&group);
            project.add_all(Some(&group), requirements, None);
        }
    }
    let extras = choice.possible_extras();
    for extra in own.extras.iter().filter(|extra| extras.contains(&extra.name)) {
        choice.found_extra(&extra.name);
        project.add_extra(extra, None, 1);
    }
    own.computed.iter().for_each(|computed| add_computed(collection, context, computed, &extras));
    add_forced(collection, context, &pyproject, choice);
}

/// The groups that count, those of the tool first.
fn wanted_groups(pyproject: &Pyproject, choice: &Choice) -> Vec<String> {
    let tool = choice.tool.or_else(|| pyproject.group_tool());
    let usual = tool.filter(|_| choice.instead.is_none()).map(|tool| pyproject.default_groups(tool));
    let mut groups: Vec<String> = usual.unwrap_or_default();
    groups.extend(
        choice.possible_groups().into_iter().filter(|group| !groups.contains(group)).collect::<Vec<_>>(),
    );
    groups
}

/// A project whose requirements may be itself, with extras.
struct OwnProject<'p, 'c> {
    collection: &'p mut Collection<'c>,
    context: RequirementContext<'p>,
    workspace: &'p Workspace,
    /// The name, normalised.
    name: Option<String>,
    extras: &'p [RequirementList],
    /// The extras that are being added, outermost first.
    within: Vec<String>,
    /// How many have been added.
    added: usize,
}

impl OwnProject<'_, '_> {
    /// Adds requirements that apply where this marker holds.
    fn add_all(
        &mut self,
        group: Option<&str>,
        requirements: Vec<DeclaredRequirement>,
        marker: Option<&Marker>,
    ) {
        for requirement in requirements {
            let requirement = with_members(restricted(requirement, marker), self.workspace);
            match self.own_extras(&requirement) {
                Some((extras, marker)) => self.add_own(requirement.line, &extras, marker.as_ref()),
                None => self.collection.add(RequirementContext { group, ..self.context }, requirement),
            }
        }
    }

    /// The extras that a requirement of the project itself names, and its marker.
    fn own_extras(&self, requirement: &DeclaredRequirement) -> Option<(Vec<String>, Option<Marker>)> {
        let content = requirement.content.as_ref().ok()?;
        let name = normalised(content.name.as_deref()?);
        let is_own = self.name.as_ref() == Some(&name) && matches!(content.source, DeclaredSource::Index(_));
        is_own.then(|| (content.extras.clone(), content.marker.clone()))
    }

    /// Adds what these extras of the project bring in.
    fn add_own(&mut self, line: usize, names: &[String], marker: Option<&Marker>) {
        let extras = self.extras;
        for extra in extras.iter().filter(|extra| names.contains(&extra.name)) {
            self.add_extra(extra, marker, line);
        }
    }

    fn add_extra(&mut self, extra: &RequirementList, marker: Option<&Marker>, line: usize) {
        // An extra within itself brings in nothing that it does not bring in anyway.
        if self.within.contains(&extra.name) {
            return;
        }
        self.added += 1;
        if self.added > MOST_EXTRAS {
            let place = Place { file: self.context.file.clone(), line: Some(line) };
            return self.collection.leave(&place, "extras of the project bring in each other too often");
        }
        self.within.push(extra.name.clone());
        self.add_all(Some(&extra.name), extra.requirements.clone(), marker);
        self.within.pop();
    }
}

/// The same requirement where this marker holds.
fn restricted(requirement: DeclaredRequirement, marker: Option<&Marker>) -> DeclaredRequirement {
    let Some(outer) = marker else { return requirement };
    let content = requirement.content.and_then(|content| {
        let marker = both_markers(content.marker.as_ref(), Some(outer))?;
        Ok(RequirementContent { marker, ..content })
    });
    DeclaredRequirement { content, ..requirement }
}

/// Adds requirements that a build would compute: from files that setuptools reads, or else they are not known.
fn add_computed(
    collection: &mut Collection<'_>,
    context: RequirementContext<'_>,
    computed: &ComputedRequirements,
    extras: &[String],
) {
    let is_for_extras = computed.key != "dependencies";
    if is_for_extras && extras.is_empty() {
        return;
    }
    if computed.files.is_empty() {
        let place = Place { file: context.file.clone(), line: Some(computed.line) };
        let reason = format!("`{}` is dynamic: it is computed when the project is built", computed.key);
        return collection.leave(&place, reason);
    }
    let is_wanted = |file: &&SetuptoolsFile| file.extra.as_ref().is_none_or(|extra| extras.contains(extra));
    for named in computed.files.iter().filter(is_wanted) {
        add_setuptools_file(collection, context, named);
    }
}

/// A file with one requirement of PEP 508 a line; setuptools refuses options in it.
fn add_setuptools_file(
    collection: &mut Collection<'_>,
    context: RequirementContext<'_>,
    named: &SetuptoolsFile,
) {
    let mentioned = Place { file: context.file.clone(), line: Some(named.line) };
    let directory = context.file.parent().unwrap_or_default();
    let Some(file) = resolve(directory.as_bytes(), named.path.as_bytes()) else {
        return collection
            .leave(&mentioned, format!("`{}` is outside of the work tree, and is not read", named.path));
    };
    let Some(bytes) = collection.read(&file, &mentioned) else { return };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.split(" #").next().unwrap_or_default().trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let requirement = match content.ends_with('\\') || content.starts_with('-') {
            true => DeclaredRequirement::undecided(
                line,
                content,
                "what setuptools makes of this line is not known",
            ),
            false => DeclaredRequirement::of_text(line, content),
        };
        collection
            .add(RequirementContext { file: &file, group: named.extra.as_deref(), ..context }, requirement);
    }
}

/// Adds constraints and overrides.
fn add_forced(
    collection: &mut Collection<'_>,
    context: RequirementContext<'_>,
    pyproject: &Pyproject,
    choice: &Choice,
) {
    use crate::formats::pyproject::GroupTool::{Pdm, Uv};
    let tool = choice.tool.or_else(|| pyproject.group_tool());
    let (constraints, overrides, excluded) = match (tool, &pyproject.uv, &pyproject.pdm) {
        (Some(Uv), Some(uv), _) => (uv.constraints.clone(), uv.overrides.clone(), &uv.excluded),
        (Some(Pdm), _, Some(pdm)) => (Vec::new(), pdm.overrides.clone(), &pdm.excluded),
        _ => return,
    };
    collection.add_all(RequirementContext { role: RequirementRole::Constraint, ..context }, constraints);
    collection.add_all(RequirementContext { role: RequirementRole::Override, ..context }, overrides);
    let never = Marker::parse("python_version < \"0\"").ok();
    let any = Specifiers::parse("").ok();
    let (Some(never), Some(any)) = (never, any) else { return };
    // What is excluded is required nowhere.
    let nowhere = |(name, line): &(String, usize)| DeclaredRequirement {
        line: *line,
        text: name.clone(),
        content: Ok(RequirementContent {
            name: Some(name.clone()),
            extras: Vec::new(),
            marker: Some(never.clone()),
            source: DeclaredSource::Index(any.clone()),
        }),
    };
    collection.add_all(
        RequirementContext { role: RequirementRole::Override, ..context },
        excluded.iter().map(nowhere).collect(),
    );
}
