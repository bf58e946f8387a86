//! Plug-ins that make environments of other types: the example of the documentation, trust, and what goes wrong.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::repository::Sandbox;
use crate::support::sandbox::{Place, tool};
use crate::support::source;

/// A sandbox with a repository whose environment `docs` is of the type `demo`, and directories for programs of the user.
struct Demo {
    sandbox: Sandbox,
}

impl Demo {
    fn new() -> Self {
        let sandbox = Sandbox::repository();
        sandbox.write(
            "pyproject.toml",
            "[tool.git-pyenv.environments.docs]\ndirectory = \"envs/docs\"\ntype = \"demo\"\n",
        );
        Self { sandbox }
    }

    /// As [`Demo::new`], with a plug-in of this script.
    fn with(script: &str) -> Self {
        let demo = Self::new();
        demo.write(script);
        demo
    }

    fn write(&self, script: &str) {
        self.sandbox.write_program("../bin/git-pyenv-type-demo", script);
    }

    fn program(&self) -> PathBuf {
        self.sandbox.path("bin/git-pyenv-type-demo")
    }

    fn place(&self) -> Place<'_> {
        let inherited = std::env::var("PATH").expect("a PATH");
        let path = format!("{}:{inherited}", self.sandbox.path("bin").display());
        self.sandbox.at("repo").with("PATH", path)
    }

    /// The digest of the plug-in as it is.
    fn digest(&self) -> String {
        let listed = self.place().json(&["plugin", "list"]);
        listed["plugins"][0]["sha256"].as_str().expect("a digest").to_owned()
    }

    #[track_caller]
    fn trust(&self) {
        self.place().pyenv(&["plugin", "trust", "demo", "--digest", &self.digest()]).ended(0);
    }

    /// What is said where `git pyenv create docs` fails.
    #[track_caller]
    fn refused(&self) -> String {
        self.place().pyenv(&["create", "docs", "--output", "text"]).ended(2).err()
    }

    /// Says whether the plug-in has left its mark that it ran.
    fn ran(&self) -> bool {
        self.sandbox.path("home/ran").exists()
    }

    fn state(&self) -> Value {
        self.place().json(&["plugin", "list"])["plugins"][0]["state"].clone()
    }
}

/// A plug-in in sh: each operation has its part, and all leave a mark that it ran.
fn script(detect: &str, create: &str, activate: &str) -> String {
    format!(
        "#!/bin/sh\nread -r request\necho \"$request\" >>\"$HOME/ran\"\ncase $request in\n\
         *'\"detect\"'*) {detect};;\n*'\"create\"'*) {create};;\n*) {activate};;\nesac\n"
    )
}

const DETECT: &str = "echo '{\"protocol\": 1, \"markers\": [\"demo.json\"]}'";
const CREATE: &str = "mkdir -p \"$GIT_PYENV_WORK_TREE/envs/docs/bin\"; echo {} >\"$GIT_PYENV_WORK_TREE/envs/docs/demo.json\"; \
                      echo '{\"protocol\": 1}'";
const ACTIVATE: &str = "echo '{\"protocol\": 1, \"path\": [\"bin\"], \"variables\": {\"DEMO\": \"it'\"'\"'s $HOME\"}, \
                        \"unset\": [\"GONE\"]}'";

fn good() -> String {
    script(DETECT, CREATE, ACTIVATE)
}

/// The code of the example in the documentation.
fn example() -> String {
    let page = source::read("docs/plugins.md");
    let (_, code) = page.split_once("```python\n").expect("an example");
    code.split_once("```").expect("its end").0.to_owned()
}

