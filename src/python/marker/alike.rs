//! Whether two markers apply to the same environments.

use std::collections::{BTreeMap, BTreeSet};

use super::environment::{ActiveNames, MarkerEnvironment};
use super::expression::{Comparison, Expression, Term};
use super::markers::Marker;
use super::variable::MarkerVariable;
use crate::python::answer::Answer;
use crate::python::specifiers::Specifiers;
use crate::python::version::Version;

/// As many environments are tried. Markers that would need more are compared as texts.
const MOST_TRIED: usize = 20_000;

/// A value that no marker names.
const OTHER: &str = "another";

/// The value of `sys_platform` that goes with one of `platform_system`, as uv assumes.
const SYSTEMS: [(&str, &str); 3] = [("Windows", "win32"), ("Darwin", "darwin"), ("Linux", "linux")];

/// An environment in which markers may differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisiveEnvironment {
    /// The values of the variables.
    pub environment: MarkerEnvironment,
    /// At most one extra.
    pub active: ActiveNames,
}

impl Marker {
    /// Whether two markers apply to the same environments of the Pythons that all of `pythons` accept; no marker applies to
    /// every one. Each answer that they can give is tried, with the values that they name and others.
    #[must_use]
    pub fn apply_alike(one: Option<&Self>, other: Option<&Self>, pythons: &[&Specifiers]) -> Answer {
        let markers: Vec<&Self> = [one, other].into_iter().flatten().collect();
        let environments = match Self::decisive_environments(&markers, pythons) {
            Ok(environments) => environments,
            Err(_) if one.map(Self::text) == other.map(Self::text) => return Answer::Yes,
            Err(reason) => return Answer::Unknown(reason),
        };
        Answer::from(environments.iter().all(|DecisiveEnvironment { environment, active }| {
            let evaluate = |marker: Option<&Self>| {
                marker.map_or(Answer::Yes, |marker| marker.evaluate(environment, active))
            };
            evaluate(one) == evaluate(other)
        }))
    }

    /// Environments of the Pythons that all of `pythons` accept, among which there is one for each combination of answers
    /// that these markers can give; none that uv takes for impossible, such as Linux with the `os_name` of Windows.
    ///
    /// # Errors
    /// Why these cannot be known, as a lower-case fragment: comparisons other than of equality, or too many of them.
    pub fn decisive_environments(
        markers: &[&Self],
        pythons: &[&Specifiers],
    ) -> Result<Vec<DecisiveEnvironment>, String> {
        let mut samples = MarkerSamples::default();
        for marker in markers {
            samples.add(marker.expression())?;
        }
        let environments = samples.environments(pythons);
        let environments = environments.ok_or("the markers compare too many values")?;
        let possible = environments.into_iter().filter(|(environment, _)| is_possible(environment));
        Ok(possible.map(|(environment, active)| DecisiveEnvironment { environment, active }).collect())
    }
}

/// The values that markers compare with.
#[derive(Debug, Default)]
struct MarkerSamples {
    versions: BTreeSet<Vec<u64>>,
    extras: BTreeSet<String>,
    texts: BTreeMap<&'static str, BTreeSet<String>>,
}

impl MarkerSamples {
    /// Adds those of a marker.
    ///
    /// # Errors
    /// What keeps it from being tried, as a lower-case fragment.
    fn add(&mut self, expression: &Expression) -> Result<(), String> {
        for term in expression.alternatives.iter().flatten() {
            match term {
                Term::Nested(nested) => self.add(nested)?,
                Term::Comparison(comparison) => self.add_comparison(comparison)?,
                Term::Incomparable(_) => {
                    return Err("a marker compares two texts or two variables".to_owned());
                }
            }
        }
        Ok(())
    }

