//! Whether locks are fresh, compared with what the tools say of real projects.

use std::path::{Path, PathBuf};

use git_pyenv::model::Freshness;
use git_pyenv::path::RepoPath;
use git_pyenv::project::locks::{DiskFiles, LOCK_FORMATS, LockInput};

use crate::support::pythons::python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place, tool};
use crate::support::wheels::Wheel;

/// What we say of the lock in a directory.
pub(crate) fn ours(directory: &Path, lock: &str) -> Freshness {
    let format = LOCK_FORMATS.iter().find(|format| format.file_name == lock).expect("a format");
    let read = |name: &str| std::fs::read(directory.join(name)).ok();
    let manifest = read(format.manifest);
    let file = RepoPath::new(lock.as_bytes()).expect("a path");
    let files = DiskFiles { directory: directory.to_owned() };
    let lock = read(lock).expect("a lock");
    (format.freshness)(&LockInput { file: &file, lock: &lock, manifest: manifest.as_deref(), files: &files })
}

/// A project in a directory of its own, whose lock a tool has written.
pub(crate) struct Locked {
    pub(crate) sandbox: Sandbox,
    lock: &'static str,
    manifest: &'static str,
    pub(crate) locked_as: String,
    content: Vec<u8>,
}

impl Locked {
    pub(crate) fn new(lock: &'static str, manifest: &'static str, text: String) -> Self {
        let sandbox = Sandbox::repository();
        for (name, version) in [("idna", "3.10"), ("idna", "3.4"), ("six", "1.16.0"), ("iniconfig", "2.0.0")]
        {
            Wheel::new(name, version).write(&sandbox);
        }
        Wheel::new("sniffio", "1.3.0").write(&sandbox);
        let reqs =
            Wheel::new("reqs", "2.31.0").header("Requires-Dist: idna>=2").header("Provides-Extra: socks");
        reqs.header("Requires-Dist: six>=1; extra == 'socks'").write(&sandbox);
        Self { sandbox, lock, manifest, locked_as: text, content: Vec::new() }
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.sandbox.path("repo")
    }