#[test]
fn the_example_of_the_documentation_works() {
    if tool("python3").is_none() {
        return;
    }
    let demo = Demo::new();
    demo.sandbox.write_program("../bin/git-pyenv-type-wrapped", example());
    demo.sandbox.write(
        "pyproject.toml",
        "[tool.git-pyenv.environments.docs]\ndirectory = \"envs/docs\"\ntype = \"wrapped\"\n",
    );
    let place = demo.place();
    let refused = place.pyenv(&["create", "docs", "--output", "text"]).ended(2);
    let (_, command) = refused
        .err()
        .split_once("trust this content with `git pyenv ")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a command");
    let command: Vec<String> =
        command.split_once('`').expect("its end").0.split(' ').map(str::to_owned).collect();
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    place.pyenv(&command).ended(0);

    place.pyenv(&["create", "docs"]).ended(0);
    assert_eq!(demo.sandbox.git(&["status", "--porcelain"]), "?? pyproject.toml", "it is ignored");
    let again = place.json(&["create", "docs"]);
    assert_eq!(again["status"], "clean", "{again:#}");
    demo.sandbox.write("envs/docs/packages/hello.py", "print('hello')\n");
    let said = place.pyenv(&["run", "--env", "docs", "-m", "hello"]).ended(0);
    assert_eq!(said.out(), "hello\n");
    let code = "import os; print(os.environ['WRAPPED'])";
    assert_eq!(place.pyenv(&["run", "--env", "docs", "python", "-c", code]).ended(0).out(), "docs\n");
    place.pyenv(&["use", "docs"]).ended(0);
    assert_eq!(place.pyenv(&["run", "python", "-c", "raise SystemExit(7)"]).status, Some(7));

    let listed = place.json(&["list"]);
    let environment = &listed["environments"][0];
    assert_eq!(
        (&environment["kind"], &environment["path"]),
        (&"plug-in".into(), &"envs/docs".into()),
        "{listed:#}"
    );
    assert_eq!(environment["creator"], "git-pyenv-type-wrapped");
    assert_eq!(listed["exit_code"], 0, "{listed:#}");
}

#[test]
fn nothing_of_a_plug_in_runs_before_it_is_trusted() {
    let demo = Demo::with(&good());
    demo.sandbox.write("envs/docs/demo.json", "{}");
    let place = demo.place();
    let calls: [&[&str]; 9] = [
        &["create", "docs"],
        &["create", "--all"],
        &["activate", "--env", "docs"],
        &["run", "--env", "docs", "true"],
        &["use", "docs"],
        &["list"],
        &["check"],
        &["--list"],
        &["plugin", "list"],
    ];
    for call in calls {
        place.pyenv(call);
        assert!(!demo.ran(), "{call:?}");
    }
    place.pyenv(&["plugin", "trust", "demo", "--dry-run"]).ended(0);
    place.pyenv(&["type-demo"]).ended(2);
    let unconfirmed = place.pyenv(&["plugin", "trust", "demo", "--output", "text"]).ended(2);
    assert!(unconfirmed.err().contains(&format!("--digest {}", demo.digest())), "{}", unconfirmed.said());
    place.pyenv(&["plugin", "trust", "demo", "--digest", &"0".repeat(64)]).ended(2);
    assert!(!demo.ran());
    assert_eq!(demo.state(), "untrusted");
    // A repository cannot bring the record: it is the user's.
    let refused = demo.refused();
    assert!(
        refused.contains("is not trusted") && refused.contains("git pyenv plugin trust demo --digest"),
        "{refused}"
    );
}

#[test]
fn any_change_asks_again() {
    let demo = Demo::with(&good());
    demo.trust();
    assert_eq!(demo.state(), "trusted");
    demo.place().pyenv(&["create", "docs"]).ended(0);
    let before = demo.sandbox.read("home/ran");
    demo.write(&(good() + "# more\n"));
    assert_eq!(demo.state(), "changed");
    for call in [&["activate", "--env", "docs"][..], &["run", "--env", "docs", "true"]] {
        let said = demo.place().pyenv(call).ended(2);
        assert!(said.err().contains("it was changed since it was trusted"), "{call:?}: {}", said.said());
    }
    assert_eq!(demo.sandbox.read("home/ran"), before, "nothing of it ran");
    // Once the new content is trusted, the old one is not.
    demo.trust();
    demo.write(&good());
    assert_eq!(demo.state(), "changed");
    demo.trust();
    demo.place().pyenv(&["plugin", "untrust", "demo"]).ended(0);
    assert_eq!(demo.state(), "untrusted");
    // The same content elsewhere is another program.
    demo.trust();
    demo.sandbox.write_program("../first/git-pyenv-type-demo", good());
    let path = format!("{}:{}", demo.sandbox.path("first").display(), demo.sandbox.path("bin").display());
    let said = demo.sandbox.at("repo").with("PATH", path).pyenv(&["create", "docs"]).ended(2);
    assert!(said.err().contains("is not trusted"), "{}", said.said());
}

