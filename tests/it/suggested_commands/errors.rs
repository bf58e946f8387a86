//! Errors, and notes, with a command that helps.

use super::{Situation, error, follow_all};

/// Makes `venv` and takes its interpreter away.
const DEAD: &str = "git pyenv create -q --without-pip; ln -sf /nowhere/python venv/bin/python";

/// Makes `.venv` as Windows does.
const WINDOWS: &str = "mkdir -p .venv/Scripts .venv/Lib/site-packages; printf MZ >.venv/Scripts/python.exe
    printf 'home = C:\\\\Python312\\nversion = 3.12.1\\n' >.venv/pyvenv.cfg; echo x >.venv/Scripts/activate";

/// `create`.
const CREATE: &[Situation] = &[
    error(
        "another Python than the existing one",
        "git pyenv create -q --without-pip; git pyenv create -q --without-pip --env .venv-new --python \"$OLDER\"",
        "git pyenv create --env .venv-new --python \"$NEWER\" --without-pip --prompt='-x y'",
        "git pyenv create --force --env .venv-new --python=",
    ),
    error(
        "another directory, for this command only",
        "git pyenv create -q --without-pip; git pyenv create -q --without-pip --env .venv-new --python \"$OLDER\"",
        "git -c pyenv.venvDirectory=.venv-new -c pyenv.pythonVersion=\"$NEWER\" pyenv create --without-pip",
        "git pyenv create --force --env .venv-new --python",
    ),
    error(
        "an option that the existing one does not have",
        "git pyenv create -q --without-pip",
        "git pyenv create --system-site-packages --without-pip",
        "git pyenv create --force --without-pip --system-site-packages",
    ),
    error(
        "one that only a file of the repository names",
        "git pyenv create -q --without-pip --env env-a; git pyenv create -q --without-pip --env env-b
         echo env-a >.python-envs",
        "git pyenv create --force --without-pip",
        "git pyenv create --force --env env-a --without-pip",
    )
    .works(),
    error(
        "another plan than the one that was shown",
        "",
        "git pyenv create --prompt='-x y' --without-pip --apply 0 './a b'",
        "git pyenv create --without-pip --prompt=-'x y' --dry-run './a b'",
    )
    .works(),
    error("an existing one that is dead", DEAD, "git pyenv create --without-pip", "git pyenv create --force"),
    error(
        "one of all that is dead",
        "git config pyenv.environments.a.directory venv; git config pyenv.environments.b.directory .venv-b
         git pyenv create -q --without-pip; ln -sf /nowhere/python venv/bin/python",
        "git pyenv create --without-pip --env a",
        "git pyenv create --force --env a --without-pip",
    ),
    error(
        "an existing one with files that no tool can create again",
        "git pyenv create -q --without-pip; rm venv/pyvenv.cfg; echo mine >venv/notes.txt",
        "git pyenv create --without-pip",
        "mv venv venv.old && git pyenv create --env venv --without-pip",
    ),
    error(
        "an existing one of another name with files that no tool can create again",
        "git pyenv create -q --without-pip --env .venv; echo mine >.venv/notes.txt",
        "git pyenv create --without-pip --system-site-packages",
        "mv .venv .venv.old && git pyenv create --env .venv --without-pip",
    ),
    error(
        "a setting against deletion",
        "git pyenv create -q --without-pip --env .venv-new; git config pyenv.autoCleanup false",
        "git pyenv create --force --env .venv-new --without-pip",
        "git -c pyenv.autoCleanup=true pyenv create --force --env .venv-new --without-pip",
    )
    .works(),
    error(
        "only compiled files",
        "mkdir -p venv/lib/__pycache__; touch venv/lib/__pycache__/a.cpython-312.pyc",
        "git pyenv create --without-pip",
        "rm -r venv",
    ),
    error(
        "an environment of Windows",
        WINDOWS,
        "git pyenv create --force --env .venv --without-pip",
        "git pyenv create --env .venv-",
    )
    .works(),
    error(
        "an environment for this system beside one of Windows",
        "mkdir -p .venv/Scripts; printf 'home = C:\\\\Python312\\n' >.venv/pyvenv.cfg; echo x >.venv/Scripts/activate
         for system in linux macos; do git pyenv create -q --without-pip --env .venv-$system; done",
        "git pyenv activate --env .venv",
        "git pyenv use .venv-",
    )
    .works(),
    error(
        "a link",
        "mkdir real; echo x >real/x; ln -s real venv",
        "git pyenv create --without-pip",
        "rm venv",
    ),
    error(
        "a file",
        "mkdir sub; echo x >venv; echo y >venv.old",
        "git pyenv create --env ../venv --without-pip",
        "mv ../venv ../venv.old2",
    )
    .below("repo/sub"),
    error(
        "what git tracks",
        "python3 -m venv --without-pip venv; git add -f venv; rm -r venv",
        "git pyenv create --without-pip",
        "git pyenv fix venv",
    ),
    error(
        "files of the project that git tracks",
        "mkdir src; echo x >src/x; git add src",
        "git pyenv create --env src --without-pip --prompt it",
        "git pyenv create --env .venv --prompt=it --without-pip",
    )
    .works(),
    error(
        "the top",
        "",
        "git pyenv create --env . --without-pip",
        "git pyenv create --env .venv --without-pip",
    )
    .works(),
    error(
        "the git directory",
        "mkdir sub",
        "git pyenv create --env ../.git/venv --without-pip",
        "git pyenv create --env ../.venv --without-pip",
    )
    .below("repo/sub")
    .works(),
    error(
        "no names in the settings",
        "",
        "git pyenv create --all --without-pip",
        "git config pyenv.environments.",
    ),
    error(
        "no pip to install with",
        "echo gamma >requirements.txt; git pyenv create --without-pip --env .venv",
        "git pyenv install --backend pip",
        "git pyenv create --force",
    )
    .works(),
    error(
        "nothing to install with",
        "echo gamma >requirements.txt; git pyenv create --without-pip --env .venv",
        "PATH=${PATH%%:*}:/usr/bin:/bin git pyenv install",
        "git pyenv create --force",
    )
    .works(),
    error(
        "a backend that was killed",
        "echo pip >requirements.txt; git pyenv create --env .venv; echo mark >.venv/.git-pyenv.lock; mkdir ../bin; \
         printf '#!/bin/sh\\nkill -KILL $$\\n' >../bin/uv; chmod +x ../bin/uv",
        "PATH=$PWD/../bin:$PATH git pyenv install --backend uv",
        "git pyenv install",
    )
    .works(),
    error(
        "no environment to install into",
        "touch requirements.txt",
        "git pyenv install --env .venv",
        "git pyenv create --env .venv",
    )
    .works(),
    error(
        "a tracked link out of the repository",
        "mkdir ../out; ln -s ../out linked; git add linked",
        "git pyenv create --without-pip --env linked/venv",
        "/out/venv",
    ),
];

