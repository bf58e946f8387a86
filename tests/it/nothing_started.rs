//! What the commands that only read do to a machine, as the kernel sees it: they start git and nothing else, open no file
//! for writing, change no file and open no socket.
#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::environments as env;
use crate::support::repository::{Sandbox, text};
use crate::support::sandbox::{Place, skip_without, tool};

/// The commands that only read.
const COMMANDS: &[&[&str]] = &[
    &["check"],
    &["check", "--deep", "--all-envs"],
    &["check", "--staged"],
    &["check", "--commit", "HEAD"],
    &["check", "--range", "HEAD"],
    &["list"],
    &["hook", "run", "pre-commit"],
    &["hook", "status"],
];

/// The commands of git that they start, and what for.
const GIT: &[(&str, &str)] = &[
    ("check-ignore", "which rules ignore an environment"),
    ("worktree", "the other work trees, for `list`"),
    ("rev-parse", "where the repository and its hooks are, and which commit a revision is"),
    ("config", "settings, of the user too"),
    ("symbolic-ref", "which branch is checked out, for advice about its commits"),
    ("for-each-ref", "which branches have a commit"),
    ("version", "whether this git runs hooks of its configuration"),
    ("ls-tree", "what a commit has, where libgit2 does not read the repository"),
    ("cat-file", "the same of blobs, and of directories that commits change"),
    ("rev-list", "the same of a range of commits"),
    ("diff-index", "how many paths are staged"),
];

/// System calls that read names and files, and those by which processes and threads begin and end.
const HARMLESS: &[&str] = &[
    "access",
    "faccessat",
    "faccessat2",
    "stat",
    "lstat",
    "fstat",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "statfs64",
    "readlink",
    "readlinkat",
    "getcwd",
    "chdir",
    "clone",
    "clone3",
    "fork",
    "vfork",
    "wait4",
    "waitid",
    "exit",
    "exit_group",
];

/// What a trace shows: the commands of git that were started, and everything that should not have happened.
#[derive(Debug, Default)]
struct Seen {
    git: BTreeSet<String>,
    wrong: Vec<String>,
}

/// Reads what `strace --follow-forks` wrote of a program that ended with a status.
fn judge(trace: &str, program: &Path, git: &Path, status: i32) -> Seen {
    let mut seen = Seen::default();
    let mut ended: BTreeMap<&str, bool> = BTreeMap::new();
    let mut unknown: BTreeMap<&str, String> = BTreeMap::new();
    let start = format!("execve(\"{}\"", program.display());
    let mut lines =
        trace.lines().filter_map(|line| line.split_once(' ')).map(|(id, rest)| (id, rest.trim_start()));
    let Some((main, _)) = lines.next().filter(|(_, call)| call.starts_with(&start)) else {
        seen.wrong.push("the trace does not begin with the program".to_owned());
        return seen;
    };
    ended.insert(main, false);
    for (id, line) in lines {
        ended.insert(id, line.starts_with("+++ "));
        // A thread ended with its process before strace could see which system call it was about to make.
        if let Some(call) = unknown.remove(id).filter(|_| !line.starts_with("+++ ")) {
            seen.wrong.push(call);
        }
        if line.starts_with("???(") {
            unknown.insert(id, line.to_owned());
            continue;
        }
        let Some((call, arguments)) = line.split_once('(') else { continue };
        let is_wrong = match call {
            _ if line.starts_with("<... ") || line.starts_with("--- ") || line.starts_with("+++ ") => false,
            "execve" => match command_of_git(arguments, git) {
                Some(command) => {
                    seen.git.insert(command.clone());
                    GIT.iter().all(|(allowed, _)| *allowed != command)
                }
                None => true,
            },
            // git itself makes sure that it has an input and outputs.
            "open" | "openat" | "openat2" => {
                let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
                writes.iter().any(|flag| arguments.contains(flag)) && !arguments.contains("\"/dev/null\"")
            }
            call => !HARMLESS.contains(&call),
        };
        if is_wrong {
            seen.wrong.push(line.to_owned());
        }
    }
    let last = trace.lines().last().unwrap_or_default();
    if !last.starts_with(main) || !last.ends_with(&format!("+++ exited with {status} +++")) {
        seen.wrong.push(format!("the trace ends with `{last}`"));
    }
    let lost = ended.into_iter().filter(|(_, ended)| !ended);
    seen.wrong.extend(lost.map(|(id, _)| format!("the trace does not say how {id} ended")));
    seen
}

/// The command of git that `execve` starts; `None` if the program is another, or it may ask a monitor of the repository.
fn command_of_git(arguments: &str, git: &Path) -> Option<String> {
    let rest = arguments.strip_prefix(&format!("\"{}\", [", git.display()))?;
    let words: Vec<&str> = rest.split(", ").map(|word| word.trim_matches(['"', ']'])).collect();
    let [_, "-c", "core.fsmonitor=false", words @ ..] = &words[..] else { return None };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-c" => _ = words.next(),
            option if option.starts_with('-') => {}
            command => return Some(command.to_owned()),
        }
    }
    None
}

