//! `check --staged` in every context of a commit: variables, directories, formats of the repository and of the index,
//! with each adapter. The gate gives the same answer everywhere and writes nothing.

use std::path::PathBuf;

use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{FORMATS, Finished, Place, skip};

/// How `check --staged` is called in a context.
#[derive(Debug, Clone, Default)]
struct Call {
    /// The directory, relative to the sandbox.
    directory: String,
    /// Environment variables.
    variables: Vec<(&'static str, String)>,
    /// Options of git before `pyenv`; with any of them, the program is called as `git pyenv`.
    git_options: Vec<String>,
}

impl Call {
    fn at(directory: &str) -> Option<Self> {
        Some(Self { directory: directory.to_owned(), ..Self::default() })
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Option<Self> {
        self.variables.push((name, value.into()));
        Some(self)
    }

    fn place<'s>(&self, sandbox: &'s Sandbox) -> Place<'s> {
        let place = sandbox.at(&self.directory).with_binary();
        self.variables.iter().fold(place, |place, (name, value)| place.with(name, value))
    }

    /// Checks what is staged with one adapter (empty for both).
    fn check(&self, sandbox: &Sandbox, reader: &str) -> Finished {
        let place = self.place(sandbox).with("GIT_PYENV_READER", reader);
        let arguments = ["check", "--staged", "--output", "json"];
        if self.git_options.is_empty() {
            return place.pyenv(&arguments);
        }
        let options: Vec<&str> = self.git_options.iter().map(String::as_str).collect();
        place.git(&[&options, ["pyenv"].as_slice(), &arguments].concat())
    }
}

/// A context.
struct Context {
    name: &'static str,
    /// Prepares the context for a repository with one commit; `None` if the installed git cannot.
    prepare: fn(&Sandbox) -> Option<Call>,
    /// Stages a tree in the context.
    stage: fn(&Sandbox, &Call, &Fixture),
    /// libgit2 cannot read this index.
    beyond_libgit2: bool,
}

const fn plain(name: &'static str, prepare: fn(&Sandbox) -> Option<Call>) -> Context {
    Context { name, prepare, stage: stage_in_repository, beyond_libgit2: false }
}

fn stage_in_repository(sandbox: &Sandbox, _: &Call, tree: &Fixture) {
    tree.write(sandbox);
    // Git before 2.34 does not know the option, and adds these files without it.
    if sandbox.try_git(&["add", "--force", "--sparse", "--all"]).status != Some(0) {
        sandbox.git(&["add", "--force", "--all"]);
    }
}

/// Stages with the directory and the variables of the context.
fn stage_there(sandbox: &Sandbox, call: &Call, tree: &Fixture) {
    tree.clone().write_to(sandbox, &call.directory);
    let options: Vec<&str> = call.git_options.iter().map(String::as_str).collect();
    call.place(sandbox).git_ok(&[&options, ["add", "--force", "--all"].as_slice()].concat());
}

/// Changes the form of the index, then works as usual.
fn index_of(sandbox: &Sandbox, arguments: &[&str]) -> Option<Call> {
    let finished = sandbox.try_git(arguments);
    if finished.status != Some(0) {
        skip(&format!("this git cannot `{}`: {}", arguments.join(" "), finished.err()));
        return None;
    }
    Call::at("repo")
}

fn absolute(sandbox: &Sandbox, path: &str) -> String {
    sandbox.path(path).to_str().expect("a plain path").to_owned()
}

/// Stages in a copy of the index, as `git commit --only` does, and leaves the user's own index unchanged.
fn stage_in_temporary_index(sandbox: &Sandbox, call: &Call, tree: &Fixture) {
    let (name, index) = &call.variables[0];
    let user = sandbox.read("repo/.git/index");
    sandbox.overwrite(&PathBuf::from(index), &user);
    tree.write(sandbox);
    sandbox.at("repo").with(name, index).git_ok(&["add", "--force", "--all"]);
    assert_eq!(sandbox.read("repo/.git/index"), user);
}

