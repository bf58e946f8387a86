//! A repository with an environment to install into, wheels to install, and backends that are real or stand in for one.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::answer;
use super::pythons::a_python;
use super::repository::Sandbox;
use super::sandbox::{Finished, Place, tool};
use super::schema;
use super::wheels::Wheel;

/// A build backend of a project itself: what it builds has the files of a wheel, or the directory for an editable install.
const BUILD_BACKEND: &str = r#"
import base64, hashlib, os, zipfile

METADATA = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nProvides-Extra: more\n" \
    "Requires-Dist: beta\nRequires-Dist: gamma; extra == 'more'\n"

def build(directory, files):
    files = {**files, "demo-1.0.dist-info/METADATA": METADATA,
             "demo-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        rows.append(f"{path},sha256={digest},{len(text)}\n")
    files["demo-1.0.dist-info/RECORD"] = "".join(rows) + "demo-1.0.dist-info/RECORD,,\n"
    name = "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return build(wheel_directory, {"demo.py": open("demo.py").read()})

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return build(wheel_directory, {"demo.pth": os.getcwd() + "\n"})
"#;

/// A project that can be built without an index.
const PROJECT: &str = r#"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "demo"
version = "1.0"
dependencies = ["beta"]

[project.optional-dependencies]
more = ["gamma"]
"#;

/// The parts of an answer of `install`.
pub(crate) fn changes(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let changes = answer["install"]["changes"].as_array().expect("changes");
    let words = |change: &Value| ["action", "name", "from", "to"].map(|key| text(&change[key])).join(" ");
    changes.iter().map(words).collect()
}

/// A sandbox whose repository has an environment `venv` and a `requirements.txt`.
pub(crate) struct Installs {
    pub(crate) sandbox: Sandbox,
    /// The Python that the environment is of.
    pub(crate) python: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Installs {
    /// Makes one; `None`, said aloud, without a Python. `alpha` 1.0 and 2.0 require `beta`, of which there is 1.0, as of
    /// `gamma`.
    pub(crate) fn new() -> Option<Self> {
        Self::of(a_python()?)
    }

    /// As [`Installs::new`], of this Python.
    pub(crate) fn of(python: PathBuf) -> Option<Self> {
        let installs = Self::without_environment(python);
        installs.place().pyenv(&["create", "--python", &installs.python.to_string_lossy()]).ended(0);
        Some(installs)
    }

    /// As [`Installs::of`], without the environment.
    pub(crate) fn without_environment(python: PathBuf) -> Self {
        let sandbox = Sandbox::repository();
        sandbox.write(".gitignore", "venv\n");
        sandbox.write("requirements.txt", "alpha==1.0\n");
        for version in ["1.0", "2.0"] {
            Wheel::new("alpha", version).header("Requires-Dist: beta>=1").write(&sandbox);
        }
        for name in ["beta", "gamma"] {
            Wheel::new(name, "1.0").write(&sandbox);
        }
        let wheels = sandbox.path("wheels").to_string_lossy().into_owned();
        let settings = sandbox.path("uv.toml");
        sandbox.overwrite(&settings, format!("no-index = true\nfind-links = [\"{wheels}\"]\n").as_bytes());
        sandbox.make_directory("programs");
        let own = Path::new(env!("CARGO_BIN_EXE_git-pyenv")).with_file_name("");
        let programs = sandbox.path("programs");
        // The program comes last: nothing that lies beside it is meant.
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin:{}", programs.display(), own.display());
        let variables = vec![
            ("PATH", path),
            ("UV_CACHE_DIR", sandbox.path("uv-cache").to_string_lossy().into_owned()),
            ("UV_CONFIG_FILE", settings.to_string_lossy().into_owned()),
            ("UV_PYTHON_DOWNLOADS", "never".to_owned()),
            ("PIP_FIND_LINKS", wheels),
            ("PIP_NO_INDEX", "1".to_owned()),
        ];
        Self { sandbox, python, variables }
    }

    /// The repository, with the variables by which backends find the wheels.
    pub(crate) fn place(&self) -> Place<'_> {
        self.variables.iter().fold(self.sandbox.at("repo"), |place, (name, value)| place.with(name, value))
    }

    /// Sets variables for everything that follows.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.push((name, value.into()));
    }

    /// The binary under test with these arguments, to be started by the test.
    pub(crate) fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).args(arguments);
        command
    }

    /// Writes a project that is built without an index into a directory of the repository: `demo` 1.0, which requires `beta`,
    /// and with the extra `more` also `gamma`.
    pub(crate) fn write_project(&self, directory: &str) {
        for (name, content) in
            [("pyproject.toml", PROJECT), ("backend.py", BUILD_BACKEND), ("demo.py", "value = 1\n")]
        {
            self.sandbox
                .write(std::path::Path::new(directory).join(name).to_string_lossy().as_bytes(), content);
        }
    }

    /// Puts a real program on `PATH`, under its name; `false`, said aloud, if there is none.
    pub(crate) fn with_program(&self, name: &str) -> bool {
        let Some(program) = tool(name) else { return false };
        let place = self.sandbox.path("programs").join(name);
        std::os::unix::fs::symlink(program, place).expect("a link");
        true
    }

    /// Puts a shell script on `PATH`, under this name.
    pub(crate) fn with_script(&self, name: &str, script: &str) {
        self.sandbox.write_program(format!("../programs/{name}"), format!("#!/bin/sh\n{script}"));
    }

    /// A real backend, ready to be used; `None`, said aloud, if there is none.
    pub(crate) fn with_backend(backend: &str) -> Option<Self> {
        let installs = Self::new()?;
        (backend == "pip" || installs.with_program(backend)).then_some(installs)
    }

    /// Runs `install` with `--output json` and returns its answer, which fits the schema.
    #[track_caller]
    pub(crate) fn install(&self, arguments: &[&str], status: i32) -> Value {
        let arguments = [&["install", "--output", "json"], arguments].concat();
        let finished = self.place().pyenv(&arguments).ended(status);
        let answer = finished.json();
        schema::assert_fits(&answer);
        answer
    }

    /// Runs `install` where it fails, in both formats, and returns what it says of that as text: all from `error:` on.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str], kind: &str) -> String {
        let arguments = [&["install"], arguments].concat();
        let status = if kind == "undecided" { 3 } else { 2 };
        let (answer, text) = answer::both(&self.place(), &arguments, status);
        assert_eq!(
            (answer["status"].as_str(), answer["error"]["kind"].as_str()),
            (Some("error"), Some(kind))
        );
        let at = text.find("error: ").unwrap_or_else(|| panic!("no error: {text}"));
        assert!(text.contains(answer["error"]["message"].as_str().expect("a message")), "{text}");
        text[at..].to_owned()
    }

    /// The packages of `venv`, as `pip list` names them, without pip and setuptools.
    #[track_caller]
    pub(crate) fn packages(&self) -> Vec<String> {
        self.packages_of("venv")
    }

    /// As [`Installs::packages`], of an environment in the repository.
    #[track_caller]
    pub(crate) fn packages_of(&self, environment: &str) -> Vec<String> {
        let code = "from importlib.metadata import distributions as d\n\
                    print(*sorted(x.metadata['Name'] + ' ' + x.version for x in d()), sep='\\n')";
        let python = self.sandbox.path("repo").join(environment).join("bin/python");
        let listed = self.run_python(&python, code).out();
        let own = |line: &&str| !line.starts_with("pip ") && !line.starts_with("setuptools ");
        listed.lines().filter(own).map(str::to_owned).collect()
    }

    /// The first two numbers of the version of pip in `venv`.
    #[track_caller]
    pub(crate) fn pip_version(&self) -> (u32, u32) {
        self.numbers(&self.sandbox.path("repo/venv/bin/python"), "import pip; print(pip.__version__)")
    }

    /// The first two numbers of the version of the Python that environments are of.
    #[track_caller]
    pub(crate) fn python_version(&self) -> (u32, u32) {
        self.numbers(&self.python, "import platform; print(platform.python_version())")
    }

    fn numbers(&self, python: &Path, code: &str) -> (u32, u32) {
        let said = self.run_python(python, code).out();
        let mut numbers = said.trim_end().split('.').map(|number| number.parse().expect("a number"));
        (numbers.next().expect("a number"), numbers.next().expect("a second number"))
    }

    fn run_python(&self, python: &Path, code: &str) -> Finished {
        self.sandbox.at("").run(python, &["-I", "-c", code]).ended(0)
    }
}