/// A repository that git refuses.
const SHARED: &[Situation] = &[error(
    "a value of core.sharedRepository that git refuses",
    "echo x >.gitignore; printf '[core]\\n\\tsharedRepository = 0400\\n' >>.git/config",
    "git-pyenv create --without-pip",
    "config --file ",
)];

/// `activate`, `run`: an environment that is not there or does not work.
const SELECTED: &[Situation] = &[
    error("no environment to activate", "", "git pyenv activate", "git pyenv create"),
    error("no environment to run in", "", "git pyenv run --env docs -- true", "git pyenv create --env docs"),
    error(
        "several environments to choose from",
        "git pyenv create -q --without-pip --env one; git pyenv create -q --without-pip --env two; mkdir sub",
        "git pyenv activate",
        "git pyenv use ../two",
    )
    .below("repo/sub"),
    error("a dead one to activate", DEAD, "git pyenv activate", "git pyenv create --force"),
    error(
        "a dead one to run in",
        DEAD,
        "git pyenv run --env venv true",
        "git pyenv create --force --env venv",
    ),
    error(
        "a dead one that git tracks",
        "git pyenv create -q --without-pip; ln -sf /nowhere/python venv/bin/python; git add -f venv",
        "git pyenv run true",
        "git pyenv fix venv && git pyenv create --force",
    ),
    error(
        "one that is half gone",
        "git pyenv create -q --without-pip; rm venv/pyvenv.cfg",
        "git pyenv run --env venv true",
        "git pyenv create --force --env venv",
    ),
    error(
        "only compiled files",
        "mkdir -p venv/lib/__pycache__; touch venv/lib/__pycache__/a.cpython-312.pyc",
        "git pyenv activate",
        "rm -r venv && git pyenv create",
    ),
    error(
        "a moved one",
        "git pyenv create -q --without-pip --env old; mv old venv",
        "git pyenv activate",
        "--force",
    ),
    error(
        "no activation script",
        "git pyenv create -q --without-pip; rm venv/bin/*ctivate*",
        "git pyenv activate --env venv",
        "git pyenv create --force --env venv",
    ),
    error(
        "no activation script for a shell",
        "git pyenv create -q --without-pip --env e",
        "git pyenv activate --env e --shell cmd",
        "git pyenv run --env e -- python",
    )
    .works(),
    error(
        "a misspelled program",
        "git pyenv create -q --without-pip --env e",
        "git pyenv run --env e -- pythn -c 'print(\"a b\")' -- ''",
        "git pyenv run --env e -- python -c 'print(\"a b\")' -- ''",
    )
    .works(),
    error(
        "a program of the working directory",
        "git pyenv create -q --without-pip; printf '#!/bin/sh\\ntest \"$1\" = --x\\n' >own; chmod +x own",
        "git pyenv run own --x",
        "git pyenv run -- ./own --x",
    )
    .works(),
    error(
        "a pip that the environment does not have",
        "git pyenv create -q --without-pip --env e",
        "git pyenv run --env e -- pip3 list",
        "git pyenv run --env e -m ensurepip",
    )
    .works(),
    error(
        "a Python of another version",
        "git pyenv create -q --without-pip --env e",
        "git pyenv run --env e -- python2.6 -c 'print(1)'",
        "git pyenv run --env e -- python -c 'print(1)'",
    )
    .works(),
    error(
        "a script whose interpreter is gone",
        "git pyenv create -q; mv venv .venv; sed -i.x '1s|.*|#!/nowhere/python|' .venv/bin/pip",
        "git pyenv run pip --version",
        "git pyenv run -- python -m pip --version",
    )
    .works(),
    error(
        "a tracked link out of the repository",
        "git pyenv create -q --without-pip --env ../out; ln -s ../out .venv; git add -f .venv",
        "git pyenv run true",
        "git pyenv use ",
    ),
    error(
        "settings that lead to nothing out of the repository",
        "mkdir ../out tools; ln -s ../out inside; git add inside
         echo '{\"venvDirectory\": \"inside/venv\"}' >tools/python-env.json",
        "git pyenv create --without-pip",
        "git pyenv create --env ",
    )
    .works(),
];

