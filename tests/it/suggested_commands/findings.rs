//! Findings of `check` with a command that fixes them.

use super::{Situation, finding, follow_all};
use crate::support::sandbox::tool;

/// Everything that git could take in or has.
const ABOUT_GIT: &[Situation] = &[
    finding(
        "a committed environment",
        "python3 -m venv --without-pip env; git add -f env",
        "git pyenv fix env",
    ),
    finding(
        "a committed remnant",
        "python3 -m venv --without-pip env; git add -f env/pyvenv.cfg",
        "git pyenv fix env",
    ),
    finding("a committed link", "ln -s /srv/app/venv .venv; git add -f .venv", "git pyenv fix .venv"),
    finding(
        "an environment that is not ignored",
        "python3 -m venv --without-pip 'my env'; rm -f 'my env/.gitignore'",
        "git pyenv fix 'my env'",
    ),
    finding(
        "a link that is not ignored",
        "python3 -m venv --without-pip ../env; ln -s ../env .venv",
        "git pyenv fix .venv",
    ),
    finding(
        "tracked in spite of a rule",
        "python3 -m venv --without-pip env; git add -f env; echo env >.gitignore",
        "git pyenv fix env",
    ),
    finding(
        "a rule for directories only",
        "git pyenv create -q --without-pip; rm venv/.gitignore; echo venv/ >.gitignore",
        "git pyenv fix .gitignore",
    ),
    finding(
        "a rule of this clone only",
        "git pyenv create -q --without-pip; rm venv/.gitignore; echo venv >>.git/info/exclude",
        "git pyenv fix venv",
    ),
    finding(
        "called below the top",
        "mkdir sub; python3 -m venv --without-pip env; git add -f env",
        "git pyenv fix ../env",
    )
    .below("repo/sub"),
    finding(
        "ignored and tracked, where only that is asked",
        "python3 -m venv --without-pip env; git add -f env; echo env >.gitignore",
        "git pyenv fix env",
    )
    .called("git pyenv check --select PYE202"),
];

/// A project without an environment.
const MISSING: &[Situation] = &[
    finding("no environment", "echo pip >requirements.txt", "git pyenv create"),
    finding(
        "no environment for another project of the repository",
        "mkdir api web; echo '[project]' >web/pyproject.toml; echo >web/uv.lock; echo pip >api/requirements.txt; git add .",
        "git pyenv create --env ../web/.venv",
    )
    .below("repo/api"),
    finding(
        "several environments and none selected",
        "git pyenv create -q --env one; git pyenv create -q --env two; echo pip >requirements.txt",
        "git pyenv use one",
    ),
    finding(
        "a link to nowhere in its place",
        "echo >uv.lock; ln -s /nowhere .venv; echo .venv >.gitignore",
        "rm .venv && git pyenv create",
    ),
    finding(
        "a tracked link to nowhere in its place",
        "echo >uv.lock; ln -s /nowhere .venv; git add .venv",
        "git pyenv create",
    ),
];

/// Makes `venv` and takes its interpreter away.
const DEAD: &str = "git pyenv create -q --without-pip; ln -sf /nowhere/python venv/bin/python";

/// An environment that does not work, or is not what is requested.
const BROKEN: &[Situation] = &[
    finding("a dead interpreter", DEAD, "git pyenv create --force --env venv"),
    finding(
        "a dead interpreter in what git tracks",
        "git pyenv create -q --without-pip; ln -sf /nowhere/python venv/bin/python; git add -f venv",
        "git pyenv fix venv && git pyenv create --force --env venv",
    ),
    finding(
        "a copied interpreter without its base",
        "python3 -m venv --copies --without-pip env; echo env >.gitignore
         sed -i.x 's|^home.*|home = /nowhere/bin|' env/pyvenv.cfg; rm env/pyvenv.cfg.x",
        "git pyenv create --force --env env",
    ),
    finding(
        "a setting against deletion",
        "git pyenv create -q --without-pip; ln -sf /nowhere/python venv/bin/python
         git config pyenv.autoCleanup false",
        "git -c pyenv.autoCleanup=true pyenv create --force --env venv",
    ),
    finding(
        "a healthy environment of the same name where the command is called",
        "mkdir sub; git pyenv create -q --without-pip --env sub/venv; touch sub/venv/healthy
         git pyenv create -q --without-pip --env ../repo/venv; ln -sf /nowhere/python venv/bin/python",
        "--env ../venv",
    )
    .below("repo/sub"),
    finding(
        "of a test runner",
        "python3 -m venv --without-pip .tox/py; echo .tox >.gitignore
         ln -sf /nowhere/python .tox/py/bin/python3; ln -sf /nowhere/python .tox/py/bin/python",
        "rm -r .tox/py",
    ),
    finding("a moved environment", "git pyenv create -q --without-pip --env old; mv old venv", "--env venv"),
    finding(
        "two versions in one environment",
        "git pyenv create -q --without-pip; mv venv/lib/python3.* venv/lib/python3.4",
        "git pyenv create --force --env venv",
    ),
    finding(
        "not the requested version",
        "git pyenv create -q --without-pip --python \"$OLDER\"; echo \"$NEWER\" >.python-version",
        "git pyenv create --force --env venv",
    ),
    finding(
        "not the version that is requested for this command only",
        "git pyenv create -q --without-pip --python \"$OLDER\"",
        "git pyenv create --force --env venv --python",
    )
    .called("git -c pyenv.pythonVersion=\"$NEWER\" pyenv check"),
    finding(
        "not the version that is requested for this environment",
        "git pyenv create -q --without-pip --env .venv --python \"$OLDER\"
         git config pyenv.environments.dev.directory .venv
         git config pyenv.environments.dev.python \"$NEWER\"; git config pyenv.environment dev",
        "git pyenv create --force --env .venv",
    ),
];