/// A program of the repository that leaves a mark when it is run.
fn bait(sandbox: &Sandbox) -> String {
    format!("#!/bin/sh\ntouch '{}'\n", sandbox.path("ran").display())
}

/// A repository in which much could be run: projects of several tools, environments of several kinds with programs of
/// their own, and settings of git that name programs.
fn tempting() -> Sandbox {
    let sandbox = Sandbox::repository();
    let bait = bait(&sandbox);
    sandbox.write(".gitignore", "*.log\n");
    sandbox.write(".gitattributes", "* filter=bait diff=bait\n");
    sandbox.write("setup.py", "import os; os.mkdir('../ran')\n");
    let build = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n[project]\nname = 'a'\n";
    let project = format!("{build}dynamic = ['version', 'dependencies']\n[tool.uv]\ndefault-groups = []\n");
    sandbox.write("uv/pyproject.toml", project);
    sandbox.write("uv/backend.py", "import os; os.mkdir('../../ran')\n");
    sandbox.write("uv/uv.lock", "version = 1\n");
    let manifest = "[tool.poetry]\nname = 'b'\n[tool.poetry.dependencies]\nsix = '*'\n";
    sandbox.write("poetry/pyproject.toml", manifest);
    sandbox.write("poetry/poetry.lock", "[metadata]\nlock-version = '2.1'\ncontent-hash = 'x'\n");
    let lines = "--index-url https://example.org/simple\n-e .\ngit+https://example.org/a.git#egg=a\n\
                 b @ https://example.org/b.zip\nsix ; python_version > '3'\n-r https://example.org/more.txt\n";
    sandbox.write("plain/requirements.txt", lines);
    sandbox.write("plain/setup.py", "import os; os.mkdir('../../ran')\n");
    sandbox.write("conda/environment.yml", "dependencies: [python=3.11, pip: [six]]\n");
    sandbox.write("pipenv/Pipfile", "[packages]\nsix = '*'\n");
    let program =
        |tree: crate::support::fixture::Fixture, name: &str| tree.without(&[name]).program(name, &bait);
    program(env::venv(12), "bin/python").under("plain/venv").write(&sandbox);
    program(env::uv(), "bin/python").under("uv/.venv").write(&sandbox);
    program(env::virtualenv(), "bin/pip").under("poetry/.venv").write(&sandbox);
    program(env::conda(), "bin/python3.11").under("conda/env").write(&sandbox);
    program(env::legacy(), "bin/python").under("old").write(&sandbox);
    env::pipenv().under("pipenv/.venv").write(&sandbox);
    if let Some(python) = tool("python3") {
        sandbox.at("repo").run(python, &["-m", "venv", "--without-pip", "venv"]).ended(0);
        sandbox.write("venv/pip.conf", "[global]\nindex-url = https://example.org/simple\n");
    }
    for name in ["git", "python3", "hooks/pre-commit", "hooks/post-index-change"] {
        sandbox.write_program(name, &bait);
    }
    sandbox.git(&["add", "--force", ".gitattributes", "plain", "uv/pyproject.toml", "uv/uv.lock"]);
    sandbox.git(&["commit", "--quiet", "--message", "all"]);
    sandbox.git(&["add", "--force", "poetry", "old/bin"]);
    let program = sandbox.path("repo/git").display().to_string();
    for name in [
        "core.fsmonitor",
        "core.pager",
        "filter.bait.clean",
        "diff.bait.command",
        "diff.external",
        "alias.config",
    ] {
        sandbox.git(&["config", name, &program]);
    }
    sandbox.git(&["config", "core.hooksPath", &sandbox.path("repo/hooks").display().to_string()]);
    sandbox
}

/// What traces system calls; `None`, said aloud, if nothing does here.
fn tracer(sandbox: &Sandbox) -> Option<PathBuf> {
    let strace = tool("strace")?;
    let tried = sandbox.at("").run(&strace, &["-o", "/dev/null", "true"]);
    if tried.status == Some(0) {
        return Some(strace);
    }
    skip_without("strace", &format!("strace may not trace here: {}", tried.err()));
    None
}

/// Runs the binary under test and traces it.
fn traced(sandbox: &Sandbox, place: &Place<'_>, strace: &Path, arguments: &[&str]) -> Seen {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_git-pyenv"));
    let record = sandbox.path("trace").display().to_string();
    let options = ["-f", "-q", "-s", "4096", "-e", "trace=%file,%network,%process", "-o", &record];
    let command = [&options[..], &[program.to_str().expect("a plain path")], arguments].concat();
    let finished = place.run(strace, &command);
    let status = finished.status.filter(|status| [0, 1, 3].contains(status));
    let status = status.unwrap_or_else(|| panic!("{arguments:?}: {}", finished.said()));
    let trace = text(&sandbox.read("trace"));
    std::fs::remove_file(sandbox.path("trace")).expect("a trace");
    let git = tool("git").expect("git");
    judge(&trace, &program, &git, status)
}