    pub(crate) fn place(&self) -> Place<'_> {
        self.sandbox.at("repo")
    }

    /// Runs the tool that locks, which has to work.
    pub(crate) fn lock(&mut self, run: impl Fn(&Place<'_>) -> Finished) {
        self.sandbox.write(self.manifest, &self.locked_as);
        run(&self.place()).ended(0);
        self.content = std::fs::read(self.directory().join(self.lock)).expect("a lock");
    }

    /// Changes the manifest, puts the lock back and says what we and the tool say.
    fn edited(&self, what: &str, by: &str, check: impl Fn(&Place<'_>) -> Finished) -> (Freshness, Finished) {
        assert!(self.locked_as.contains(what), "`{what}` is not in the manifest");
        self.sandbox.write(self.manifest, self.locked_as.replacen(what, by, 1));
        self.sandbox.write(self.lock, &self.content);
        (ours(&self.directory(), self.lock), check(&self.place()))
    }

    /// Compares with the tool for each edit. Where the tool only compares a hash, we always know.
    pub(crate) fn compare(&self, edits: &[(&str, &str)], check: impl Fn(&Place<'_>) -> Finished) {
        let mut wrong = Vec::new();
        for (what, by) in edits {
            let (ours, theirs) = self.edited(what, by, &check);
            let agree = match ours {
                Freshness::Fresh => theirs.status == Some(0),
                Freshness::Stale(_) => theirs.status == Some(1),
                Freshness::Unknown(_) | Freshness::Unreadable(_) => false,
            };
            if !agree {
                wrong.push(format!(
                    "{what:?} → {by:?}: {ours:?}, the tool {:?}: {}",
                    theirs.status,
                    theirs.said()
                ));
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}

pub(crate) const UV_PROJECT: &str = r#"[project]
name = "a"
version = "0.1"
requires-python = ">=3.9"
dependencies = ["idna>=3.0,<4", "six>=1.16; sys_platform == 'win32'", "reqs[socks]>=2"]
[project.optional-dependencies]
ex = ["iniconfig>=1; python_version < '3.11'"]
[dependency-groups]
dev = ["iniconfig>=2", {include-group = "t"}]
t = ["sniffio"]
[tool.uv]
no-index = true
find-links = ["../wheels"]
"#;

/// Edits of [`UV_PROJECT`]: what is replaced, and by what.
const UV_EDITS: &[(&str, &str)] = &[
    ("[project]", "[project]\n# a comment\ndescription = 'x'"),
    (">=3.0,<4", "<4,  >=3"),
    (">=3.0,<4", ">=3.0.0,<4.0"),
    ("idna>=3.0,<4", "IDNA (>=3.0,<4)"),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4\", \"idna>=3.0,<4\""),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0\", \"idna<4\""),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4; python_version >= '3.8'\""),
    ("reqs[socks]", "Reqs[SOCKS,socks]"),
    ("reqs[socks]", "reqs[socks,x]"),
    ("reqs[socks]", "reqs"),
    ("\"reqs[socks]>=2\"", "\"reqs[socks]>=2\", \"reqs>=2\""),
    ("\"reqs[socks]>=2\"", "\"reqs[socks]>=2\", \"reqs[socks]\""),
    (">=3.0", ">=3.1"),
    ("idna>=3.0,<4", "idna===3.10"),
    ("idna>=3.0,<4", "idna~=3.0"),
    ("\"idna", "\"sniffio\", \"idna"),
    ("\"idna", "\"sniffio; python_version < '3.8'\", \"idna"),
    ("\"idna", "\"idna; python_version < '3.8'\", \"idna"),
    ("t = [", "z = []\nt = ["),
    ("t = [", "T = ["),
    ("{include-group = \"t\"}", "\"sniffio\""),
    ("{include-group = \"t\"}", "{include-group = \"t\"}, {include-group = \"T\"}"),
    ("iniconfig>=2", "iniconfig>=1"),
    ("ex = [", "Ex = ["),
    ("ex = [", "other = ["),
    ("[dependency-groups]", "more = []\n[dependency-groups]"),
    ("[dependency-groups]", "all = ['a[ex]']\n[dependency-groups]"),
    ("sys_platform == 'win32'", "'win32' == sys_platform"),
    ("sys_platform == 'win32'", "platform_system == 'Windows'"),
    ("sys_platform == 'win32'", "sys_platform == 'win32' and platform_system == 'Windows'"),
    ("sys_platform == 'win32'", "sys_platform == 'win32' and os_name == 'nt'"),
    ("sys_platform == 'win32'", "sys_platform == 'linux'"),
    ("python_version < '3.11'", "python_version <= '3.10'"),
    ("python_version < '3.11'", "python_full_version < '3.11'"),
    ("python_version < '3.11'", "python_version < '3.12'"),
    ("python_version < '3.11'", "python_version in '3.9 3.10'"),
    ("python_version < '3.11'", "python_version == '3.9' or python_version == '3.10'"),
    ("python_version < '3.11'", "python_version != '3.11' and python_version < '3.11'"),
    ("\">=3.9\"", "\">=3.9.0\""),
    ("\">=3.9\"", "\">=3.8,>=3.9\""),
    ("\">=3.9\"", "\">=3.8\""),
    ("\">=3.9\"", "\">=3.10\""),
    ("\">=3.9\"", "\">=3.9,<4\""),
    ("\">=3.9\"", "\"~=3.9\""),
    ("\">=3.9\"", "\">3.9\""),
    ("\"0.1\"", "\"0.1.0\""),
    ("\"0.1\"", "\"0.2\""),
    ("name = \"a\"", "name = \"A\""),
    ("name = \"a\"", "name = \"aa\""),
    ("[tool.uv]", "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n[tool.uv]"),
    ("[tool.uv]", "[tool.uv]\npackage = true"),
    ("[tool.uv]", "[tool.uv]\npackage = false"),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = ['dev']"),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = ['t']"),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = ['dev', 't']"),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = []"),
    ("[tool.uv]", "[tool.uv]\ndefault-groups = 'all'"),
    ("[tool.uv]", "[tool.uv]\nconstraint-dependencies = ['idna<5']"),
    ("[tool.uv]", "[tool.uv]\nbuild-constraint-dependencies = ['idna<5']"),
    ("[tool.uv]", "[tool.uv]\noverride-dependencies = ['idna<5']"),
    ("[tool.uv]", "[tool.uv]\nenvironments = [\"python_version >= '3.9'\"]"),
    ("[tool.uv]", "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]"),
    ("[tool.uv]", "[tool.uv]\nrequired-environments = [\"sys_platform == 'linux'\"]"),
    ("[tool.uv]", "[tool.uv]\nconflicts = [[{extra = 'ex'}, {group = 't'}]]"),
    ("[tool.uv]", "[tool.uv]\nresolution = 'highest'"),
    ("[tool.uv]", "[tool.uv]\nresolution = 'lowest'"),
    ("[tool.uv]", "[tool.uv]\nprerelease = 'allow'"),
    ("[tool.uv]", "[tool.uv]\nprerelease = 'if-necessary-or-explicit'"),
    ("[tool.uv]", "[tool.uv]\nfork-strategy = 'fewest'"),
    ("[tool.uv]", "[tool.uv]\nexclude-newer = '2034-01-01'"),
    ("[tool.uv]", "[tool.uv]\nlink-mode = 'copy'\nno-build = true"),
    ("[\"../wheels\"]", "[\"./../wheels\"]"),
    ("[tool.uv]", "[tool.uv]\nworkspace = {members = ['packages/*']}"),
    ("[tool.uv]", "[tool.uv]\nsources = {other = {path = '../x'}}"),
    ("[tool.uv]", "[tool.uv]\nsources = {six = {path = '../wheels/six-1.16.0-py3-none-any.whl'}}"),
    ("[tool.uv]", "[tool.uv]\ndev-dependencies = ['six']"),
    ("[tool.uv]", "[tool.uv]\ndev-dependencies = ['iniconfig>=2']"),
    ("[tool.uv]", "[tool.uv]\ndev-dependencies = []"),
    (">=3.0,<4", ">=3.0,<4,>=2"),
    (">=3.0,<4", ">=3.0,==3.*"),
    (">=3.0,<4", "==3.*"),
    (">=3.0,<4", ">=3,!=4,<4"),
    (">=3.0,<4", ">3.0,<4"),
    (">=3.0,<4", ">=3.0,<4,!=5"),
    (">=3.0,<4", ">=3.0,<4,!=3.5"),
    (">=3.0,<4", ">=3.0rc1,<4"),
    (">=3.0,<4", ">=3.0,<4.0rc1"),
    (">=3.0,<4", "<4"),
    (">=3.0,<4", ">=3.0,<=3.99"),
    ("\"reqs[socks]>=2\"", "\"reqs[socks]>=2\", \"reqs<3\""),
    ("\"reqs[socks]>=2\"", "\"reqs[socks]\", \"reqs>=2\""),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4\", \"idna<4; sys_platform == 'linux'\""),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4; os_name == 'nt'\", \"idna>=3.0,<4; os_name != 'nt'\""),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4; os_name == 'nt'\""),
    ("\"idna>=3.0,<4\"", "\"idna>=3.0,<4\", \"iniconfig>=1; python_version < '3.11'\""),
    ("\"iniconfig>=1; python_version < '3.11'\"", "\"iniconfig>=1; python_version < '3.11'\", \"idna\""),
    ("\"iniconfig>=2\"", "\"iniconfig>=2\", \"iniconfig; os_name == 'nt'\""),
    ("sys_platform == 'win32'", "sys_platform == 'win32' and implementation_name == 'cpython'"),
    ("[tool.uv]", "[tool.uv]\nsources = {idna = {path = '../wheels/idna-3.4-py3-none-any.whl'}}"),
    (
        "[tool.uv]",
        "[tool.uv]\nsources = {idna = [{path = '../wheels/idna-3.4-py3-none-any.whl', marker = \"os_name == 'nt'\"}]}",
    ),
    ("[tool.uv]", "[tool.uv]\nexclude-dependencies = ['six']"),
    ("[tool.uv]", "[tool.uv]\nexclude-dependencies = []"),
    (
        "[tool.uv]",
        "[tool.uv]\ndependency-metadata = [{name = 'six', version = '1.16.0', requires-dist = ['idna']}]",
    ),
    ("[tool.uv]", "[tool.uv]\ndependency-metadata = []"),
    ("\">=3.9\"", "\">=3.9,!=3.9.1\""),
    ("\">=3.9\"", "\">=3.9,!=3.9.0\""),
    ("\">=3.9\"", "\">=3.9,!=3.9.*\""),
    ("\">=3.9\"", "\">=3.9,!=3.10.*\""),
];

