//! An environment of `create` and one of the same Python's `venv` agree; every difference has a row with its reason.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::pythons::python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, skip, tool};

/// Who has a file that the other has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    Ours,
    Theirs,
    /// Both have it, with another content.
    Other,
}

/// Every difference in files: a path, in which `*` stands for a part of a name, who has it, and why.
const DIFFERENCES: &[(&str, Only, &str)] = &[
    (".gitignore", Only::Ours, "git must not see it; venv writes one since Python 3.13"),
    (".gitignore", Only::Other, "venv's names venv"),
    ("CACHEDIR.TAG", Only::Ours, "keeps it out of backups, as uv and virtualenv do"),
    ("pyvenv.cfg", Only::Other, "names the creator, and has the keys of later versions"),
    ("bin/Activate.ps1", Only::Ours, "venv has it since Python 3.8"),
    ("bin/activate.nu", Only::Ours, "one more shell"),
    ("bin/activate.xsh", Only::Ours, "one more shell"),
    ("bin/activate_this.py", Only::Ours, "for programs that embed Python, as uv and virtualenv have it"),
    ("bin/Activate.ps1", Only::Other, "quotes the path"),
    ("bin/activate", Only::Other, "quotes the path"),
    ("bin/activate.csh", Only::Other, "quotes the path"),
    ("bin/activate.fish", Only::Other, "quotes the path"),
    ("bin/python", Only::Other, "leads out itself, where venv's leads to the name that venv was run as"),
    ("bin/python3", Only::Other, "leads to `python`"),
    ("bin/python3.*", Only::Other, "leads to `python`"),
    ("bin/python3.*", Only::Ours, "venv has it since Python 3.9"),
    ("bin/pip*", Only::Other, "its first line names `bin/python`"),
    ("bin/easy_install*", Only::Other, "its first line names `bin/python`"),
    ("lib/*/site-packages/*.dist-info/REQUESTED", Only::Ours, "pip writes it since version 20.2"),
    (
        "lib/*/site-packages/*.dist-info/RECORD",
        Only::Other,
        "lists scripts with another first line, and no bytecode",
    ),
];

/// What a Python says of its environment.
const FACTS: &str = "\
import json, sys, sysconfig
print(json.dumps({
    'prefix': sys.prefix, 'base': sys.base_prefix, 'exec': sys.base_exec_prefix, 'path': sys.path,
    'paths': sysconfig.get_paths(), 'version': sys.version, 'platlibdir': getattr(sys, 'platlibdir', None),
}, sort_keys=True, indent=1))";

/// Writes a wheel with a package and a script.
const WHEEL: &str = "\
import base64, hashlib, sys, zipfile
files = {
    'hello.py': 'def main():\\n    print(\"hello from\", __import__(\"sys\").prefix)\\n',
    'hello-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\\nName: hello\\nVersion: 1.0\\n',
    'hello-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
    'hello-1.0.dist-info/entry_points.txt': '[console_scripts]\\nhello = hello:main\\n',
}
digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()
record = ''.join('%s,sha256=%s,%d\\n' % (name, digest(text), len(text)) for name, text in sorted(files.items()))
files['hello-1.0.dist-info/RECORD'] = record + 'hello-1.0.dist-info/RECORD,,\\n'
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)";

/// A pair of environments.
struct Pair {
    sandbox: Sandbox,
    base: PathBuf,
}

impl Pair {
    fn new(base: PathBuf) -> Option<Self> {
        let sandbox = Sandbox::repository();
        let place = sandbox.at("repo");
        let made = place.run(&base, &["-m", "venv", "theirs"]);
        if made.status != Some(0) {
            skip(&format!("{} makes no environments: {}", base.display(), made.said()));
            return None;
        }
        let arguments = ["create", "--env", "ours", "--python", &base.to_string_lossy(), "--output", "text"];
        place.pyenv(&arguments).ended(0);
        Some(Self { sandbox, base })
    }

    fn root(&self, name: &str) -> PathBuf {
        self.sandbox.path("repo").join(name)
    }

    fn run(&self, name: &str, program: &str, arguments: &[&str]) -> Finished {
        let place =
            self.sandbox.at("repo").with("PIP_DISABLE_PIP_VERSION_CHECK", "1").with("PIP_NO_INDEX", "1");
        place.run(self.root(name).join(program), arguments)
    }

    /// Runs the same in both; what they say is the same but for their places.
    #[track_caller]
    fn agree(&self, program: &str, arguments: &[&str]) -> String {
        let [ours, theirs] = ["ours", "theirs"].map(|name| {
            let finished = self.run(name, program, arguments);
            let place = self.root(name);
            let out = finished.out().replace(&*place.to_string_lossy(), "[ENV]");
            (finished.status, out.replace(name, "[NAME]"), finished)
        });
        assert_eq!(
            (&ours.0, &ours.1),
            (&theirs.0, &theirs.1),
            "{program} {arguments:?}\n{}\n{}",
            ours.2.said(),
            theirs.2.said()
        );
        assert_eq!(ours.0, Some(0), "{program} {arguments:?}: {}", ours.2.said());
        ours.1
    }

    fn wheel(&self) -> String {
        let wheel = self.sandbox.path("hello-1.0-py3-none-any.whl").to_string_lossy().into_owned();
        self.sandbox.at("").run(&self.base, &["-c", WHEEL, &wheel]).ended(0);
        wheel
    }
}