/// `use`, and words that are wrong.
const WORDS: &[Situation] = &[
    error(
        "a misspelled name",
        "git pyenv create -q --without-pip --env docs",
        "git pyenv use dosc",
        "use docs",
    )
    .works(),
    error(
        "a misspelled name, below the top",
        "git pyenv create -q --without-pip --env docs; mkdir -p sub/docs",
        "git pyenv use dosc",
        "git pyenv use ../docs",
    )
    .below("repo/sub")
    .works(),
    error("a name without an environment", "", "git pyenv use docs", "git pyenv create --env docs"),
    error("an empty name", "", "git pyenv use ''", "git pyenv create").works(),
    error("nothing to go back to", "git pyenv create -q", "git pyenv use -", "git pyenv use venv"),
    error("nothing to go back to, and nothing else", "", "git pyenv use -", "git pyenv create").works(),
    error("an environment that does not work", DEAD, "git pyenv use venv", "git pyenv create --force"),
    error(
        "a misspelled package",
        "git pyenv create -q --without-pip; d=$(echo venv/lib/python*/site-packages)/six-1.dist-info; mkdir \"$d\"
         printf 'Metadata-Version: 2.1\\nName: six\\nVersion: 1\\n' >\"$d/METADATA\"",
        "git pyenv tree --invert sixx",
        "git pyenv tree --invert six",
    )
    .works(),
    error("a misspelled command", "", "git pyenv checks --staged", "git pyenv check --staged").works(),
    error("an unknown command", "", "git pyenv frobnicate", "git pyenv --list").works(),
    error("an unknown rule", "", "git pyenv explain PYE999", "git pyenv explain").works(),
    error("an unknown setting", "", "git pyenv config frobnicate", "git pyenv config").works(),
    error("a misspelled setting", "", "git pyenv config venvDirector", "git pyenv config venvDirectory")
        .works(),
    error(
        "a value for a setting",
        "",
        "git pyenv config pythonVersion 3.12",
        "git config pyenv.pythonVersion 3.12",
    )
    .works(),
    error("a value for several settings", "", "git pyenv config environments x", "git pyenv config --help")
        .works(),
    error("a value for an unknown setting", "", "git pyenv config frobnicate x", "git pyenv config").works(),
];

