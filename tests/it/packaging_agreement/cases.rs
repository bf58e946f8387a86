//! What is asked: pairs of what is written, and random cases that are the same in each run.

use git_pyenv::python::MarkerEnvironment;
use serde_json::{Value, json};

use super::written::{
    COMPARISONS, CONSTRAINTS, LINES, LITERALS, NOISE, OPERATORS, PARTS, POETRY_VERSIONS, SPECIFIED,
    VARIABLES, VERSIONS,
};

/// A question to both sides.
#[derive(Debug)]
pub(super) enum Case {
    Contains(String, String),
    Unsatisfiable(Vec<String>),
    Line(String),
    Standard(String),
    /// The marker, which of [`ENVIRONMENTS`], and the extra that is active.
    Marker(String, usize, Option<&'static str>),
    /// The marker, the extras and the groups that are active.
    LockFile(String, Vec<&'static str>, Vec<&'static str>),
    Poetry(String, String),
}

/// Values of `python_version`, `python_full_version`, `implementation_name` and `sys_platform`.
pub(super) const ENVIRONMENTS: [[&str; 4]; 4] = [
    ["3.13", "3.13.0", "cpython", "linux"],
    ["3.9", "3.9.18", "pypy", "win32"],
    ["3.14", "3.14.0rc1", "cpython", "darwin"],
    ["3.15", "3.15.0a2+", "cpython", "linux"],
];

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).expect("a number")).expect("an index")
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

impl Case {
    /// The name and the arguments of the function that answers.
    pub(super) fn asked(&self) -> Value {
        match self {
            Self::Contains(specifiers, version) => json!(["contains", specifiers, version]),
            Self::Unsatisfiable(all) => json!(["unsatisfiable", all.join(",")]),
            Self::Line(text) => json!(["line", text]),
            Self::Standard(text) => json!(["standard", text]),
            Self::Marker(text, which, extra) => {
                json!(["marker", text, values(&ENVIRONMENTS[*which], *extra)])
            }
            Self::LockFile(text, extras, groups) => {
                json!(["lock_file", text, values(&ENVIRONMENTS[0], None), extras, groups])
            }
            Self::Poetry(constraint, version) => json!(["poetry", constraint, version]),
        }
    }
}

/// The values of all variables in an environment, as Python is given them.
fn values(of: &[&str; 4], extra: Option<&str>) -> Value {
    let known = environment(of);
    json!({
        "python_version": known.python_version, "python_full_version": known.python_full_version,
        "implementation_name": known.implementation_name, "implementation_version": known.implementation_version,
        "os_name": known.os_name, "sys_platform": known.sys_platform, "platform_machine": known.platform_machine,
        "platform_system": known.platform_system,
        "platform_python_implementation": known.platform_python_implementation,
        "platform_release": "6.18", "platform_version": "#1", "extra": extra.unwrap_or_default(),
    })
}

/// The same for our side.
pub(super) fn environment([version, full, implementation, system]: &[&str; 4]) -> MarkerEnvironment {
    let is_pypy = *implementation == "pypy";
    let some = |text: &str| Some(text.to_owned());
    MarkerEnvironment {
        implementation_name: some(implementation),
        implementation_version: some(if is_pypy { "7.3.15" } else { full }),
        os_name: some(if *system == "win32" { "nt" } else { "posix" }),
        platform_machine: some("x86_64"),
        platform_python_implementation: some(if is_pypy { "PyPy" } else { "CPython" }),
        platform_system: some(if *system == "win32" { "Windows" } else { "Linux" }),
        python_full_version: some(full),
        python_version: some(version),
        sys_platform: some(system),
    }
}

pub(super) fn all() -> Vec<Case> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut cases = specifiers(&mut random);
    cases.extend(requirements(&mut random));
    cases.extend(markers(&mut random));
    cases.extend(lock_files());
    cases.extend(CONSTRAINTS.iter().flat_map(|constraint| {
        POETRY_VERSIONS.iter().map(|version| Case::Poetry((*constraint).to_owned(), (*version).to_owned()))
    }));
    cases
}

