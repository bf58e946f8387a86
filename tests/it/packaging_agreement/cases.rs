//! What is asked: written cases, all pairs of them, and random ones that are the same in each run.

use git_pyenv::python::MarkerEnvironment;
use serde_json::{Value, json};

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

const VERSIONS: [&str; 46] = [
    "1.0",
    "1",
    "1.0.0",
    "v1.0",
    "1.0+local",
    "1.0+local.1",
    "1.0+1",
    "1.0+a.b",
    "1.0.post1",
    "1.0.post2",
    "1.0.post1+local",
    "1.0-1",
    "1.0.dev1",
    "1.0.dev0",
    "1.0a1",
    "1.0rc1",
    "1.0rc2",
    "1.0-RC1",
    "1.0rc1.post1",
    "1.0rc1.dev1",
    "1.0rc1.post1.dev2",
    "1.0.post1.dev1",
    "0.9",
    "0",
    "0.dev0",
    "1.1",
    "1.1.dev1",
    "1.1rc1",
    "1.4",
    "1.4.2",
    "1.4.2rc1",
    "1.4.3rc1",
    "1.4.post1",
    "1.5",
    "1.5+cu118",
    "2.0",
    "2.0.dev0",
    "2.0.dev1",
    "2.5rc1",
    "2.0.post1",
    "1!0.5",
    "1!1.0",
    "20240101123456",
    "foobar",
    "2004d",
    "1.0-weird",
];

const OPERATORS: [&str; 11] = ["==", "!=", "<=", ">=", "<", ">", "~=", "===", "=", "=>", "^"];

/// What follows an operator beside a version.
const SPECIFIED: [&str; 24] = [
    "1.*",
    "1.0.*",
    "1.0.0.*",
    "1!1.*",
    "1.0rc1.*",
    "1.0+local.*",
    "1.0.*.*",
    "V1.0",
    "1.0.",
    "1.0a.",
    "1.0.post",
    "1.0-",
    "1.0+LOCAL-1",
    "1.0+",
    "",
    " 1.0",
    "\t1.0",
    "1.0 ",
    "1.0 1.1",
    "1.0;",
    "1.0)",
    "1_0",
    "1.0alpha-1",
    "0.dev0",
];

const LITERALS: [&str; 36] = [
    "3.13",
    "3.13.0",
    "3.1",
    "3.13.1",
    "3.12,3.13",
    "2.7, 3.6",
    "2.7.*",
    "3.13.*",
    "3.13a1",
    "3.9",
    "3",
    "4",
    "3.14.0rc1",
    "3.14.0",
    "3.15.0a2+local",
    "3.15.0",
    "linux",
    "linux2",
    "win",
    "win32",
    "darwin",
    "posix",
    "nt",
    "cpython",
    "pypy",
    "CPython",
    "x86_64",
    "x86",
    "",
    "Foo_Bar",
    "foo-bar",
    "x",
    "foo-bar baz",
    "=3.13",
    " 3.13",
    "é",
];

const VARIABLES: [&str; 24] = [
    "python_version",
    "python_full_version",
    "os_name",
    "os.name",
    "sys_platform",
    "sys.platform",
    "platform_release",
    "platform_system",
    "platform_version",
    "platform.version",
    "platform_machine",
    "platform.machine",
    "platform_python_implementation",
    "platform.python_implementation",
    "python_implementation",
    "implementation_name",
    "implementation_version",
    "extra",
    "bogus",
    "python.version",
    "sys_abi_features",
    "variant_features",
    "Python_Version",
    "extra_",
];

const COMPARISONS: [&str; 12] =
    ["==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in", "not  in", "is"];