    fn add_comparison(&mut self, comparison: &Comparison) -> Result<(), String> {
        let unknown = |name: &str| format!("it cannot be known for which values `{name}` is compared");
        let (variable, text) = (comparison.variable, comparison.text.as_str());
        let is_equality = matches!(comparison.operator, "==" | "!=");
        match variable {
            MarkerVariable::PythonVersion | MarkerVariable::PythonFullVersion => {
                for word in text.split([' ', ',', '|']).filter(|word| !word.is_empty()) {
                    let version = Version::parse(word.trim_end_matches(".*"));
                    let version = version.filter(|version| !version.is_prerelease());
                    let version = version.ok_or_else(|| format!("`{word}` is not a release of Python"))?;
                    self.versions.insert(version.release().to_vec());
                }
            }
            MarkerVariable::Extra if is_equality => drop(self.extras.insert(text.to_owned())),
            MarkerVariable::PlatformSystem if is_equality => {
                let system = SYSTEMS.iter().find(|(name, _)| *name == text);
                let (_, platform) = system.ok_or_else(|| unknown(variable.name()))?;
                self.add_text(MarkerVariable::SysPlatform, platform);
            }
            MarkerVariable::SysPlatform
            | MarkerVariable::OsName
            | MarkerVariable::PlatformMachine
            | MarkerVariable::ImplementationName
            | MarkerVariable::PlatformPythonImplementation
                if is_equality =>
            {
                self.add_text(variable, text);
            }
            other => return Err(unknown(other.name())),
        }
        Ok(())
    }

    fn add_text(&mut self, variable: MarkerVariable, text: &str) {
        self.texts.entry(variable.name()).or_default().insert(text.to_owned());
    }

    /// One environment for each combination of values; `None` if these are too many.
    fn environments(&self, pythons: &[&Specifiers]) -> Option<Vec<(MarkerEnvironment, ActiveNames)>> {
        let mut environments: Vec<(MarkerEnvironment, ActiveNames)> =
            decisive_versions(&self.versions, pythons)
                .into_iter()
                .map(|version| (of_version(&version), none()))
                .collect();
        for (name, values) in &self.texts {
            let values: Vec<&str> = values.iter().map(String::as_str).chain([OTHER]).collect();
            if environments.len().checked_mul(values.len())? > MOST_TRIED {
                return None;
            }
            let with = |(environment, active): &(MarkerEnvironment, ActiveNames), value: &str| {
                (with_text(environment, name, value), active.clone())
            };
            environments = environments
                .iter()
                .flat_map(|found| values.iter().map(move |value| with(found, value)))
                .collect();
        }
        if environments.len().checked_mul(self.extras.len() + 1)? > MOST_TRIED {
            return None;
        }
        let extras = self.extras.iter().flat_map(|extra| {
            let active = ActiveNames { extras: vec![extra.clone()], groups: None };
            environments.iter().map(move |(environment, _)| (environment.clone(), active.clone()))
        });
        let with_extras: Vec<_> = extras.collect();
        environments.extend(with_extras);
        Some(environments)
    }
}

/// Versions of Python among which there is one for each answer that comparisons with `named` can have, as far as
/// `pythons` accept them.
fn decisive_versions(named: &BTreeSet<Vec<u64>>, pythons: &[&Specifiers]) -> BTreeSet<Vec<u64>> {
    let mut tried = named.clone();
    tried.extend(pythons.iter().flat_map(|specifiers| specifiers.releases()));
    let mut around = Specifiers::around(&tried);
    around.retain(|numbers| {
        let version = Version::of_release(numbers);
        version
            .is_some_and(|version| pythons.iter().all(|specifiers| specifiers.accept_interpreter(&version)))
    });
    around
}

fn none() -> ActiveNames {
    ActiveNames::default()
}

/// An environment with a Python of three numbers, and with values that no marker names.
fn of_version(numbers: &[u64]) -> MarkerEnvironment {
    let text = |count: usize| {
        let numbers: Vec<String> = numbers.iter().take(count).map(u64::to_string).collect();
        Some(numbers.join("."))
    };
    let other = || Some(OTHER.to_owned());
    MarkerEnvironment {
        implementation_name: other(),
        implementation_version: None,
        os_name: other(),
        platform_machine: other(),
        platform_python_implementation: other(),
        platform_system: other(),
        python_full_version: text(3),
        python_version: text(2),
        sys_platform: other(),
    }
}

fn with_text(environment: &MarkerEnvironment, name: &str, value: &str) -> MarkerEnvironment {
    let mut changed = environment.clone();
    let some = Some(value.to_owned());
    match name {
        "sys_platform" => {
            let system = SYSTEMS.iter().find(|(_, platform)| *platform == value);
            changed.platform_system = Some(system.map_or(OTHER, |(system, _)| system).to_owned());
            changed.sys_platform = some;
        }
        "os_name" => changed.os_name = some,
        "platform_machine" => changed.platform_machine = some,
        "implementation_name" => changed.implementation_name = some,
        "platform_python_implementation" => changed.platform_python_implementation = some,
        _ => {}
    }
    changed
}