/// `uv` in a place, without network.
pub(crate) fn uv<'p>(place: &Place<'p>, python: &Path) -> Place<'p> {
    place.clone().with("UV_OFFLINE", "1").with("UV_PYTHON", python)
}

#[test]
fn uv_agrees_on_every_edit() {
    let (Some(program), Some(python)) = (tool("uv"), python("3.12")) else { return };
    let mut project = Locked::new("uv.lock", "pyproject.toml", UV_PROJECT.to_owned());
    project.lock(|place| uv(place, &python).run(&program, &["lock"]));
    project.compare(UV_EDITS, |place| uv(place, &python).run(&program, &["lock", "--check"]));
}

/// Edits of a `pyproject.toml` that poetry and pdm compare by a hash of its text, also in spacing and order.
const HASHED_EDITS: &[(&str, &str)] = &[
    ("[project]", "[project]\n# a comment\ndescription = 'é'"),
    ("\"0.1\"", "\"0.2\""),
    ("\">=3.9\"", "\">=3.10\""),
    ("\">=3.9\"", "'>=3.9'"),
    ("\"sniffio>=1\"", "\"sniffio>=1.1\""),
    ("\"sniffio>=1\"", "\"sniffio >= 1\""),
    ("\"sniffio>=1\"", "\"sniffio>=1\", \"six\""),
    ("\"sniffio>=1\"", "\"Sniffio>=1\""),
    ("extra = [\"sniffio>=1\"]", "extra = []"),
    ("dev = [\"sniffio\"]", "Dev = [\"sniffio\"]"),
    (
        "dev = [\"sniffio\"]",
        "dev = [\"sniffio\", {include-group = \"other\"}]\nother = [\"six # \u{e9}\u{1f600}\"]",
    ),
    ("dev = [\"sniffio\"]", ""),
    ("[tool.poetry]", "[tool.poetry.group.docs.dependencies]\nsix = \"^1.0\"\n[tool.poetry]"),
    (
        "[tool.poetry]",
        "[tool.poetry.dependencies]\nsix = {version = \"^1.0\", optional = true, allow-prereleases = true}\n[tool.poetry]",
    ),
    (
        "[tool.poetry]",
        "[tool.pdm.resolution]\nallow-prereleases = true\noverrides = {six = \">=1\"}\n[tool.poetry]",
    ),
    ("[tool.poetry]", "[tool.pdm.dev-dependencies]\nMy_Dev = [\"six\"]\n[tool.poetry]"),
    (
        "[tool.poetry]",
        "[[tool.pdm.source]]\nname = \"x\"\nurl = \"https://example.org/simple\"\nverify_ssl = true\n[tool.poetry]",
    ),
    ("[tool.poetry]", "[build-system]\nrequires = []\n[tool.poetry]"),
];