#[test]
fn a_plug_in_of_the_repository_or_a_relative_directory_does_not_count() {
    let demo = Demo::with(&good());
    demo.trust();
    demo.sandbox.write_program("bin/git-pyenv-type-demo", good());
    demo.sandbox.make_directory("links");
    demo.sandbox.link("../links/git-pyenv-type-demo", "../repo/bin/git-pyenv-type-demo");
    let before = demo.sandbox.read("home/ran");
    let top = demo.sandbox.path("repo");
    let links = demo.sandbox.path("links");
    for path in ["bin", ".", "", "./bin:", &format!("{}/bin", top.display()), &links.display().to_string()] {
        let place = demo.sandbox.at("repo").with("PATH", path);
        let said = place.pyenv(&["create", "docs", "--output", "text"]).ended(2);
        assert!(
            said.err().contains("there is no plug-in `git-pyenv-type-demo` on PATH"),
            "{path}: {}",
            said.said()
        );
        let listed = place.json(&["plugin", "list"]);
        assert_eq!(listed["plugins"].as_array().map(Vec::len), Some(0), "{path}: {listed:#}");
    }
    assert_eq!(demo.sandbox.read("home/ran"), before, "nothing of it ran");
}

#[test]
fn what_runs_is_a_copy_of_what_was_trusted() {
    // It replaces its own file before it answers: what runs after that is still refused.
    let replace = "printf '#!/bin/sh\\ntouch \"$HOME/evil\"\\n' >\"$HOME/../bin/git-pyenv-type-demo\"";
    let demo = Demo::with(&script(DETECT, &format!("{replace}; {CREATE}"), ACTIVATE));
    demo.trust();
    demo.place().pyenv(&["create", "docs"]).ended(0);
    assert_eq!(demo.state(), "changed");
    demo.place().pyenv(&["activate", "--env", "docs"]).ended(2);
    assert!(!demo.sandbox.path("home/evil").exists());
    // It runs in a directory of its own, under another path.
    let demo = Demo::with(&script("echo \"$PWD $0 $(ls)\" >\"$HOME/where\"", CREATE, ACTIVATE));
    demo.place().pyenv(&["plugin", "trust", "demo", "--digest", &demo.digest()]).ended(2);
    let said = String::from_utf8(demo.sandbox.read("home/where")).expect("text");
    let words: Vec<&str> = said.split_whitespace().collect();
    assert_ne!(Path::new(words[1]), demo.program());
    assert!(Path::new(words[1]).starts_with(words[0]), "{said}");
    assert_eq!(words[2..], ["git-pyenv-type-demo"], "{said}");
    assert!(!Path::new(words[0]).exists(), "it is removed: {said}");
}

#[test]
fn it_is_told_the_environment_and_no_program_of_the_repository_is_on_its_path() {
    let demo = Demo::with(&script(DETECT, &format!("echo \"$PATH\" >\"$HOME/path\"; {CREATE}"), ACTIVATE));
    demo.trust();
    demo.sandbox.make_directory("repo/bin");
    let inherited = std::env::var("PATH").expect("a PATH");
    let top = demo.sandbox.path("repo").display().to_string();
    let path = format!("bin:{top}/bin:{}:{inherited}:", demo.sandbox.path("bin").display());
    demo.sandbox.at("repo").with("PATH", path).pyenv(&["create", "docs"]).ended(0);
    let said = String::from_utf8(demo.sandbox.read("home/path")).expect("text");
    assert!(
        said.trim_end().split(':').all(|part| part.starts_with('/') && !part.starts_with(&top)),
        "{said}"
    );
    let requests = String::from_utf8(demo.sandbox.read("home/ran")).expect("text");
    let request: Value = serde_json::from_str(requests.lines().last().expect("a request")).expect("JSON");
    assert_eq!(request["protocol"], 1);
    assert_eq!(request["environment"]["directory"], format!("{top}/envs/docs"));
    assert_eq!(request["environment"]["python"], Value::Null);
    assert_eq!(request["repository"]["work_tree"], top);
}

#[test]
fn activating_is_written_for_the_shell_by_this_program() {
    let demo = Demo::with(&good());
    demo.trust();
    demo.place().pyenv(&["create", "docs"]).ended(0);
    demo.sandbox
        .write_program("envs/docs/bin/hello", "#!/bin/sh\nprintf '%s|%s' \"$DEMO\" \"${GONE-none}\"\n");
    let home = "it's $HOME|none";
    let place = demo.place().with("GONE", "x");
    assert_eq!(place.pyenv(&["run", "--env", "docs", "hello"]).ended(0).out(), home);
    for (shell, name) in [("sh", "sh"), ("bash", "bash"), ("fish", "fish"), ("csh", "tcsh"), ("zsh", "zsh")] {
        let said = place.pyenv(&["activate", "--env", "docs", "--shell", shell]).ended(0).out();
        let Some(program) = tool(name) else { continue };
        let run = place.clone().reading(format!("{said}hello\n")).run(program, &[] as &[&str]);
        assert_eq!(run.ended(0).out(), home, "{shell}: {said}");
    }
    let said = place.pyenv(&["activate", "--env", "docs", "--shell", "cmd"]).ended(2);
    assert!(said.err().contains("git pyenv run --env docs -- COMMAND"), "{}", said.said());
}