/// Says whether uv takes it that values go together. Of those that never do it knows these pairs only.
fn is_possible(environment: &MarkerEnvironment) -> bool {
    let named = (environment.os_name.as_deref(), environment.sys_platform.as_deref());
    !matches!(named, (Some("nt"), Some("linux" | "darwin" | "ios")) | (Some("posix"), Some("win32")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str, pythons: &str) -> Answer {
        let marker = |text: &str| (!text.is_empty()).then(|| Marker::parse(text).expect("a marker"));
        let pythons = Specifiers::parse(pythons).expect("specifiers");
        Marker::apply_alike(marker(one).as_ref(), marker(other).as_ref(), &[&pythons])
    }

    #[test]
    fn markers_are_compared_by_what_they_say() {
        let cases = [
            ("", "", Answer::Yes),
            ("python_version >= '3.8'", "", Answer::Yes),
            ("python_version >= '3.10'", "", Answer::No),
            ("python_version < '3.11'", "python_version <= '3.10'", Answer::Yes),
            ("python_version < '3.11'", "python_full_version < '3.11'", Answer::Yes),
            ("python_full_version < '3.11.4'", "python_full_version < '3.11.5'", Answer::No),
            ("python_version < '3.11'", "python_version in '3.9 3.10'", Answer::Yes),
            ("python_version < '3.11'", "python_version < '3.12'", Answer::No),
            (
                "python_version == '3.9' or python_version == '3.10' or python_version < '3.9'",
                "python_version < '3.11'",
                Answer::Yes,
            ),
            ("sys_platform == 'win32'", "'win32' == sys_platform", Answer::Yes),
            ("sys_platform == 'win32'", "platform_system == 'Windows'", Answer::Yes),
            ("sys_platform == 'win32'", "sys_platform == 'linux'", Answer::No),
            ("sys_platform != 'win32'", "sys_platform == 'linux'", Answer::No),
            ("sys_platform == 'win32' and python_version >= '3.8'", "sys_platform == 'win32'", Answer::Yes),
            (
                "(os_name == 'nt' or os_name == 'posix') and extra == 'x'",
                "extra == 'x' and os_name == 'nt' or extra == 'X' and os_name == 'posix'",
                Answer::Yes,
            ),
            ("extra == 'x'", "extra == 'y'", Answer::No),
            ("extra == 'x'", "", Answer::No),
            ("python_version < '3.8'", "python_version < '3'", Answer::Yes),
        ];
        for (one, other, expected) in cases {
            assert_eq!(alike(one, other, ">=3.9"), expected, "{one} | {other}");
            assert_eq!(alike(other, one, ">=3.9"), expected, "{other} | {one}");
        }
    }

    #[test]
    fn what_cannot_be_tried_is_the_same_only_as_itself() {
        for text in [
            "platform_release >= '6'",
            "'linux' in sys_platform",
            "platform_system == 'Java'",
            "python_version == '3.9a1'",
        ] {
            assert_eq!(alike(text, text, ""), Answer::Yes, "{text}");
            assert!(matches!(alike(text, "", ""), Answer::Unknown(_)), "{text}");
        }
        let nowhere = "sys_platform == 'win32' and os_name == 'posix'";
        assert_eq!(alike(nowhere, "python_version < '0'", ""), Answer::Yes);
        let unusual = "sys_platform == 'win32' and os_name == 'java'";
        assert_eq!(alike(unusual, "python_version < '0'", ""), Answer::No);
    }

    proptest::proptest! {
        #[test]
        fn negations_are_never_alike(minor in 5_u64..15, patch in 0_u64..20, operator in "(<|<=|>|>=|==|!=)") {
            let opposite = [("<", ">="), ("<=", ">"), (">", "<="), (">=", "<"), ("==", "!="), ("!=", "==")];
            let (_, opposite) = opposite.iter().find(|(name, _)| *name == operator).expect("an operator");
            let one = format!("python_full_version {operator} '3.{minor}.{patch}'");
            let other = format!("python_full_version {opposite} '3.{minor}.{patch}'");
            proptest::prop_assert_eq!(alike(&one, &one, ""), Answer::Yes);
            proptest::prop_assert_eq!(alike(&one, &other, ""), Answer::No);
            let both = format!("{one} or {other}");
            proptest::prop_assert_eq!(alike(&both, "", ""), Answer::Yes);
        }
    }
}