/// What is left of an environment.
const UNFINISHED: &[Situation] = &[
    finding(
        "compiled files only",
        "python3 -m venv --without-pip venv; rm -r venv/bin venv/pyvenv.cfg; echo venv >.gitignore
         cd venv/lib/python3.*/site-packages; mkdir -p pip/__pycache__; touch pip/__pycache__/main.cpython-312.pyc",
        "venv",
    ),
    finding(
        "only a link to an interpreter",
        "mkdir -p .venv/bin; ln -s \"$(command -v python3)\" .venv/bin/python; echo .venv >.gitignore",
        "git pyenv create --force --env .venv",
    ),
    finding(
        "no bin",
        "git pyenv create -q; rm -r venv/bin",
        "git pyenv create --force --env venv",
    ),
    finding("no bin and no settings", "git pyenv create -q; rm -r venv/bin venv/pyvenv.cfg", "--env venv"),
    finding("no settings", "git pyenv create -q --without-pip; rm venv/pyvenv.cfg", "--env venv"),
    finding("no packages", "git pyenv create -q --without-pip; rm -r venv/lib", "--env venv"),
    finding("no interpreter", "git pyenv create -q --without-pip; rm venv/bin/python*", "--env venv"),
    finding(
        "only settings, beside files of the project",
        "mkdir app; echo 'home = /usr/bin' >app/pyvenv.cfg; echo x >app/main.py; git add app/main.py
         echo app/pyvenv.cfg >.gitignore",
        "rm -r app/pyvenv.cfg",
    ),
    finding(
        "left over from a run of this program",
        "git pyenv create -q --without-pip; mkdir .git-pyenv-a1b2c3; mv venv .git-pyenv-a1b2c3/new
         echo '.git-pyenv-*' >.gitignore",
        "rm -r .git-pyenv-a1b2c3",
    ),
];

/// A script that installs the project in `$OTHER` into `venv`, with pip, and goes on.
macro_rules! editable {
    ($more:literal) => {
        concat!(
            "git pyenv create -q; cp -R \"$PROJECT\" \"$OTHER\"; git init -q \"$OTHER\"\n",
            "venv/bin/python -m pip -q install --no-index --editable \"$OTHER\"\n",
            $more
        )
    };
}

/// Editable installs.
const EDITABLES: &[Situation] = &[
    finding(
        "of another checkout",
        editable!("cp \"$PROJECT\"/* ."),
        "venv/bin/python -m pip install --editable .",
    ),
    finding(
        "of another checkout, in a dead environment",
        editable!("cp \"$PROJECT\"/* .; rm venv/bin/python*; ln -s /nowhere venv/bin/python"),
        "git pyenv create --force --env venv",
    ),
    finding(
        "of a checkout that is gone",
        editable!("cp \"$PROJECT\"/* .; rm -rf \"$OTHER\""),
        "venv/bin/python -m pip install --editable .",
    ),
    finding(
        "of a checkout that is gone, called below the top",
        editable!("cp \"$PROJECT\"/* .; rm -rf \"$OTHER\"; mkdir sub"),
        "../venv/bin/python -m pip install --editable ..",
    )
    .below("repo/sub"),
    finding(
        "of another project that is gone",
        editable!("rm -rf \"$OTHER\""),
        "venv/bin/python -m pip uninstall --yes demo",
    ),
    finding(
        "of `setup.py develop` that is gone",
        "git pyenv create -q; cd venv/lib/python3.*/site-packages; printf '%s\\n.\\n' \"$OTHER\" >demo.egg-link",
        "git pyenv create --force --env venv",
    ),
];

/// An environment with pip, and requirements that are found in `$WHEELS`.
macro_rules! packages {
    ($more:literal) => {
        concat!(
            "git pyenv create -q; printf -- '--no-index\\n--find-links %s\\n' \"$WHEELS\" >requirements.txt\n",
            "pip() { venv/bin/python -m pip -q install --no-index --find-links \"$WHEELS\" --no-deps \"$@\"; }\n",
            $more
        )
    };
}

