//! Which tables a `pyproject.toml` has: whether it describes a project or only configures tools, and what uv's workspace
//! consists of (<https://docs.astral.sh/uv/concepts/projects/workspaces/>).

use super::located::Value;
use super::text::utf8;
use super::toml;

/// The tables of a `pyproject.toml` that say to which project a directory belongs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectTables {
    /// It describes a project: it has more than settings of tools.
    pub is_project: bool,
    /// It has the table `project`.
    pub has_metadata: bool,
    /// The tools of projects that have a table in it, such as `poetry`.
    pub tools: Vec<&'static str>,
    /// The members of the workspace that it is the root of.
    pub workspace: Option<WorkspaceMembers>,
}

/// The members of a workspace, as patterns for directories below its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceMembers {
    /// The directories that belong to it.
    pub members: Vec<String>,
    /// Of these, the ones that do not.
    pub exclude: Vec<String>,
}

/// The tables that only a project has, by the tool that reads them. `tool.hatch` also has the settings of a build
/// backend, so that it makes no project by itself.
const TOOLS: [(&str, bool); 5] =
    [("uv", true), ("poetry", true), ("pdm", true), ("flit", true), ("hatch", false)];

impl ProjectTables {
    /// Parses the file. One that cannot be parsed, such as one that is just being edited, is a project by its name.
    #[must_use]
    pub fn of_pyproject(bytes: &[u8]) -> Self {
        let root = utf8(bytes).ok().and_then(|text| toml::parse(text, &[]).ok().flatten());
        let Some(root) = root.map(|root| root.value) else {
            return Self { is_project: true, ..Self::default() };
        };
        let has = |path: &[&str]| matches!(root.at(path), Some(Value::Table(_)));
        let tools = TOOLS.iter().filter(|(name, _)| has(&["tool", name]));
        let has_metadata = has(&["project"]);
        let is_project = has_metadata
            || has(&["dependency-groups"])
            || tools.clone().any(|(_, is_of_projects)| *is_of_projects);
        let workspace = has(&["tool", "uv", "workspace"]).then(|| WorkspaceMembers {
            members: texts(root.at(&["tool", "uv", "workspace", "members"])),
            exclude: texts(root.at(&["tool", "uv", "workspace", "exclude"])),
        });
        Self { is_project, has_metadata, tools: tools.map(|(name, _)| *name).collect(), workspace }
    }
}

/// The texts of a list.
fn texts(value: Option<&Value>) -> Vec<String> {
    let Some(Value::List(items)) = value else { return Vec::new() };
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    items.iter().filter_map(|item| text(&item.value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_tools_alone_are_no_project() {
        let cases: [(&str, bool, &[&str]); 12] = [
            ("", false, &[]),
            ("[tool.ruff]\nline-length = 100\n", false, &[]),
            ("[build-system]\nrequires = ['setuptools']\n", false, &[]),
            ("[project]\nname = 'x'\n", true, &[]),
            ("[dependency-groups]\ndev = []\n", true, &[]),
            ("[tool.poetry]\nname = 'x'\n", true, &["poetry"]),
            ("[tool.pdm.dev-dependencies]\nt = []\n", true, &["pdm"]),
            ("[tool.uv]\n", true, &["uv"]),
            ("[tool.hatch.build]\nx = 1\n", false, &["hatch"]),
            ("[project]\n[tool.hatch.envs.default]\n[tool.uv]\n", true, &["uv", "hatch"]),
            ("project = 3\ntool = 'x'\n", false, &[]),
            ("<<<<<<< HEAD\n", true, &[]),
        ];
        for (text, is_project, tools) in cases {
            let read = ProjectTables::of_pyproject(text.as_bytes());
            assert_eq!((read.is_project, read.tools.as_slice()), (is_project, tools), "{text}");
        }
        assert!(ProjectTables::of_pyproject(b"\xff").is_project);
    }

    #[test]
    fn a_workspace_has_patterns() {
        let text = "[tool.uv.workspace]\nmembers = ['packages/*', 3]\nexclude = ['packages/old']\n";
        let read = ProjectTables::of_pyproject(text.as_bytes()).workspace;
        let members = WorkspaceMembers {
            members: vec!["packages/*".to_owned()],
            exclude: vec!["packages/old".to_owned()],
        };
        assert_eq!(read, Some(members));
        for silent in ["[tool.uv]\n", "[tool.uv]\nworkspace = true\n", "x = ["] {
            assert_eq!(ProjectTables::of_pyproject(silent.as_bytes()).workspace, None, "{silent}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>, name in "[a-z]{1,6}") {
            let _ = ProjectTables::of_pyproject(&bytes);
            let known = ["uv", "poetry", "pdm", "flit"].contains(&name.as_str());
            let read = ProjectTables::of_pyproject(format!("[tool.{name}]\n").as_bytes());
            proptest::prop_assert_eq!(read.is_project, known);
        }
    }
}