/// Lines with a verdict of their own.
const LINES: [&str; 62] = [
    "Requests_Foo.Bar == 1.0 , != 1.1",
    "requests (>=1,<2)",
    "requests[]",
    "requests>=1,<2,",
    "requests=1.0",
    "requests => 1.0",
    "requests 1.0",
    "a b",
    "x<2>=1",
    "x==",
    "requests>=1.*",
    "requests~=1",
    "requests>=1.0+local",
    "requests==2004d",
    "requests===1.0-weird",
    "requests==v1.0",
    "requests==1.0-1",
    "requests==1!2.0",
    "requests>=2.0a1",
    "requests[security]==2.0 ; python_version < '3'",
    "requests ;python_version>\"3.9\"and python_version<\"4\"",
    "requests;",
    "requests; bogus=='x'",
    "requests; os_name=='posix' junk",
    "requests; os.name=='posix'",
    "requests; python_implementation=='CPython'",
    "requests;extra==\"x\"",
    "requests#c",
    "req-",
    "_req",
    "réq",
    "===",
    "1234",
    "requests \\ ",
    "a_",
    "a.-_b",
    "-a",
    "a[b,c]",
    "a[b c]",
    "a[b,]",
    "a[,b]",
    "a[B_c, b.C]",
    "a [ b ] >= 1",
    "a[b",
    "a(>=1",
    "a>=1)",
    "a()",
    "a (1.0)",
    "a===",
    "a===1,<2",
    "a ===1.0, <2",
    "(a)",
    "a@b",
    "a @ ",
    "a @ https://example.org/a.whl",
    "a[b] @ git+https://example.org/a.git@v1#egg=a ; python_version<'3'",
    "a @ https://example.org/a.whl;python_version<'3'",
    "a @ file:./a",
    "a @ b c",
    "a>=1\n",
    "a\u{a0}>=1",
    "",
];

/// Parts of random lines: names, extras, specifiers, markers.
const PARTS: [&[&str]; 4] = [
    &["a", "Foo.Bar", "a_", "x-y", "9", "é", "", "a-"],
    &["", "", "[b]", "[b, C_d]", "[]", "[b", " [ b ]"],
    &[
        "",
        ">=1",
        "==1.0.*,!=1.0.3",
        "(~=1.4)",
        " >= 1 , < 2",
        "===1.0",
        "==1.0+l",
        "<1,",
        "@ u",
        " @ https://u/v#w",
        "1",
        ",>=1",
        "^1",
    ],
    &[
        "",
        "",
        ";python_version<'3'",
        " ; os_name == 'nt' or (extra=='x')",
        ";",
        "; 'a' in extras",
        "; x == 'y'",
        ";python_version < \"3",
        "; ((os_name=='a'))",
    ],
];

/// Characters that random changes put in.
const NOISE: [&str; 16] = [" ", "\t", ",", ";", "(", ")", "[", "]", "=", "<", ".", "*", "@", "'", "+", "é"];

const CONSTRAINTS: [&str; 62] = [
    "*",
    "x",
    "*.*",
    "^1",
    "^1.2",
    "^1.2.3",
    "^1.2.3.4",
    "^0",
    "^0.0",
    "^0.0.0",
    "^0.0.3",
    "^0.2",
    "^0.2.3",
    "^0.0.3.4",
    "^1.0a1",
    "^ 1.2",
    "^1!1.2",
    "^1.0.post1",
    "~1",
    "~1.2",
    "~1.2.3",
    "~1.2.3.4",
    "~0",
    "~ 1.4",
    "~1.0rc1",
    "~=1.4",
    "~=1",
    "~=1.4.2",
    "~=1.4.2.1",
    "1",
    "1.0",
    "=1.0",
    "==1.0",
    "== 1.0",
    "1.*",
    "1.0.*",
    "1.*.*",
    "==1.*",
    "!=1.*",
    "!=1.0",
    ">=1 <2",
    ">=1,<2",
    ">=1, <2",
    ">= 1 <2,",
    "<1.4 >1",
    ">=1 !=1.4",
    "^1 || ^2",
    "^1|^2",
    "<1 || >=2,<3",
    ">=1.*",
    "<=1.*",
    "",
    "^",
    "^x",
    "1 - 2",
    "foo",
    "1.0.0+local",
    "<2.0",
    ">1.0",
    "<=1.0",
    ">=2.0.dev1",
    "<1.0rc2",
];

const POETRY_VERSIONS: [&str; 30] = [
    "1.0",
    "1",
    "1.0+local",
    "1.0.post1",
    "1.0.dev1",
    "1.0a1",
    "1.0rc1",
    "1.1",
    "1.2",
    "1.2.3",
    "1.2.4",
    "1.3",
    "1.4",
    "1.4.2",
    "1.4.2.9",
    "1.4.3rc1",
    "1.5",
    "2.0",
    "2.0.dev0",
    "2.0rc1",
    "2.5",
    "3.0",
    "0",
    "0.0.3",
    "0.0.4",
    "0.2.3",
    "0.3",
    "0.9",
    "1!1.2",
    "1.2.3.4",
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