/// Other commands, and places in which nothing can be done.
const OTHERS: &[Situation] = &[
    error("wrong usage", "", "git pyenv check --frobnicate", "git pyenv -h").works(),
    error("no such environment", "", "git pyenv check --env nowhere", "git pyenv list").works(),
    error("no repository", "mkdir ../bare", "git pyenv check", "git init").below("bare"),
    error(
        "a bare repository",
        "git commit -q --allow-empty -m x; git clone -q --bare . ../bare",
        "git pyenv check",
        "git pyenv check --commit HEAD",
    )
    .below("bare")
    .works(),
    error(
        "a hook that git never runs in a bare repository",
        "git commit -q --allow-empty -m x; git clone -q --bare . ../bare",
        "git pyenv hook install pre-commit",
        "git pyenv hook install pre-receive",
    )
    .below("bare")
    .works(),
    error(
        "an ignore file that is in git only",
        "echo x >.gitignore; git add .gitignore; rm .gitignore; python3 -m venv --without-pip e; rm -f e/.gitignore",
        "git pyenv fix",
        "git checkout -- .gitignore",
    ),
    error(
        "a shallow clone",
        "git commit -q --allow-empty -m x; first=$(git rev-parse HEAD); git tag one; git commit -q --allow-empty -m y
         git clone -q --depth 1 --no-tags \"file://$PWD\" ../shallow; cd ../shallow
         git config alias.first \"!git pyenv --output json check --range $first..HEAD\"",
        "git first pyenv ",
        "git fetch --unshallow",
    )
    .below("shallow"),
    error(
        "a hook of another program",
        "mkdir -p .git/hooks; echo '#!/bin/sh' >.git/hooks/pre-commit",
        "git pyenv hook uninstall pre-commit",
        "git pyenv hook status",
    )
    .works(),
];

#[test]
fn the_errors_of_restore() {
    follow_all(RESTORE);
}

/// Makes `venv` and deletes it.
const GONE: &str = "git pyenv create -q --without-pip; git pyenv -q cleanup --force venv";