fn specifiers(random: &mut Random) -> Vec<Case> {
    let single: Vec<String> = OPERATORS
        .iter()
        .flat_map(|operator| {
            VERSIONS.iter().chain(&SPECIFIED).map(move |version| format!("{operator}{version}"))
        })
        .collect();
    let mut cases: Vec<Case> = single
        .iter()
        .flat_map(|one| {
            VERSIONS.iter().map(move |version| Case::Contains(one.clone(), (*version).to_owned()))
        })
        .collect();
    cases.retain(|_| random.below(3) == 0);
    let pick = |random: &mut Random| single[random.below(single.len())].clone();
    for _ in 0..3000 {
        let all: Vec<String> = (0..=random.below(3)).map(|_| pick(random)).collect();
        let version = random.one(&VERSIONS).to_owned();
        cases.push(Case::Contains(all.join([",", ", ", " ,"][random.below(3)]), version));
        cases.push(Case::Unsatisfiable(all));
    }
    cases
}

fn requirements(random: &mut Random) -> Vec<Case> {
    let mut lines: Vec<String> = LINES.iter().map(|line| (*line).to_owned()).collect();
    for _ in 0..2000 {
        let mut line: String = PARTS.iter().map(|parts| random.one(parts)).collect();
        lines.push(line.clone());
        let places: Vec<usize> = line.char_indices().map(|(place, _)| place).collect();
        if let Some(place) = places.get(random.below(places.len())) {
            match random.below(3) {
                0 => drop(line.remove(*place)),
                _ => line.insert_str(*place, random.one(&NOISE)),
            }
        }
        lines.push(line);
    }
    // These are paths, archives and URLs without a name to pip, and none of this parser's business.
    lines.retain(|line| !line.starts_with('.') && !line.contains("://u") | line.contains("@ https"));
    lines.into_iter().flat_map(|line| [Case::Line(line.clone()), Case::Standard(line)]).collect()
}

fn markers(random: &mut Random) -> Vec<Case> {
    let mut texts = Vec::new();
    for variable in VARIABLES {
        for comparison in COMPARISONS {
            for literal in LITERALS {
                texts.push(format!("{variable} {comparison} \"{literal}\""));
                texts.push(format!("'{literal}'{comparison} {variable}"));
            }
        }
    }
    let mut cases: Vec<Case> = Vec::new();
    for (position, text) in texts.iter().enumerate() {
        if random.below(3) > 0 {
            continue;
        }
        let extra = [None, Some("Foo.Bar"), Some("x")][position % 3];
        cases.push(Case::Marker(text.clone(), position % ENVIRONMENTS.len(), extra));
    }
    for _ in 0..2000 {
        let mut one = || texts[random.below(texts.len())].clone();
        let (first, second, third) = (one(), one(), one());
        let text = match random.below(4) {
            0 => format!("{first} and {second} or {third}"),
            1 => format!("{first} or {second} and {third}"),
            2 => format!("({first} or {second}) and {third}"),
            _ => format!("{first} and ( {second} or ({third}) )"),
        };
        cases.push(Case::Marker(text, random.below(ENVIRONMENTS.len()), None));
    }
    cases
}

fn lock_files() -> Vec<Case> {
    let mut cases = Vec::new();
    for variable in ["extras", "dependency_groups"] {
        for name in ["docs", "Docs_X", "none"] {
            for text in [
                format!("'{name}' in {variable}"),
                format!("\"{name}\" not in {variable}"),
                format!("{variable} == '{name}'"),
                format!("{variable} in '{name}'"),
                format!("'{name}' in {variable} and python_version >= '3'"),
            ] {
                cases.push(Case::LockFile(text.clone(), vec!["docs"], vec!["docs.x"]));
                cases.push(Case::LockFile(text, vec![], vec![]));
            }
        }
    }
    cases
}