/// A project whose packages are all wheels on the disk, so that no index is needed.
fn hashed_project(lock: &'static str) -> Locked {
    let mut project = Locked::new(lock, "pyproject.toml", String::new());
    let wheel = |name: &str| format!("file://{}", project.sandbox.path(&format!("wheels/{name}")).display());
    project.locked_as = format!(
        "[project]\nname = \"a\"\nversion = \"0.1\"\nrequires-python = \">=3.9\"\n\
         dependencies = [\"idna @ {}\", \"sniffio @ {}\"]\n\
         [project.optional-dependencies]\nextra = [\"sniffio>=1\"]\n\
         [dependency-groups]\ndev = [\"sniffio\"]\n[tool.poetry]\npackage-mode = false\n[tool.pdm]\ndistribution = false\n",
        wheel("idna-3.10-py3-none-any.whl"),
        wheel("sniffio-1.3.0-py3-none-any.whl"),
    );
    project
}

#[test]
fn poetry_agrees_on_every_edit() {
    let Some(program) = tool("poetry") else { return };
    let mut project = hashed_project("poetry.lock");
    let poetry = |place: &Place<'_>, arguments: &[&str]| {
        place.clone().with("POETRY_VIRTUALENVS_CREATE", "false").run(&program, arguments)
    };
    project.lock(|place| poetry(place, &["lock", "--no-interaction"]));
    project.compare(HASHED_EDITS, |place| poetry(place, &["check", "--lock"]));
}