/// Packages that are not as they were installed.
const DAMAGED: &[Situation] = &[
    finding(
        "a package that lacks a file",
        packages!("pip six==1; rm venv/lib/python3.*/site-packages/six/__init__.py"),
        "six==1",
    ),
    finding(
        "a package without metadata",
        packages!("pip six==1; rm venv/lib/python3.*/site-packages/six-1.dist-info/METADATA"),
        "git pyenv create --force --env venv",
    ),
    finding(
        "what an interrupted removal left behind",
        "git pyenv create -q; cd venv/lib/python3.*/site-packages; mkdir '~ix-1.dist-info'",
        "rm -r",
    ),
    finding(
        "many damaged packages",
        "git pyenv create -q; cd venv/lib/python3.*/site-packages
         for name in a b c d e f; do mkdir $name-1.dist-info; printf 'Name: %s\\nVersion: 1\\n' $name >$name-1.dist-info/METADATA
         printf '%s\\n' $name.py,, $name-1.dist-info/METADATA,, $name-1.dist-info/RECORD,, >$name-1.dist-info/RECORD; done",
        "git pyenv create --force --env venv",
    ),
];

/// An environment that is not in step.
const OUT_OF_STEP: &[Situation] = &[
    finding("a missing package", packages!("echo six >>requirements.txt"), "git pyenv install --env venv"),
    finding(
        "an old package",
        packages!("pip six==1; echo 'six>=2' >>requirements.txt"),
        "git pyenv install --env venv",
    ),
    finding(
        "a package from somewhere else",
        packages!("pip six==1; echo \"six @ file://$WHEELS/six-2-py3-none-any.whl\" >>requirements.txt"),
        "git pyenv install --env venv",
    ),
    finding(
        "a package whose own requirement is not met",
        packages!("pip app six==1; echo app >>requirements.txt"),
        "git pyenv install --env venv",
    ),
];

/// A project with a lock of uv for version 1 of it.
macro_rules! locked {
    ($more:literal) => {
        concat!(
            "manifest() { printf '[project]\\nname = \"demo\"\\nversion = \"%s\"\\nrequires-python = \">=3.8\"\\n' $1; }\n",
            "manifest 1 >pyproject.toml; printf 'version = 1\\nrequires-python = \">=3.8\"\\n\\n[[package]]\\nname = \"demo\"\\n' >uv.lock\n",
            "printf 'version = \"1\"\\nsource = { virtual = \".\" }\\n' >>uv.lock\n",
            $more
        )
    };
}

/// Locks that do not match, and an environment that does not match its lock. Following needs uv.
const LOCKED: &[Situation] = &[
    finding(
        "a package that is not in the lock",
        locked!(
            "git pyenv create -q; echo .venv >.gitignore
             .venv/bin/python -m pip -q install --no-index --find-links \"$WHEELS\" other"
        ),
        "git pyenv install --sync --env .venv",
    ),
    finding("a stale lock", locked!("manifest 2 >pyproject.toml"), "git pyenv lock"),
    finding(
        "a stale lock where the settings name another tool",
        locked!("manifest 2 >pyproject.toml; git config pyenv.backend pip"),
        "uv lock",
    ),
    finding(
        "a stale lock beside stale requirements",
        locked!(
            "manifest 2 >pyproject.toml
             printf '# This file was autogenerated by uv via the following command:\\n' >requirements.txt
             printf '#    uv pip compile more.in -o requirements.txt\\nsix==1\\n' >>requirements.txt"
        ),
        "uv lock",
    ),
    finding(
        "a stale lock below the top",
        locked!("mkdir sub; mv pyproject.toml uv.lock sub; git add sub; manifest 2 >sub/pyproject.toml"),
        "(cd sub && git pyenv lock)",
    ),
    finding(
        "a lock that is not in the commit",
        locked!("git add .; git commit -qm locked; manifest 2 >pyproject.toml; git add pyproject.toml"),
        "uv lock && git add uv.lock",
    )
    .called("git pyenv check --staged"),
];

#[test]
fn about_packages_that_are_damaged() {
    follow_all(DAMAGED);
}

#[test]
fn about_environments_that_are_not_in_step() {
    follow_all(OUT_OF_STEP);
}

#[test]
fn about_locks() {
    if tool("uv").is_some() {
        follow_all(LOCKED);
    }
}

#[test]
fn about_what_git_has() {
    follow_all(ABOUT_GIT);
}

#[test]
fn about_a_project_without_environment() {
    follow_all(MISSING);
}

#[test]
fn about_environments_that_do_not_work() {
    follow_all(BROKEN);
}

#[test]
fn about_what_is_left_of_environments() {
    follow_all(UNFINISHED);
}

#[test]
fn about_editable_installs() {
    follow_all(EDITABLES);
}

/// Every situation of this file.
pub(crate) fn all() -> Vec<&'static Situation> {
    [ABOUT_GIT, MISSING, BROKEN, UNFINISHED, EDITABLES, DAMAGED, OUT_OF_STEP, LOCKED]
        .into_iter()
        .flatten()
        .collect()
}
