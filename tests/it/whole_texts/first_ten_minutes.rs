//! What a new user sees in the first ten minutes: a shell on a terminal of 80 columns, in a project with GitHub's template
//! for Python. Its snapshot is the whole screen.

use std::path::Path;

use crate::support::pythons::python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{copy_program, tool};
use crate::support::screen::Screen;
use crate::support::snapshot;
use crate::support::terminal::{Attached, Terminal};

/// The name of the snapshot.
pub(super) const FIRST_TEN_MINUTES: &str = "first-ten-minutes";

/// The template, of 2026-05-21; it is in the public domain
/// (<https://github.com/github/gitignore/blob/dcc0fc7bc2b5ba480cf117ad1be31bafceeaff46/Python.gitignore>).
const TEMPLATE: &str = include_str!("Python.gitignore");
/// The width of the terminal.
const COLUMNS: u16 = 80;
/// What a prompt begins with; a terminal shows nothing of it
/// (<https://gitlab.freedesktop.org/Per_Bothner/specifications/blob/master/proposals/semantic-prompts.md>).
const PROMPT: &str = "\u{1b}]133;A\u{7}";
/// What stands for the path of the sandbox, which is as long: lines are broken where they would be there.
const HOME: &str = "/home/ada/stuff";

/// A shell, and how many prompts it has shown.
struct Talk {
    terminal: Terminal,
    prompts: usize,
}

impl Talk {
    /// Types a line, once the shell waits for it.
    fn say(&mut self, line: &str) {
        self.terminal.press(format!("{line}\n").as_bytes());
        self.wait();
    }

    fn wait(&mut self) {
        self.prompts += 1;
        let prompts = self.prompts;
        let is_there = self.terminal.wait_until(|seen| seen.matches(PROMPT).count() >= prompts);
        assert!(is_there, "no prompt: {}", String::from_utf8_lossy(&self.terminal.seen));
    }

    /// What was printed last after these words.
    fn printed(&self, words: &str) -> String {
        let seen = String::from_utf8_lossy(&self.terminal.seen).into_owned();
        let screen = Screen::of(None, &seen).plain();
        let found = screen.iter().rev().find_map(|line| line.strip_prefix(words));
        found.unwrap_or_else(|| panic!("`{words}` was not printed: {screen:#?}")).trim().to_owned()
    }
}

/// A project with the template, and this program and one Python on `PATH`.
fn project(python: &Path) -> Sandbox {
    let mut sandbox = Sandbox::repository_in(Path::new("/tmp"));
    sandbox.write(".gitignore", TEMPLATE);
    sandbox.write("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1.0\"\n");
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "Begin"]);
    sandbox.make_directory("bin");
    std::os::unix::fs::symlink(python, sandbox.path("bin/python3")).expect("a link");
    // The program names the file that it is, which no link changes.
    let (program, place) = (env!("CARGO_BIN_EXE_git-pyenv"), sandbox.path("bin/git-pyenv"));
    if std::fs::hard_link(program, &place).is_err() {
        copy_program(program, &place);
    }
    sandbox.overwrite(&sandbox.path("home/.inputrc"), b"set enable-bracketed-paste off\n");
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    sandbox.set("PATH", &path);
    // Who commits is the author, of whom git then says nothing.
    sandbox.set("GIT_COMMITTER_NAME", "A. U. Thor");
    sandbox.set("GIT_COMMITTER_EMAIL", "author@example.com");
    sandbox
}

/// The text without what depends on the Python: its version, the size of its pip and the number of files.
fn without_python(python: &Path, text: &str) -> String {
    let code = "import platform; print(platform.python_version())";
    let asked = std::process::Command::new(python).args(["-I", "-c", code]).output().expect("a Python");
    let version = String::from_utf8(asked.stdout).expect("a version");
    let text = text.replace(version.trim(), "[VERSION]");
    let numbers: [(&[&str], &str); 2] =
        [(&["+", ".*", " MiB"], "[SIZE]"), (&["+", " files"], "[NUMBER] files")];
    snapshot::without(&numbers, &snapshot::without_changing(&text))
}

#[test]
fn of_a_new_user() {
    let (Some(python), Some(bash), Some(setsid)) = (python("3.12"), tool("bash"), tool("setsid")) else {
        return;
    };
    let sandbox = project(&python);
    // A shell of its own session has the terminal, as it has in a window.
    let mut command = sandbox.command(setsid, "repo");
    command.arg("--ctty").arg(bash).args(["--norc", "--noprofile", "-i"]);
    command.env("TERM", "xterm-256color").env("GIT_PAGER", "cat").env("PS1", format!("\\[{PROMPT}\\]$ "));
    let mut talk = Talk { terminal: Terminal::start(command, COLUMNS, Attached::All), prompts: 0 };
    talk.wait();
    sandbox.write("shop.py", "print('open')\n");
    talk.say("git pyenv check");
    talk.say("git pyenv create");
    let activate = talk.printed("  activate it: ");
    talk.say(&activate);
    talk.say("git pyenv run python -c \"print('hello')\"");
    talk.say("git pyenv list");
    talk.say("git pyenv hook install");
    talk.say("git add --force venv shop.py");
    talk.say("git commit --message 'Add the shop'");
    let fix = talk.printed("  git pyenv fix ");
    talk.say(&format!("git pyenv fix {fix}"));
    talk.say("git commit --message 'Add the shop'");
    talk.say("git status --short");
    talk.say("git pyenv hook status");
    talk.say("deactivate");
    talk.terminal.press(b"exit\n");
    let (status, _, written) = talk.terminal.finish();
    assert!(status.success(), "{written}");
    let root = sandbox.path("").display().to_string();
    assert_eq!(root.len(), HOME.len(), "{root}");
    let written = written.replace(&root, HOME);
    for line in Screen::of(None, &written).plain().iter().filter(|line| !line.contains("$ ")) {
        assert!(line.chars().count() <= COLUMNS.into(), "the terminal has to break this line: {line}");
    }
    let screen = Screen::of(Some(COLUMNS.into()), &written).plain();
    let steady: Vec<String> = screen.iter().map(|line| snapshot::without_time(line)).collect();
    snapshot::assert_text(FIRST_TEN_MINUTES, &without_python(&python, &steady.join("\n")));
}
