//! `pyproject.toml` and `setup.py`: the name of a project and whether it declares requirements
//! (<https://packaging.python.org/en/latest/specifications/pyproject-toml/>).

use super::located::Value;
use super::text::utf8;
use super::toml;

/// The metadata in a project's file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectMetadata {
    /// The name as written.
    pub name: Option<String>,
    /// The table or key that declares requirements, for messages.
    pub declares: Option<&'static str>,
}

/// The keys of `pyproject.toml` that declare requirements: the path, and the key for messages.
const DECLARATIONS: [(&[&str], &str); 8] = [
    (&["project", "dependencies"], "project.dependencies"),
    (&["project", "optional-dependencies"], "project.optional-dependencies"),
    (&["dependency-groups"], "dependency-groups"),
    (&["tool", "poetry", "dependencies"], "tool.poetry.dependencies"),
    (&["tool", "poetry", "group"], "tool.poetry.group"),
    (&["tool", "poetry", "dev-dependencies"], "tool.poetry.dev-dependencies"),
    (&["tool", "pdm", "dev-dependencies"], "tool.pdm.dev-dependencies"),
    (&["tool", "uv", "dev-dependencies"], "tool.uv.dev-dependencies"),
];

impl ProjectMetadata {
    /// Parses `pyproject.toml`; one that is not TOML has no metadata.
    #[must_use]
    pub fn of_pyproject(bytes: &[u8]) -> Self {
        let text = utf8(bytes).unwrap_or_default();
        let root = toml::parse(text, &[]).ok().flatten();
        let Some(root) = root else { return Self::default() };
        let root = root.value;
        let name = root.text_at(&["project", "name"]).or_else(|| root.text_at(&["tool", "poetry", "name"]));
        let declared = DECLARATIONS.iter().find(|(path, _)| root.at(path).is_some_and(names_something));
        Self { name, declares: declared.map(|(_, said)| *said) }
    }

    /// Finds the name in `setup.py`, if it is written as `name="…"`. The script is not run.
    #[must_use]
    pub fn of_setup_py(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        Self { name: lines.into_iter().find_map(name_argument), ..Self::default() }
    }
}

/// The value of an argument `name`.
fn name_argument(line: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    line.match_indices("name").filter(|(at, _)| !line[..*at].ends_with(is_word)).find_map(|(at, word)| {
        let value = line[at + word.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (name, _) = value[1..].split_once(quote)?;
        (!name.is_empty()).then(|| name.to_owned())
    })
}

/// Returns whether a list or table names a package; poetry lists Python itself among the dependencies.
fn names_something(value: &Value) -> bool {
    match value {
        Value::List(items) => !items.is_empty(),
        Value::Table(members) => members.iter().any(|member| match &member.value.value {
            _ if member.key == "python" => false,
            Value::List(items) => !items.is_empty(),
            _ => true,
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requirements_count_as_declarations() {
        let cases = [
            ("[tool.ruff]\nline-length = 100\n", None, None),
            ("[project]\nname = 'x'\n", Some("x"), None),
            ("[project]\nname = 'x'\ndependencies = []\n", Some("x"), None),
            ("[project]\nname = 'x'\ndependencies = ['y']\n", Some("x"), Some("project.dependencies")),
            ("[dependency-groups]\ndev = ['pytest']\n", None, Some("dependency-groups")),
            ("[dependency-groups]\ndev = []\n", None, None),
            ("[tool.poetry]\nname = 'p'\n[tool.poetry.dependencies]\npython = '^3.8'\n", Some("p"), None),
            ("[tool.poetry.dependencies]\npython = '^3'\nx = '*'\n", None, Some("tool.poetry.dependencies")),
            ("[tool.uv]\ndev-dependencies = ['y']\n", None, Some("tool.uv.dev-dependencies")),
            ("[tool.pdm.dev-dependencies]\nt = ['y']\n", None, Some("tool.pdm.dev-dependencies")),
            ("[tool.poetry.dev-dependencies]\ny = '*'\n", None, Some("tool.poetry.dev-dependencies")),
            ("not toml", None, None),
            ("project = 3\ndependency-groups = 'x'\n", None, None),
        ];
        for (text, name, declares) in cases {
            let read = ProjectMetadata::of_pyproject(text.as_bytes());
            assert_eq!((read.name.as_deref(), read.declares), (name, declares), "{text}");
        }
    }

    #[test]
    fn setup_py_has_the_name_in_the_call() {
        let read = |text: &str| ProjectMetadata::of_setup_py(text.as_bytes()).name;
        assert_eq!(
            read("from setuptools import setup; setup(name=\"old\", version='1')").as_deref(),
            Some("old")
        );
        assert_eq!(read("setup(\n    # name='no',\n    name = 'my-old',\n)").as_deref(), Some("my-old"));
        for silent in
            ["setup(name=NAME)", "filename='x'", "self.name = 'x'", "name=''", "name == 'x'", "", "name='"]
        {
            assert_eq!(read(silent), None, "{silent}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let said = [ProjectMetadata::of_pyproject(&bytes), ProjectMetadata::of_setup_py(&bytes)];
            proptest::prop_assert!(said.iter().all(|said| said.name.as_ref().is_none_or(|name| !name.contains('\n'))));
        }
    }
}