/// Every path of an environment, with what is there. Bytecode is left out: pip compiles, we leave it to Python.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![root.to_path_buf()];
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory").flatten() {
            let path = entry.path();
            let kind = entry.file_type().expect("a kind");
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            let content = if kind.is_symlink() {
                std::fs::read_link(&path).expect("a link").to_string_lossy().into_owned().into_bytes()
            } else if kind.is_dir() {
                if entry.file_name() == "__pycache__" {
                    continue;
                }
                pending.push(path);
                b"directory".to_vec()
            } else {
                let executable =
                    std::os::unix::fs::MetadataExt::mode(&entry.metadata().expect("metadata")) & 0o777;
                [format!("{executable:o} ").into_bytes(), std::fs::read(&path).expect("a file")].concat()
            };
            found.insert(name, content);
        }
    }
    found
}

fn differences(pair: &Pair) -> Vec<(String, Only)> {
    let [ours, theirs] = ["ours", "theirs"].map(|name| tree(&pair.root(name)));
    let of_ours = ours.iter().filter_map(|(path, content)| match theirs.get(path) {
        None => Some((path.clone(), Only::Ours)),
        Some(other) if other != content => Some((path.clone(), Only::Other)),
        Some(_) => None,
    });
    let of_theirs = theirs.keys().filter(|path| !ours.contains_key(*path));
    of_ours.chain(of_theirs.map(|path| (path.clone(), Only::Theirs))).collect()
}

/// Says whether a path fits a row, in which `*` stands for a part of a name.
fn fits(path: &str, row: &str) -> bool {
    let (path, row): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), row.split('/').collect());
    path.len() == row.len()
        && path.iter().zip(row).all(|(part, row)| match row.split_once('*') {
            None => *part == row,
            Some((start, end)) => {
                part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
            }
        })
}

/// The rows of a `RECORD` that tell of files as they came, without scripts and bytecode.
fn recorded(pair: &Pair, name: &str, path: &str) -> Vec<String> {
    let bytes = std::fs::read(pair.root(name).join(path)).expect("a list");
    let text = String::from_utf8(bytes).expect("text");
    let rows = text
        .lines()
        .filter(|row| !row.contains("__pycache__") && !row.starts_with("../") && !row.contains("REQUESTED"));
    rows.map(str::to_owned).collect()
}

fn assert_agreement(base: PathBuf) {
    let Some(pair) = Pair::new(base) else { return };
    let differences = differences(&pair);
    let unexplained: Vec<_> = differences
        .iter()
        .filter(|(path, only)| !DIFFERENCES.iter().any(|(row, who, _)| who == only && fits(path, row)))
        .collect();
    assert!(unexplained.is_empty(), "{}: {unexplained:#?}", pair.base.display());
    for (path, _) in differences.iter().filter(|(path, _)| path.ends_with("/RECORD")) {
        assert_eq!(recorded(&pair, "ours", path), recorded(&pair, "theirs", path), "{path}");
    }
    pair.agree("bin/python", &["-c", FACTS]);
    for name in ["python3", "pip", "pip3"] {
        pair.agree(&format!("bin/{name}"), &["--version"]);
    }
    let wheel = pair.wheel();
    pair.agree("bin/pip", &["list", "--format=freeze"]);
    for name in ["ours", "theirs"] {
        pair.run(name, "bin/pip", &["install", "--no-index", &wheel]).ended(0);
    }
    assert!(pair.agree("bin/hello", &[]).contains("hello from [ENV]"));
    assert!(pair.agree("bin/pip", &["list", "--format=freeze"]).contains("hello==1.0"));
    pair.agree("bin/pip", &["check"]);
    for name in ["ours", "theirs"] {
        pair.run(name, "bin/pip", &["uninstall", "--yes", "hello"]).ended(0);
        assert!(!pair.root(name).join("bin/hello").exists(), "{name}");
    }
    install_with_uv(&pair, &wheel);
    // Pip knows all of its files, and takes itself away.
    pair.run("ours", "bin/python", &["-m", "pip", "uninstall", "--yes", "pip"]).ended(0);
    let left: Vec<String> = tree(&pair.root("ours")).into_keys().filter(|path| is_of_pip(path)).collect();
    assert!(left.is_empty(), "{left:?}");
}

fn is_of_pip(path: &str) -> bool {
    path.starts_with("bin/pip")
        || path.contains("/site-packages/pip-")
        || path.ends_with("/site-packages/pip")
}

/// Uv installs into both, or refuses both because it does not know so old a Python.
fn install_with_uv(pair: &Pair, wheel: &str) {
    let Some(uv) = tool("uv") else { return };
    let said = ["ours", "theirs"].map(|name| {
        let python = pair.root(name).join("bin/python");
        let arguments =
            ["pip", "install", "--offline", "--no-index", "--python", &python.to_string_lossy(), wheel];
        let finished = pair.sandbox.at("repo").with("UV_PYTHON_DOWNLOADS", "never").run(&uv, &arguments);
        if finished.status == Some(0) {
            let hello = pair.run(name, "bin/hello", &[]).ended(0);
            assert!(hello.out().contains(&*pair.root(name).to_string_lossy()), "{}", hello.said());
        }
        finished
    });
    assert_eq!(said[0].status, said[1].status, "{}\n{}", said[0].said(), said[1].said());
}

/// One test for each version, so that they run side by side.
macro_rules! agreement {
    ($($name:ident: $version:literal,)*) => {$(
        #[test]
        fn $name() {
            if let Some(base) = python($version) {
                assert_agreement(base);
            }
        }
    )*};
}

agreement! {
    with_python_3_6: "3.6",
    with_python_3_7: "3.7",
    with_python_3_8: "3.8",
    with_python_3_9: "3.9",
    with_python_3_10: "3.10",
    with_python_3_11: "3.11",
    with_python_3_12: "3.12",
    with_python_3_13: "3.13",
}

#[test]
fn with_the_python_of_the_system() {
    let base = PathBuf::from("/usr/bin/python3");
    if base.is_file() { assert_agreement(base) } else { skip("the system has no Python") }
}