#[test]
fn commands_that_read_start_only_git_and_write_nothing() {
    let sandbox = tempting();
    let strace = tracer(&sandbox);
    let mut used = BTreeSet::new();
    for reader in ["", "plumbing"] {
        let place = sandbox.at("repo").with("GIT_PYENV_READER", reader);
        for arguments in COMMANDS {
            let before = sandbox.listing();
            if let Some(strace) = &strace {
                let seen = traced(&sandbox, &place, strace, arguments);
                assert!(seen.wrong.is_empty(), "{reader} {arguments:?}:\n{}", seen.wrong.join("\n"));
                used.extend(seen.git);
            } else {
                place.pyenv(arguments);
            }
            // The directory of the trace is touched.
            let unchanged = |(path, ..): &(PathBuf, u64, std::time::SystemTime)| *path != sandbox.path("");
            let after = sandbox.listing();
            assert!(before.iter().filter(|row| unchanged(row)).eq(after.iter().filter(|row| unchanged(row))));
            assert!(!sandbox.path("ran").exists(), "{reader} {arguments:?}");
        }
    }
    let listed: BTreeSet<String> = GIT.iter().map(|(command, _)| (*command).to_owned()).collect();
    assert!(strace.is_none() || used == listed, "used: {used:?}");
}

#[test]
fn a_command_that_writes_is_seen_to_write() {
    let sandbox = Sandbox::repository();
    let Some(strace) = tracer(&sandbox) else { return };
    let seen = traced(&sandbox, &sandbox.at("repo"), &strace, &["create", "--without-pip"]);
    for what in ["execve(", "O_CREAT", "mkdir", "symlink", "rename"] {
        assert!(seen.wrong.iter().any(|line| line.contains(what)), "{what}: {seen:#?}");
    }
}

#[test]
fn a_trace_is_judged_by_what_it_shows() {
    let (program, git) = (Path::new("/p/git-pyenv"), Path::new("/usr/bin/git"));
    let wrong = |trace: &str| judge(trace, program, git, 0).wrong;
    let start = "10 execve(\"/p/git-pyenv\", [\"/p/git-pyenv\"], 0x1 /* 9 vars */) = 0\n";
    let end = "10 +++ exited with 0 +++\n";
    let around = |lines: &str| wrong(&format!("{start}{lines}{end}"));
    let call = "[\"/usr/bin/git\", \"-c\", \"core.fsmonitor=false\", \"config\", \"--list\"]";
    let child =
        format!("11 execve(\"/usr/bin/git\", {call}, 0x1 <unfinished ...>\n11 +++ exited with 0 +++\n");
    assert_eq!(around(&child), [""; 0]);
    assert_eq!(around("10 openat(AT_FDCWD, \"a\", O_RDONLY|O_CLOEXEC) = 3\n"), [""; 0]);
    assert_eq!(around("11 ???( <unfinished ...>\n11 +++ exited with 0 +++\n"), [""; 0]);
    assert_eq!(around("10 openat(AT_FDCWD, \"/dev/null\", O_RDWR) = 3\n"), [""; 0]);
    for line in [
        "10 openat(AT_FDCWD, \"a\", O_RDWR|O_CLOEXEC) = 3",
        "10 openat(AT_FDCWD, \"a\", O_WRONLY|O_CREAT|O_TRUNC <unfinished ...>",
        "10 unlink(\"a\") = 0",
        "10 socket(AF_INET, SOCK_STREAM, 0) = 3",
        "10 connect(3, {sa_family=AF_INET}, 16) = 0",
        "10 execve(\"/repo/git\", [\"git\", \"-c\", \"core.fsmonitor=false\", \"config\"], 0x1) = -1 ENOENT",
        "10 execve(\"/usr/bin/git\", [\"git\", \"config\"], 0x1) = 0",
        "10 execve(\"/usr/bin/git\", [\"git\", \"-c\", \"core.fsmonitor=false\", \"add\"], 0x1) = 0",
        "11 openat(AT_FDCWD, \"a\", O_RDONLY) = 3",
        "10 ???( <unfinished ...>\n10 getcwd() = 0",
    ] {
        assert_eq!(around(&format!("{line}\n")).len(), 1, "{line}");
    }
    for cut in
        ["", start, end, &format!("{start}10 +++ exited with 1 +++\n"), &format!("{start}10 openat(AT_FDC")]
    {
        assert!(!wrong(cut).is_empty(), "{cut}");
    }
}