#[test]
fn pdm_agrees_on_every_edit() {
    let (Some(program), Some(python)) = (tool("pdm"), python("3.12")) else { return };
    let mut project = hashed_project("pdm.lock");
    let pdm = |place: &Place<'_>, arguments: &[&str]| {
        let place = place.clone().with("PDM_CHECK_UPDATE", "0").with("PDM_USE_VENV", "0");
        place.with("PDM_IGNORE_SAVED_PYTHON", "1").with("PDM_PYTHON", &python).run(&program, arguments)
    };
    project.lock(|place| pdm(place, &["lock"]));
    project.compare(HASHED_EDITS, |place| pdm(place, &["lock", "--check"]));
}

/// Edits of a `Pipfile`.
const PIPFILE_EDITS: &[(&str, &str)] = &[
    ("[packages]", "# a comment\n[packages]"),
    ("Idna = ", "idna = "),
    ("\"*\"", "'*'"),
    ("\"*\"", "\">=3\""),
    ("\"*\"", "{version = \"*\"}"),
    ("Idna = \"*\"", "Idna = \"*\"\nsix = \"*\""),
    ("[dev-packages]", "[dev-packages]\nsix = \"*\""),
    ("[dev-packages]", "[docs]\nMy_Pkg = \"*\"\n[dev-packages]"),
    ("[dev-packages]", "[scripts]\na = \"b\"\n[dev-packages]"),
    ("[dev-packages]", "[requires]\npython_version = \"3.12\"\n[dev-packages]"),
    ("[dev-packages]", "[pipenv]\nallow_prereleases = true\n[dev-packages]"),
    ("verify_ssl = false", "verify_ssl = true"),
];

#[test]
fn pipenv_agrees_on_every_edit() {
    let (Some(program), Some(python)) = (tool("pipenv"), python("3.12")) else { return };
    let mut project = Locked::new("Pipfile.lock", "Pipfile", String::new());
    let page = "<a href=\"../../wheels/idna-3.10-py3-none-any.whl\">idna-3.10-py3-none-any.whl</a>";
    let index = project.sandbox.path("simple");
    std::fs::create_dir_all(index.join("idna")).expect("a directory");
    std::fs::write(index.join("idna/index.html"), page).expect("a page");
    project.locked_as = format!(
        "[[source]]\nname = \"local\"\nurl = \"file://{}\"\nverify_ssl = false\n[packages]\nIdna = \"*\"\n[dev-packages]\n",
        index.display()
    );
    let pipenv = |place: &Place<'_>, arguments: &[&str]| {
        place
            .clone()
            .with("PIPENV_IGNORE_VIRTUALENVS", "1")
            .with("PIPENV_PYTHON", &python)
            .run(&program, arguments)
    };
    project.lock(|place| pipenv(place, &["lock"]));
    project.compare(PIPFILE_EDITS, |place| pipenv(place, &["verify"]));
}

#[test]
fn a_lock_that_is_a_link_is_read_as_its_tool_reads_it() {
    let sandbox = Sandbox::repository();
    sandbox.write("app/pyproject.toml", "[project]\nname = 'p'\nversion = '1'\ndependencies = ['idna']\n");
    let lock = "[metadata]\ngroups = ['default']\nlock_version = '4.5.0'\ncontent_hash = 'sha256:00'\n";
    sandbox.write("kept/the-lock", lock);
    sandbox.link("app/pdm.lock", "../kept/the-lock");
    sandbox.git(&["add", "app/pyproject.toml"]);
    let answer = sandbox.json(&["check", "--select", "PYE501"]);
    assert_eq!(answer["skipped"], serde_json::json!([]), "{answer:#}");
    assert_eq!(answer["findings"][0]["code"], "PYE501", "{answer:#}");
}
