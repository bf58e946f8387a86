//! `Pipfile` of pipenv (<https://pipenv.pypa.io/en/latest/pipfile.html>).

use super::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementFault, RequirementList, both_markers,
    of_version_or_table, wrong_kind,
};
use super::located::{Member, Value};
use super::text::{ParseError, utf8};
use super::toml;
use crate::python::{Marker, Specifiers};

/// The category that is always installed.
pub const DEFAULT_CATEGORY: &str = "packages";

/// The tables that list no packages.
const OTHER_TABLES: [&str; 5] = ["source", "requires", "scripts", "pipenv", "pipfile"];

/// The version control systems, as keys.
const SYSTEMS: [&str; 4] = ["git", "hg", "svn", "bzr"];

/// The variables of markers that are keys of their own: `sys_platform = "== 'win32'"`.
const VARIABLES: [&str; 11] = [
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
];

/// Parses the file: the requirements of each category, such as `packages` and `dev-packages`.
///
/// # Errors
/// [`ParseError`] for what is not TOML.
pub fn parse(bytes: &[u8]) -> Result<Vec<RequirementList>, ParseError> {
    let Some(document) = toml::parse(utf8(bytes)?, &[])? else { return Ok(Vec::new()) };
    let tables = document.value.members().iter();
    let categories = tables.filter(|member| !OTHER_TABLES.contains(&member.key.as_str()));
    Ok(categories.map(category).collect())
}

fn category(member: &Member) -> RequirementList {
    let requirements = match &member.value.value {
        Value::Table(members) => members.iter().map(requirement).collect(),
        other => vec![wrong_kind(&member.key, member.line, "a table", other)],
    };
    RequirementList { name: member.key.clone(), line: member.line, requirements }
}

fn requirement(member: &Member) -> DeclaredRequirement {
    let (name, value) = (&member.key, &member.value.value);
    let version = match value {
        Value::Text(version) => Some(version.clone()),
        table => table.text_at(&["version"]),
    };
    let text = version.map_or(name.clone(), |version| format!("{name} = \"{version}\""));
    DeclaredRequirement { line: member.line, text, content: content(name, value) }
}

fn content(name: &str, value: &Value) -> Result<RequirementContent, RequirementFault> {
    of_version_or_table(name, value, index, marker, source)
}

/// Specifiers, `*`, or a version alone, which is exactly that.
fn index(version: &str) -> Result<DeclaredSource, RequirementFault> {
    let version = version.trim();
    let specifiers = match version.starts_with(|c: char| c.is_ascii_digit()) {
        true => Specifiers::parse(&format!("=={version}")),
        false if version == "*" => Specifiers::parse(""),
        false => Specifiers::parse(version),
    };
    specifiers.map(DeclaredSource::Index).map_err(RequirementFault::Invalid)
}

fn marker(table: &Value) -> Result<Option<Marker>, RequirementFault> {
    let parse = |text: String| Marker::parse(&text).map_err(RequirementFault::Invalid);
    let mut marker = table.text_at(&["markers"]).map(parse).transpose()?;
    for variable in VARIABLES {
        let condition = table.text_at(&[variable]).map(|condition| parse(format!("{variable} {condition}")));
        marker = both_markers(marker.as_ref(), condition.transpose()?.as_ref())?;
    }
    Ok(marker)
}

fn source(table: &Value) -> Result<DeclaredSource, RequirementFault> {
    let text = |key: &str| table.text_at(&[key]);
    let is_editable = matches!(table.at(&["editable"]), Some(Value::Boolean(true)));
    let repository = SYSTEMS.into_iter().find_map(|vcs| Some((vcs, text(vcs)?)));
    if let Some((vcs, url)) = repository {
        let (revision, subdirectory) = (text("ref"), text("subdirectory"));
        return Ok(DeclaredSource::Repository { vcs, url, revision, subdirectory, is_editable });
    }
    match text("path").or_else(|| text("file")) {
        Some(source) => Ok(DeclaredSource::direct(source, is_editable)),
        None => index(&text("version").unwrap_or_else(|| "*".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::declared_requirement::tests::summary;

    #[test]
    fn categories_have_their_packages() {
        let text = "[[source]]\nurl = 'https://example.org/simple'\n[packages]\na = '*'\nb = '==1.0'\nC_d = {version = '~=2.0', extras = ['X', 'y'], markers = \"os_name == 'nt'\"}\n\
            e = {git = 'https://example.org/e.git', ref = 'v1', subdirectory = 's', editable = true}\nf = {path = './f', editable = true}\n\
            g = {file = 'https://example.org/g.zip'}\nh = {version = '*', sys_platform = \"== 'win32'\"}\ni = '1.2'\nj = 3\nk = '=1'\n\
            [dev-packages]\nl = {}\n[requires]\npython_version = '3.12'\n[docs]\nm = '>=1,<2'\n";
        let categories = parse(text.as_bytes()).expect("TOML");
        let names: Vec<_> = categories.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(names, [("packages", 3), ("dev-packages", 14), ("docs", 18)]);
        let packages: Vec<String> = categories[0].requirements.iter().map(summary).collect();
        let expected = [
            "4: a",
            "5: b ==1.0",
            "6: C_d[x,y] ~=2.0 ; os_name == 'nt'",
            "7: e from git https://example.org/e.git v1 in s editable",
            "8: f from ./f editable",
            "9: g from https://example.org/g.zip",
            "10: h ; sys_platform == 'win32'",
            "11: i ==1.2",
            "12: invalid: `j` must be a version or a table, not a number",
        ];
        assert_eq!(packages[..9], expected);
        assert!(packages[9].starts_with("13: invalid: "), "{}", packages[9]);
        assert_eq!(categories[2].requirements.iter().map(summary).collect::<Vec<_>>(), ["19: m >=1,<2"]);
    }

    #[test]
    fn errors_have_their_line() {
        assert_eq!(parse(b"[packages]\na = \n").map_err(|error| error.line), Err(Some(2)));
        let wrong = parse(b"packages = 3\n").expect("TOML");
        assert_eq!(
            wrong[0].requirements.iter().map(summary).collect::<Vec<_>>(),
            ["1: invalid: `packages` must be a table, not a number"]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(text in "(\\[packages\\]\n|a = |'[*=0-9.]{0,4}'|\\{|\\}|version = |git = |\n|.){0,16}") {
            let lines = text.split('\n').count();
            let read = parse(text.as_bytes());
            let fine = read.map_or_else(
                |error| error.line.is_none_or(|line| line <= lines),
                |lists| lists.iter().flat_map(|list| &list.requirements).all(|it| it.line <= lines),
            );
            proptest::prop_assert!(fine);
        }
    }
}