#[test]
fn a_wrong_answer_is_refused_with_its_place() {
    let cases = [
        (
            "echo '{\"protocol\": 1, \"path\": [\"../../bin\"]}'",
            "`path[0]` must be a path in the environment",
        ),
        (
            "echo '{\"protocol\": 1, \"python\": \"/usr/bin/python3\"}'",
            "`python` must be a path in the environment",
        ),
        ("echo '{\"protocol\": 1, \"variables\": {\"PATH\": \"/x\"}}'", "`variables.PATH` must not be PATH"),
        ("echo '{\"protocol\": 2}'", "`protocol` must be 1"),
        ("echo 'eval this'", "wrong answer to `activate`"),
        ("true", "it printed nothing"),
        (
            "printf '{\"protocol\": 1, \"error\": {\"message\": \"no\", \"hints\": [\"ask `me`\"]}}'; exit 1",
            "hint: ask `me`",
        ),
        ("echo '{\"protocol\": 1}'; printf 'a\\033[31mred\\n' >&2; exit 3", "its exit status is 3"),
        ("echo '{\"protocol\": 1}'; printf 'a\\033[31mred\\n' >&2; exit 3", "a\\033[31mred"),
        ("kill -TERM $$", "a signal ended it"),
        ("echo '{\"protocol\": 1, \"python\": \"bin/none\"}'", "cannot be run"),
        ("yes", "it wrote more than 1.0 MiB"),
    ];
    for (activate, expected) in cases {
        let demo = Demo::with(&script(DETECT, CREATE, activate));
        demo.trust();
        demo.place().pyenv(&["create", "docs"]).ended(0);
        let said = demo.place().pyenv(&["activate", "--env", "docs"]).ended(2);
        assert!(said.err().contains(expected), "{activate}: {}", said.said());
        assert!(said.out().is_empty() && !said.err().contains('\u{1b}'), "{activate}: {}", said.said());
    }
}

#[test]
fn one_that_declares_nothing_is_not_trusted() {
    for (detect, expected) in [
        ("echo '{\"protocol\": 1}'", "`markers` is missing"),
        (
            "echo '{\"protocol\": 1, \"markers\": [\"../x\"]}'",
            "`markers[0]` must be a path in the environment",
        ),
        ("exit 9", "its exit status is 9"),
    ] {
        let demo = Demo::with(&script(detect, CREATE, ACTIVATE));
        let said = demo.place().pyenv(&["plugin", "trust", "demo", "--digest", &demo.digest()]).ended(2);
        assert!(said.err().contains(expected), "{detect}: {}", said.said());
        assert_eq!(demo.state(), "untrusted", "{detect}");
    }
}

#[test]
fn what_was_not_created_is_not_called_created() {
    for (create, expected) in [
        ("echo '{\"protocol\": 1}'", "there is no directory"),
        (
            "mkdir -p \"$GIT_PYENV_WORK_TREE/envs/docs/x\"; echo '{\"protocol\": 1}'",
            "is not recognised by the paths",
        ),
        ("mkdir -p \"$GIT_PYENV_WORK_TREE/envs/docs/x\"; exit 4", "`envs/docs` may be incomplete"),
        ("ln -s /tmp \"$GIT_PYENV_WORK_TREE/envs/docs\"; echo '{\"protocol\": 1}'", "there is no directory"),
    ] {
        let demo = Demo::with(&script(DETECT, create, ACTIVATE));
        demo.trust();
        let said = demo.refused();
        assert!(said.contains(expected), "{create}: {said}");
    }
    let demo = Demo::with(&good());
    demo.trust();
    demo.sandbox.write("envs/docs/mine.txt", "x");
    assert!(demo.refused().contains("is not of the type `demo`"), "{}", demo.refused());
    demo.sandbox.remove("envs");
    demo.place().pyenv(&["create", "docs", "--dry-run"]).ended(0);
    assert!(!demo.sandbox.path("repo/envs").exists());
    let said = demo.place().pyenv(&["create", "docs", "--without-pip", "--output", "text"]).ended(2);
    assert!(said.err().contains("`--without-pip` does not apply"), "{}", said.said());
    demo.place().pyenv(&["create", "docs"]).ended(0);
    let said = demo.place().pyenv(&["create", "docs", "--force", "--output", "text"]).ended(2);
    assert!(said.err().contains("`--force` does not replace"), "{}", said.said());
    // A place outside of the work tree that only the repository names is nobody's wish.
    demo.sandbox.write(
        "pyproject.toml",
        "[tool.git-pyenv.environments.docs]\ndirectory = \"../out\"\ntype = \"demo\"\n",
    );
    let said = demo.refused();
    assert!(said.contains("must be a path inside the repository"), "{said}");
}