const CONTEXTS: &[Context] = &[
    plain("plain", |_| Call::at("repo")),
    plain("relative GIT_INDEX_FILE", |_| Call::at("repo")?.with("GIT_INDEX_FILE", ".git/index")),
    plain("absolute GIT_INDEX_FILE", |sandbox| {
        Call::at("repo")?.with("GIT_INDEX_FILE", absolute(sandbox, "repo/.git/index"))
    }),
    Context {
        stage: stage_in_temporary_index,
        ..plain("temporary GIT_INDEX_FILE", |sandbox| {
            let index = absolute(sandbox, "repo/.git/next-index-4711.lock");
            Call::at("repo")?.with("GIT_INDEX_FILE", index)
        })
    },
    plain("subdirectory", |_| Call::at("repo/src/project")),
    plain("subdirectory, as an alias of git", |_| {
        Some(Call { git_options: vec!["--no-pager".to_owned()], ..Call::at("repo/src")? })
    }),
    Context {
        stage: stage_there,
        ..plain("linked worktree", |sandbox| {
            sandbox.git(&["worktree", "add", "--quiet", "-b", "other", "../linked"]);
            Call::at("linked")
        })
    },
    Context {
        stage: stage_there,
        ..plain("linked worktree, with what git hands its hooks", |sandbox| {
            sandbox.git(&["worktree", "add", "--quiet", "-b", "other", "../linked"]);
            let directory = absolute(sandbox, "repo/.git/worktrees/linked");
            let index = format!("{directory}/index");
            Call::at("linked")?.with("GIT_DIR", directory)?.with("GIT_INDEX_FILE", index)
        })
    },
    plain("--git-dir and --work-tree", |sandbox| {
        let git_directory = format!("--git-dir={}", absolute(sandbox, "repo/.git"));
        let work_tree = format!("--work-tree={}", absolute(sandbox, "repo"));
        Some(Call { git_options: vec![git_directory, work_tree], ..Call::at("home")? })
    }),
    plain("GIT_DIR and GIT_WORK_TREE", |sandbox| {
        let call = Call::at("home")?.with("GIT_DIR", absolute(sandbox, "repo/.git"))?;
        call.with("GIT_WORK_TREE", absolute(sandbox, "repo"))
    }),
    plain("GIT_DIR and GIT_WORK_TREE=.", |sandbox| {
        let call = Call::at("repo")?.with("GIT_DIR", absolute(sandbox, "repo/.git"))?;
        call.with("GIT_WORK_TREE", ".")
    }),
    Context {
        stage: stage_there,
        ..plain("work tree of a bare repository", |sandbox| {
            sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare.git"]);
            sandbox.make_directory("elsewhere");
            let call = Call::at("elsewhere")?.with("GIT_DIR", absolute(sandbox, "bare.git"))?;
            call.with("GIT_WORK_TREE", absolute(sandbox, "elsewhere"))
        })
    },
    plain("separate git directory", |sandbox| {
        sandbox.git(&["init", "--quiet", "--separate-git-dir", "../apart.git"]);
        Call::at("repo")
    }),
    Context {
        stage: stage_there,
        ..plain("submodule", |sandbox| {
            let format = sandbox.git(&["rev-parse", "--show-object-format"]);
            let format = format!("--object-format={format}");
            sandbox.git_in("", &["init", "--quiet", "--initial-branch=main", &format, "super"]);
            let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../repo", "sub"];
            sandbox.git_in("super", &add);
            Call::at("super/sub")
        })
    },
    plain("index version 2", |sandbox| index_of(sandbox, &["update-index", "--index-version", "2"])),
    plain("index version 3", |sandbox| index_of(sandbox, &["update-index", "--skip-worktree", "README.md"])),
    plain("index version 4", |sandbox| index_of(sandbox, &["update-index", "--index-version", "4"])),
    plain("index without checksum", |sandbox| index_of(sandbox, &["config", "index.skipHash", "true"])),
    plain("untracked cache", |sandbox| index_of(sandbox, &["update-index", "--force-untracked-cache"])),
    plain("index with an end-of-index entry", |sandbox| {
        sandbox.git(&["config", "index.recordEndOfIndexEntries", "true"]);
        index_of(sandbox, &["config", "index.recordOffsetTable", "true"])
    }),
    Context {
        beyond_libgit2: true,
        ..plain("split index", |sandbox| index_of(sandbox, &["update-index", "--split-index"]))
    },
    Context {
        beyond_libgit2: true,
        ..plain("sparse index", |sandbox| {
            index_of(sandbox, &["sparse-checkout", "init", "--cone", "--sparse-index"])?;
            index_of(sandbox, &["sparse-checkout", "set", "src"])
        })
    },
];

/// A repository with a project and two directories that a sparse index can collapse.
fn project(format: &[&str]) -> Option<Sandbox> {
    let sandbox = Sandbox::with_repository(format)?;
    env::project().files(&["far/a/b.txt", "far/c.txt"]).write(&sandbox);
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "first"]);
    Some(sandbox)
}

/// The exit status and the findings of a check, in short.
fn answer(finished: &Finished) -> String {
    let json = finished.json();
    let findings = json["findings"].as_array().expect("findings").iter();
    let lines = findings.map(|finding| {
        format!(" {} {}", finding["code"].as_str().unwrap_or("-"), finding["path"].as_str().unwrap_or("-"))
    });
    format!("{}{}", finished.status.unwrap_or(-1), lines.collect::<String>())
}

/// Checks with every adapter. Asserts the answer, and that no file of the sandbox was written.
fn assert_answer(name: &str, sandbox: &Sandbox, call: &Call, libgit2: bool, expected: &str) {
    for reader in ["", "plumbing", "libgit2"] {
        let before = (sandbox.listing(), indexes(sandbox));
        let finished = call.check(sandbox, reader);
        let after = sandbox.listing();
        let written: Vec<_> = after.iter().filter(|file| !before.0.contains(file)).collect();
        assert!(
            written.is_empty() && after.len() == before.0.len(),
            "{name}, {reader}: written: {written:?}"
        );
        assert!(before.1 == indexes(sandbox), "{name}, {reader}: an index was written");
        let found = answer(&finished);
        if reader == "libgit2" && !libgit2 {
            let fine = found == expected || finished.status == Some(3);
            assert!(fine, "{name}, {reader}: neither {expected} nor undecided: {}", finished.said());
        } else {
            assert_eq!(found, expected, "{name}, {reader}: {}", finished.said());
        }
    }
}

