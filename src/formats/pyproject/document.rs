//! The whole file.

use super::{
    DependencyGroup, PdmTable, PoetryTable, SetuptoolsFile, StandardTable, UvTable, groups, standard,
};
use crate::formats::located::Value;
use crate::formats::text::{ParseError, utf8};
use crate::formats::toml;

/// What a `pyproject.toml` says about requirements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pyproject {
    /// The project's name as written: `project.name`, or that of poetry.
    pub name: Option<String>,
    /// The project's version: `project.version`, or that of poetry.
    pub version: Option<String>,
    /// The table `project`.
    pub standard: Option<StandardTable>,
    /// The table `dependency-groups` (<https://packaging.python.org/en/latest/specifications/dependency-groups/>).
    pub groups: Vec<DependencyGroup>,
    /// The table `tool.uv`.
    pub uv: Option<UvTable>,
    /// The table `tool.poetry`.
    pub poetry: Option<PoetryTable>,
    /// The table `tool.pdm`.
    pub pdm: Option<PdmTable>,
    /// The files that setuptools reads for dynamic keys.
    pub setuptools_files: Vec<SetuptoolsFile>,
    /// It has the table `build-system`: without that, tools take the project for a list of requirements
    /// (<https://docs.astral.sh/uv/concepts/projects/config/#build-systems>).
    pub has_build_system: bool,
}

impl Pyproject {
    /// Parses the file. Keys of the wrong type become requirements that cannot be used, so that the rest is known.
    ///
    /// # Errors
    /// [`ParseError`] for what is not TOML.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let Some(document) = toml::parse(utf8(bytes)?, &[])? else { return Ok(Self::default()) };
        let root = document.value;
        let table = |path: &[&str]| root.at(path).filter(|value| matches!(value, Value::Table(_)));
        let stated = |key| {
            let standard = root.text_at(&["project", key]);
            standard.or_else(|| root.text_at(&["tool", "poetry", key]))
        };
        Ok(Self {
            name: stated("name"),
            version: stated("version"),
            standard: table(&["project"]).map(StandardTable::read),
            groups: groups::read(root.member("dependency-groups")),
            uv: table(&["tool", "uv"]).map(UvTable::read),
            poetry: table(&["tool", "poetry"]).map(PoetryTable::read),
            pdm: table(&["tool", "pdm"]).map(PdmTable::read),
            setuptools_files: standard::setuptools_files(&root),
            has_build_system: table(&["build-system"]).is_some(),
        })
    }
}