#[test]
fn the_other_commands_say_what_they_do_not_know() {
    let demo = Demo::with(&good());
    demo.sandbox.write("requirements.txt", "demo==1\n");
    demo.sandbox.git(&["config", "pyenv.environment", "docs"]);
    let missing = demo.place().json(&["check"]);
    assert!(missing.to_string().contains("PYE301"), "{missing:#}");
    demo.trust();
    demo.place().pyenv(&["create", "docs"]).ended(0);
    let checked = demo.place().json(&["check"]);
    assert!(!checked.to_string().contains("PYE301"), "there is one: {checked:#}");
    let said = demo.place().pyenv(&["install", "--output", "text"]).ended(2);
    assert!(said.err().contains("of the type `demo`"), "{}", said.said());
    let used = demo.place().json(&["use"]);
    assert_eq!(used["use"]["exists"], true, "{used:#}");
    // Without its plug-in trusted, nobody knows what the directory is.
    demo.place().pyenv(&["plugin", "untrust", "demo"]).ended(0);
    let listed = demo.place().json(&["list"]);
    assert_eq!(listed["exit_code"], 3, "{listed:#}");
    assert!(listed["skipped"].to_string().contains("whose plug-in is not trusted"), "{listed:#}");
}

#[test]
fn a_plug_in_that_cannot_be_read_as_a_file_is_no_plug_in() {
    let demo = Demo::new();
    demo.sandbox.make_directory("bin/git-pyenv-type-demo");
    assert!(demo.refused().contains("there is no plug-in"), "{}", demo.refused());
    demo.sandbox.at("bin").run("mkfifo", &["git-pyenv-type-other"]).ended(0);
    let listed = demo.place().json(&["plugin", "list"]);
    assert_eq!(listed["plugins"].as_array().map(Vec::len), Some(0), "{listed:#}");
}

#[test]
fn a_signal_ends_the_plug_in_and_leaves_no_copy() {
    let end = "kill -TERM $PPID; exec sleep 600";
    let demo = Demo::with(&script(DETECT, end, end));
    demo.trust();
    assert_eq!(demo.place().pyenv(&["create", "docs"]).status, None);
    demo.sandbox.write("envs/docs/demo.json", "{}");
    assert_eq!(demo.place().pyenv(&["run", "--env", "docs", "true"]).status, None);
    let left: Vec<_> = std::fs::read_dir(demo.sandbox.path("tmp")).expect("a directory").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_damaged_record_is_no_trust() {
    let demo = Demo::with(&good());
    demo.trust();
    let directory = demo.sandbox.path("home/.local/state/git-pyenv/trusted");
    let record = std::fs::read_dir(directory).expect("records").next().expect("one").expect("a file").path();
    let text = String::from_utf8(demo.sandbox.read_any(&record)).expect("text");
    for (from, to) in [("demo.json", "../demo.json"), ("\"markers\"", "\"more\""), ("{", "[")] {
        demo.sandbox.overwrite(&record, text.replacen(from, to, 1).as_bytes());
        let before = demo.sandbox.read("home/ran");
        let said = demo.refused();
        assert!(said.contains("is damaged"), "{to}: {said}");
        assert_eq!(demo.sandbox.read("home/ran"), before, "{to}");
    }
}

#[test]
fn a_type_has_a_plain_name() {
    let demo = Demo::with(&good());
    for name in ["../x", "A", "a b", "-x"] {
        let toml = format!("[tool.git-pyenv.environments.docs]\ndirectory = \"d\"\ntype = {name:?}\n");
        demo.sandbox.write("pyproject.toml", toml);
        let said = demo.place().pyenv(&["config", "--output", "text"]);
        assert!(said.err().contains("must be up to 64 small letters"), "{name}: {}", said.said());
    }
}