/// Every index of the sandbox, byte for byte.
fn indexes(sandbox: &Sandbox) -> Vec<(PathBuf, Vec<u8>)> {
    let files = sandbox.listing().into_iter().map(|(path, ..)| path);
    let indexes =
        files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("index")));
    indexes.filter(|path| path.is_file()).map(|path| (path.clone(), sandbox.read_any(&path))).collect()
}

fn assert_format(format: &[&str]) {
    let libgit2 = format == FORMATS[0];
    for context in CONTEXTS {
        let name = format!("{} ({})", context.name, format.join(" "));
        let Some(sandbox) = project(format) else { return };
        let Some(call) = (context.prepare)(&sandbox) else { continue };
        let readable = libgit2 && !context.beyond_libgit2;
        (context.stage)(&sandbox, &call, &Fixture::default().files(&["src/new.py"]));
        assert_answer(&name, &sandbox, &call, readable, "0");
        (context.stage)(&sandbox, &call, &env::uv().under("src/tools/env"));
        assert_answer(&name, &sandbox, &call, readable, "1 PYE101 src/tools/env");
    }
}

#[test]
fn sha1_with_files() {
    assert_format(FORMATS[0]);
}

#[test]
fn sha1_with_reftable() {
    assert_format(FORMATS[1]);
}

#[test]
fn sha256_with_files() {
    assert_format(FORMATS[2]);
}

#[test]
fn sha256_with_reftable() {
    assert_format(FORMATS[3]);
}

#[test]
fn before_the_first_commit() {
    for format in FORMATS {
        let Some(sandbox) = Sandbox::with_repository(format) else { continue };
        let call = Call::at("repo").expect("a call");
        let libgit2 = format == FORMATS[0];
        assert_answer("no index at all", &sandbox, &call, libgit2, "0");
        sandbox.write("README.md", "# Project\n");
        sandbox.git(&["add", "--all"]);
        assert_answer("a project", &sandbox, &call, libgit2, "0");
        env::venv(12).under("venv").write(&sandbox);
        sandbox.git(&["add", "--force", "--all"]);
        assert_answer("an environment", &sandbox, &call, libgit2, "1 PYE101 venv");
    }
}

#[test]
fn a_bare_repository_has_commits_but_no_work_tree() {
    for format in FORMATS {
        let Some(sandbox) = project(format) else { continue };
        env::venv(12).under("venv").write(&sandbox);
        sandbox.git(&["add", "--force", "--all"]);
        sandbox.git(&["commit", "--quiet", "--message", "environment"]);
        sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare.git"]);
        let bare = sandbox.at("bare.git");
        let commit = bare.json(&["check", "--commit", "HEAD"]);
        assert_eq!(commit["findings"][0]["path"], "venv", "{commit:#}");
        assert_eq!((&commit["repository"]["bare"], &commit["exit_code"]), (&true.into(), &1.into()));
        let range = bare.json(&["check", "--range", "HEAD~1..HEAD"]);
        assert_eq!(range["findings"][0]["path"], "venv", "{range:#}");
        let work_tree = bare.json(&["check"]);
        assert_eq!((&work_tree["status"], &work_tree["exit_code"]), (&"error".into(), &2.into()));
        assert_eq!(bare.json(&["check", "--staged"])["findings"], serde_json::json!([]));
    }
}

#[test]
fn a_superproject_does_not_own_its_submodules_files() {
    let sandbox = project(FORMATS[0]).expect("a repository");
    env::venv(12).under("venv").write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "environment"]);
    sandbox.git_in("", &["init", "--quiet", "--initial-branch=main", "super"]);
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../repo", "sub"];
    sandbox.git_in("super", &add);
    let answer = sandbox.at("super").json(&["check", "--staged"]);
    assert_eq!((&answer["findings"], &answer["exit_code"]), (&serde_json::json!([]), &0.into()));
    let answer = sandbox.at("super").json(&["check"]);
    assert_eq!((&answer["findings"], &answer["exit_code"]), (&serde_json::json!([]), &0.into()));
}

#[test]
fn an_old_environment_in_a_folded_directory_is_seen() {
    let sandbox = project(FORMATS[0]).expect("a repository");
    env::venv(12).under("far/venv").write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "environment"]);
    if index_of(&sandbox, &["sparse-checkout", "init", "--cone", "--sparse-index"]).is_none() {
        return;
    }
    sandbox.git(&["sparse-checkout", "set", "src"]);
    assert!(sandbox.git(&["ls-files", "--sparse"]).lines().any(|line| line == "far/"), "the index is folded");
    let answer = sandbox.json(&["check", "--staged"]);
    assert_eq!((&answer["findings"][0]["path"], &answer["exit_code"]), (&"far/venv".into(), &0.into()));
}
