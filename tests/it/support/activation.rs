//! Environments with this program's own activation scripts.

use std::path::{Path, PathBuf};

use git_pyenv::model::Platform;
use git_pyenv::shells::{self, ScriptParameters};

use super::repository::Sandbox;
use super::sandbox::tool;

/// A name that each shell would obey somewhere if it stood there unquoted; obeyed, it makes the file `canary`.
pub(crate) const HOSTILE: &str =
    "it's  \"$(touch canary)`touch canary` $HOME ;touch canary& #é!x\\%n[a]*{b}~";

/// Makes an environment of the installed Python in a directory of the sandbox's repository, with a program `hello`
/// that says where it is. `None`, said aloud, without a Python.
pub(crate) fn environment(sandbox: &Sandbox, directory: &str) -> Option<PathBuf> {
    let python = base_python(sandbox)?;
    let home = Path::new(&python).parent().and_then(Path::to_str).expect("a directory").to_owned();
    sandbox.write(
        format!("{directory}/pyvenv.cfg"),
        format!("home = {home}\ninclude-system-site-packages = false\nversion = 3.11.2\n"),
    );
    sandbox.link(format!("{directory}/bin/python"), python);
    sandbox.write_program(format!("{directory}/bin/hello"), "#!/bin/sh\nprintf '%s\\n' hello \"$@\"\n");
    let root = sandbox.path("repo").join(directory);
    let prompt = root.file_name().and_then(|name| name.to_str()).expect("text");
    let place = ScriptParameters { root: root.to_str().expect("text"), prompt, platform: Platform::Posix };
    for script in shells::scripts(&place) {
        sandbox.write(format!("{directory}/bin/{}", script.name), script.text);
    }
    Some(root)
}

/// A Python that is neither a shim nor one of an environment.
fn base_python(sandbox: &Sandbox) -> Option<String> {
    let code = "import sys; print(getattr(sys, '_base_executable', sys.executable))";
    let finished = sandbox.at("repo").run(tool("python3")?, &["-c", code]).ended(0);
    Some(finished.out().trim_end().to_owned())
}