/// `restore`.
const RESTORE: &[Situation] = &[
    error("no snapshot of this id", GONE, "git pyenv restore nothing", "git pyenv restore --list").works(),
    error("an empty id", GONE, "git pyenv restore ''", "git pyenv restore --list").works(),
    error("a path in the place of an id", GONE, "git pyenv restore venv", "git pyenv restore 2").works(),
    error(
        "the starts of two ids",
        "git pyenv create -q --without-pip; git pyenv -q cleanup --force venv
         git pyenv create -q --without-pip; git pyenv -q cleanup --force venv",
        "git pyenv restore 2",
        "git pyenv restore --list",
    )
    .works(),
    error(
        "something in its place",
        "git pyenv create -q --without-pip; git pyenv -q cleanup --force venv; mkdir venv; echo mine >venv/notes.txt",
        "git pyenv restore 2",
        "-restored",
    )
    .works(),
    error(
        "one of another work tree",
        "git commit -q --allow-empty -m x; git worktree add -q ../other; cd ../other
         git pyenv create -q --without-pip; git pyenv -q cleanup --force venv",
        "git pyenv restore 2",
        "git -C ",
    )
    .works(),
    error(
        "an archive that is gone",
        "git pyenv create -q --without-pip; git pyenv -q cleanup --force venv
         for file in .git/pyenv/snapshots/*.json; do
           sed 's/\"schema_version\": 1,/&\"archive\":{\"covers\":\"all\",\"sha256\":\"00\",\"bytes\":1,\"members\":1,\"content_bytes\":1},/' \"$file\" >new
           mv new \"$file\"
         done",
        "git pyenv restore 2",
        "--from-snapshot",
    )
    .works(),
];

#[test]
fn the_errors_of_cleanup() {
    follow_all(CLEANUP);
}

#[test]
fn of_other_commands() {
    follow_all(OTHERS);
}

#[test]
fn of_create() {
    follow_all(CREATE);
}

#[test]
fn of_commands_that_use_an_environment() {
    follow_all(SELECTED);
    follow_all(SHARED);
}

#[test]
fn of_wrong_words() {
    follow_all(WORDS);
}

/// Every situation of this file.
/// `cleanup`.
const CLEANUP: &[Situation] = &[
    error(
        "a link to an environment",
        "git pyenv create -q --without-pip --env real; ln -s real venv",
        "git pyenv cleanup venv",
        "git pyenv cleanup ",
    )
    .works(),
    error("a link to nothing", "ln -s nowhere venv", "git pyenv cleanup venv", "rm ").works(),
    error(
        "one of another work tree",
        "git init -q ../elsewhere; cd ../elsewhere; git pyenv create -q --without-pip",
        "git pyenv cleanup ../elsewhere/venv",
        "git -C ",
    )
    .works(),
    error("nothing to delete", "", "git pyenv cleanup nowhere", "git pyenv list").works(),
    error("what is no environment", "mkdir src", "git pyenv cleanup src", "git pyenv list").works(),
    error(
        "part of an environment",
        "git pyenv create -q --without-pip",
        "git pyenv cleanup venv/bin",
        "git pyenv list",
    )
    .works(),
    error(
        "a plan that does not exist",
        "git pyenv create -q --without-pip",
        "git pyenv cleanup --apply 'my plan'",
        "git pyenv cleanup --dry-run --plan 'my plan'",
    )
    .works(),
    error(
        "a plan that no longer holds",
        "git pyenv create -q --without-pip; git pyenv cleanup --dry-run --plan plan; rm venv/bin/activate.csh",
        "git pyenv cleanup --apply plan --force",
        "git pyenv cleanup --dry-run --plan plan",
    )
    .works(),
    error(
        "a plan that was made with other options",
        "git pyenv create -q --without-pip; echo x >venv/notes
         git pyenv cleanup --dry-run --plan plan --discard venv/notes --include-in-use",
        "git pyenv cleanup --apply plan --force",
        "--discard venv/notes --include-in-use --force",
    )
    .works(),
    error(
        "tidy where settings forbid to delete",
        "git config pyenv.autoCleanup false; git pyenv create -q --without-pip; rm venv/bin/python*",
        "git pyenv tidy",
        "git pyenv fix",
    )
    .works(),
    error(
        "what is no archive",
        "git pyenv create -q --without-pip; git pyenv cleanup --force --backup",
        "git pyenv cleanup --target backups venv",
        "git pyenv cleanup --target backups --dry-run",
    )
    .works(),
    error(
        "a log that has become too long",
        "git pyenv create -q --without-pip; git pyenv create -q --without-pip --env other
         git pyenv cleanup other --force; truncate -s 300M .git/pyenv/audit-log.jsonl",
        "git pyenv log",
        "mv ",
    )
    .works(),
];

pub(crate) fn all() -> Vec<&'static Situation> {
    [CREATE, CLEANUP, RESTORE, SHARED, SELECTED, WORDS, OTHERS].into_iter().flatten().collect()
}
