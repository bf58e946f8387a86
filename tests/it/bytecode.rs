//! Compiled code that Python keeps elsewhere (`PYTHONPYCACHEPREFIX`) is taken for current if time and size of its source
//! are those that it was compiled from: two versions of a file never have the same time.
#![cfg(unix)]

use std::path::PathBuf;

use crate::support::pythons::{python, without_module};
use crate::support::repository::Sandbox;

/// Writes a wheel of pip that consists of a module and what every wheel has.
const MAKE_WHEEL: &str = "
import base64, hashlib, sys, zipfile
target, text = sys.argv[1:]
files = {
    'pip/__init__.py': '',
    'pip/probe.py': text,
    'pip/__main__.py': 'import pip.probe\\n',
    'pip-9.9.9.dist-info/METADATA': 'Metadata-Version: 2.1\\nName: pip\\nVersion: 9.9.9\\n',
    'pip-9.9.9.dist-info/WHEEL': 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
}
with zipfile.ZipFile(target, 'w') as wheel:
    record = ''
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b'=').decode()
        record += f'{name},sha256={digest},{len(content)}\\n'
        wheel.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    record += 'pip-9.9.9.dist-info/RECORD,,\\n'
    wheel.writestr(zipfile.ZipInfo('pip-9.9.9.dist-info/RECORD', (1980, 1, 1, 0, 0, 0)), record)
";

/// Makes the program of a Python that brings this text along as a module of its pip.
fn bringing(sandbox: &Sandbox, python: &PathBuf, directory: &str, text: &str) -> String {
    let (program, library) = without_module(sandbox, python, directory, "ensurepip");
    let bundled = library.join("ensurepip/_bundled");
    std::fs::create_dir_all(&bundled).expect("a directory");
    let wheel = bundled.join("pip-9.9.9-py3-none-any.whl");
    let made = sandbox.at("").run(python, &["-I", "-c", MAKE_WHEEL, wheel.to_str().expect("plain"), text]);
    assert_eq!(made.status, Some(0), "{}", made.said());
    program.to_str().expect("a plain path").to_owned()
}

#[test]
fn a_replaced_module_is_imported_anew() {
    let Some(python) = python("3.12") else { return };
    // With the cache, and where none can be made.
    for cache in ["cache", "/dev/null"] {
        let sandbox = Sandbox::repository();
        let at = sandbox.at("repo").with("XDG_CACHE_HOME", sandbox.path(cache));
        let mut times = Vec::new();
        for (directory, value) in [("one", "1"), ("two", "2"), ("three", "1")] {
            let from = bringing(&sandbox, &python, directory, &format!("VALUE = {value}\n"));
            at.pyenv(&["create", "--force", "--python", &from]).ended(0);
            let with_prefix = at.clone().with("PYTHONPYCACHEPREFIX", sandbox.path("compiled"));
            let own = sandbox.path("repo/venv/bin/python");
            let imported = with_prefix.run(&own, &["-c", "import pip.probe; print(pip.probe.VALUE)"]);
            assert_eq!(imported.out(), format!("{value}\n"), "{cache}: {}", imported.said());
            let file = sandbox.path("repo/venv/lib/python3.12/site-packages/pip/probe.py");
            times.push(file.metadata().expect("metadata").modified().expect("a time"));
        }
        assert_ne!(times[0], times[1], "{cache}: other content has another time");
        assert_eq!(times[0], times[2], "{cache}: the same content has the same time");
        assert!(sandbox.path("compiled").exists(), "{cache}: Python has kept compiled code");
    }
}
