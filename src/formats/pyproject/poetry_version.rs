//! The versions of Python in poetry's requirements, as markers
//! (<https://python-poetry.org/docs/dependency-specification/#python-restricted-dependencies>).

use crate::formats::declared_requirement::RequirementFault;
use crate::python::{Marker, Specifiers};

/// The operators of PEP 440, longer ones before those that they start with.
const OPERATORS: [&str; 7] = ["~=", "==", "!=", "<=", ">=", "<", ">"];

/// The marker for a condition on the version of Python; `None` if it always holds.
///
/// # Errors
/// Invalid for what is no version of poetry.
pub(super) fn python_marker(text: &str) -> Result<Option<Marker>, RequirementFault> {
    let specifiers = Specifiers::parse_poetry(text).map_err(RequirementFault::Invalid)?;
    if specifiers.is_any() {
        return Ok(None);
    }
    let written = specifiers.to_string();
    let alternatives = written.split("||").map(together).collect::<Option<Vec<String>>>();
    let unknown = || RequirementFault::Undecided(format!("the Python version `{text}` cannot be compared"));
    let marker = Marker::parse(&alternatives.ok_or_else(unknown)?.join(" or "));
    marker.map(Some).map_err(RequirementFault::Undecided)
}

/// The marker for specifiers of PEP 440; `None` if they are not.
fn together(specifiers: &str) -> Option<String> {
    let clauses = specifiers.split(',').map(clause).collect::<Option<Vec<String>>>()?;
    Some(format!("({})", clauses.join(" and ")))
}

fn clause(specifier: &str) -> Option<String> {
    let specifier = specifier.trim();
    let operator = OPERATORS.into_iter().find(|operator| specifier.starts_with(operator))?;
    let version = specifier.strip_prefix(operator)?.trim();
    let numbers = version.trim_end_matches(".*").split('.').count();
    // `python_version` has two numbers: that of 3.8.1 is 3.8, which is not above 3.8.
    let variable =
        if numbers > 2 || matches!(operator, "<=" | ">") { "python_full_version" } else { "python_version" };
    Some(format!("{variable} {operator} \"{version}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::{ActiveNames, Answer, MarkerEnvironment};
    use proptest::prelude::*;

    fn holds(text: &str, version: &str) -> Answer {
        let feature: Vec<&str> = version.split('.').take(2).collect();
        let environment = MarkerEnvironment {
            python_version: Some(feature.join(".")),
            python_full_version: Some(version.to_owned()),
            ..MarkerEnvironment::default()
        };
        let marker = python_marker(text).expect("a version");
        marker.map_or(Answer::Yes, |marker| marker.evaluate(&environment, &ActiveNames::default()))
    }

    #[test]
    fn versions_of_python_become_markers() {
        let cases = [
            ("^3.8", "3.8.0", true),
            ("^3.8", "3.14.2", true),
            ("^3.8", "4.0.0", false),
            ("^3.8.1", "3.8.0", false),
            ("~3.8", "3.9.0", false),
            (">3.8", "3.8.1", true),
            ("<=3.8", "3.8.1", false),
            ("3.8", "3.8.0", true),
            ("3.8.*", "3.8.7", true),
            ("!=3.8.*", "3.8.7", false),
            (">=3.8,<3.10", "3.10.0", false),
            ("~2.7 || ^3.6", "2.7.18", true),
            ("~2.7 || ^3.6", "3.5.1", false),
            ("~2.7 || ^3.6", "3.12.1", true),
            ("*", "2.7.1", true),
        ];
        for (text, version, expected) in cases {
            assert_eq!(holds(text, version), Answer::from(expected), "{text} {version}");
        }
        for wrong in ["", "three", "^"] {
            assert!(matches!(python_marker(wrong), Err(RequirementFault::Invalid(_))), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_version_of_poetry_is_a_marker(text in "(\\^|~|~=|>=|<|!=|=|)[23](\\.[0-9]{1,2}){0,2}((,| \\|\\| )(<|>)[34](\\.[0-9])?)?") {
            prop_assert_eq!(python_marker(&text).is_ok(), Specifiers::parse_poetry(&text).is_ok());
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9.^~=<>!|*, vxa-c-]{0,24}") {
            let invalid = matches!(python_marker(&text), Err(RequirementFault::Invalid(_)));
            prop_assert_eq!(invalid, Specifiers::parse_poetry(&text).is_err());
        }
    }
}
