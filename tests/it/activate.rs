//! Activation scripts in the real shells: they change what they shall, give it back, and obey nothing in a path.

use std::path::Path;

use git_pyenv::formats::activation_script::{self, VirtualEnvAssignment};

use crate::support::activation::{HOSTILE, environment};
use crate::support::answer;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};

/// How a test talks to a shell.
struct Talk {
    /// Its program.
    program: &'static str,
    /// Its options, before the file with commands.
    options: &'static [&'static str],
    /// Defines `show`, which prints the variables that matter, one in a line, with a mark for those not set.
    show: &'static str,
    /// Sets the prompt to `> `, where the shell has a variable for it.
    prompt: &'static str,
}

const POSIX_SHOW: &str = r#"show() {
    printf '%s\n' "PATH=$PATH" "ENV=${VIRTUAL_ENV-unset}" "PROMPT=${VIRTUAL_ENV_PROMPT-unset}" \
        "HOME=${PYTHONHOME-unset}" "PS1=${PS1-unset}" "hello=$(hello 2>/dev/null || echo none)"
}
"#;

const FISH_SHOW: &str = r#"function show
    set -q VIRTUAL_ENV; and set -l env $VIRTUAL_ENV; or set -l env unset
    set -q VIRTUAL_ENV_PROMPT; and set -l name $VIRTUAL_ENV_PROMPT; or set -l name unset
    set -q PYTHONHOME; and set -l home $PYTHONHOME; or set -l home unset
    printf '%s\n' "PATH=$PATH" "ENV=$env" "PROMPT=$name" "HOME=$home" "PS1="(fish_prompt) \
        "hello="(type -q hello; and hello; or echo none)
end
"#;

const CSH_SHOW: &str = r#"alias show 'printf "PATH=%s\n" "$PATH:q"; if ( $?VIRTUAL_ENV ) eval printf "ENV=%s\\n" \"\$VIRTUAL_ENV:q\"; if ( ! $?VIRTUAL_ENV ) echo ENV=unset; if ( $?VIRTUAL_ENV_PROMPT ) eval printf "PROMPT=%s\\n" \"\$VIRTUAL_ENV_PROMPT:q\"; if ( ! $?VIRTUAL_ENV_PROMPT ) echo PROMPT=unset; if ( $?PYTHONHOME ) eval printf "HOME=%s\\n" \"\$PYTHONHOME:q\"; if ( ! $?PYTHONHOME ) echo HOME=unset; if ( $?prompt ) eval printf "PS1=%s\\n" \"\$prompt:q\"; if ( ! $?prompt ) echo PS1=unset; echo "hello=`sh -c '"'hello 2>/dev/null || echo none'"'`"'
"#;

const NU_SHOW: &str = r#"def show [] {
    print $"PATH=($env.PATH | str join ':')" $"ENV=($env.VIRTUAL_ENV? | default unset)"
    print $"PROMPT=($env.VIRTUAL_ENV_PROMPT? | default unset)" $"HOME=($env.PYTHONHOME? | default unset)"
    print $"PS1=(do $env.PROMPT_COMMAND)" $"hello=(try { hello | str trim } catch { 'none' })"
}
"#;

const fn posix(program: &'static str) -> Talk {
    Talk { program, options: &["-eu"], show: POSIX_SHOW, prompt: "PS1='> '\n" }
}

/// The shells whose scripts can be compared step by step.
const TALKS: [Talk; 8] = [
    posix("bash"),
    posix("zsh"),
    posix("dash"),
    posix("ksh"),
    Talk {
        program: "fish",
        options: &["--no-config"],
        show: FISH_SHOW,
        prompt: "function fish_prompt; printf '> '; end\n",
    },
    Talk { program: "tcsh", options: &["-f"], show: CSH_SHOW, prompt: "set prompt = '> '\n" },
    Talk {
        program: "nu",
        options: &["--no-config-file"],
        show: NU_SHOW,
        prompt: "$env.PROMPT_COMMAND = {|| '> ' }\n",
    },
    Talk { program: "bsd-csh", options: &["-f"], show: CSH_SHOW, prompt: "set prompt = '> '\n" },
];

impl Talk {
    /// Runs commands and returns what they print; they must not complain, nor obey the path.
    fn say(&self, sandbox: &Sandbox, commands: &str) -> Option<String> {
        let shell = tool(self.program)?;
        let file = sandbox.path("commands");
        sandbox.overwrite(&file, format!("{}{commands}", self.show).as_bytes());
        let file = file.to_str().expect("a plain path");
        let place = sandbox.at("repo").with_binary().with("PYTHONHOME", "/the home");
        let finished = place.run(shell, &[self.options, &[file]].concat());
        assert_eq!(finished.status, Some(0), "{}: {}", self.program, finished.said());
        assert_eq!(finished.err(), "", "{}: {}", self.program, finished.said());
        assert!(!sandbox.path("repo/canary").exists(), "{} obeyed the path", self.program);
        Some(finished.out())
    }

    /// The command that activates the environment in `root`.
    fn activate(&self, root: &Path) -> String {
        let (shell, _) = git_pyenv::shells::find(self.program).expect("a known shell");
        let script = root.join("bin").join(shell.files[0]);
        shell.command(script.to_str().expect("text")).expect("it can be quoted")
    }
}

/// Splits what was shown by the lines `---`.
fn shown(output: &str) -> Vec<&str> {
    output.split("---\n").collect()
}

/// The value of a line that was shown.
fn value<'o>(part: &'o str, name: &str) -> &'o str {
    let value = part.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {name} in {part}"))
}

#[test]
fn every_shell_activates_and_gives_everything_back() {
    for talk in &TALKS {
        let sandbox = Sandbox::repository();
        let Some(root) = environment(&sandbox, HOSTILE) else { return };
        let activate = talk.activate(&root);
        let line = if talk.program == "nu" { "print '---'" } else { "echo ---" };
        let commands = format!(
            "{}show\n{line}\n{activate}\nshow\n{line}\n{activate}\nshow\n{line}\ndeactivate\nshow\n",
            talk.prompt
        );
        let Some(output) = talk.say(&sandbox, &commands) else { continue };
        let [before, active, again, after] = shown(&output)[..] else { panic!("{output}") };
        assert_eq!(before, after, "{}", talk.program);
        assert_eq!(active, again, "{}: activating twice is activating once", talk.program);
        let root = root.to_str().expect("text");
        assert_eq!(value(active, "ENV"), root, "{}", talk.program);
        assert_eq!(value(active, "PROMPT"), HOSTILE, "{}", talk.program);
        assert_eq!(value(active, "HOME"), "unset", "{}", talk.program);
        assert_eq!(value(active, "hello"), "hello", "{}", talk.program);
        assert_eq!(
            value(active, "PATH"),
            format!("{root}/bin:{}", value(before, "PATH")),
            "{}",
            talk.program
        );
        let prompt = value(active, "PS1");
        assert!(prompt.starts_with("(it's  \"_(touch") && prompt.ends_with(") > "), "{prompt}");
    }
}

/// How each shell runs what `git pyenv activate` prints.
fn evaluate(talk: &Talk) -> Option<&'static str> {
    match talk.program {
        "fish" => Some("git pyenv activate | source"),
        "tcsh" | "bsd-csh" => Some("eval \"`git pyenv activate`\""),
        // It reads everything before it runs anything.
        "nu" => None,
        _ => Some("eval \"$(git pyenv activate)\""),
    }
}

#[test]
fn every_shell_is_recognised_and_evaluates_what_is_printed() {
    for talk in &TALKS {
        let sandbox = Sandbox::repository();
        let Some(root) = environment(&sandbox, HOSTILE) else { return };
        sandbox.git(&["config", "pyenv.environment", HOSTILE]);
        let Some(evaluate) = evaluate(talk) else { continue };
        let commands = format!("{}{evaluate}\nshow\n", talk.prompt);
        let Some(output) = talk.say(&sandbox, &commands) else { continue };
        assert_eq!(value(&output, "ENV"), root.to_str().expect("text"), "{}", talk.program);
        assert_eq!(value(&output, "hello"), "hello", "{}", talk.program);
        // Where it fails there is nothing to evaluate.
        if talk.options.contains(&"-eu") || talk.program == "fish" {
            sandbox.git(&["config", "pyenv.environment", "nothing"]);
            let quiet = evaluate.replace("activate", "activate 2>/dev/null");
            let commands = format!("{}{quiet}\nshow\n", talk.prompt);
            let output = talk.say(&sandbox, &commands).expect("the same shell");
            assert_eq!(value(&output, "ENV"), "unset", "{}", talk.program);
        }
    }
}

#[test]
fn another_environment_gives_way() {
    for talk in &TALKS {
        let sandbox = Sandbox::repository();
        let Some(first) = environment(&sandbox, "first one") else { return };
        let Some(second) = environment(&sandbox, "second") else { return };
        let line = if talk.program == "nu" { "print '---'" } else { "echo ---" };
        let commands = format!(
            "{}show\n{line}\n{}\n{}\nshow\n{line}\ndeactivate\nshow\n",
            talk.prompt,
            talk.activate(&first),
            talk.activate(&second)
        );
        let Some(output) = talk.say(&sandbox, &commands) else { continue };
        let [before, active, after] = shown(&output)[..] else { panic!("{output}") };
        let path = format!("{}/bin:{}", second.display(), value(before, "PATH"));
        assert_eq!(value(active, "PATH"), path, "{}", talk.program);
        assert_eq!(value(active, "PS1"), "(second) > ", "{}", talk.program);
        assert_eq!(before, after, "{}", talk.program);
    }
}

#[test]
fn posix_shells_that_have_nothing_to_give_back_get_nothing() {
    for talk in TALKS.iter().filter(|talk| talk.options.contains(&"-eu")) {
        let sandbox = Sandbox::repository();
        let Some(root) = environment(&sandbox, ".venv") else { return };
        let activate = talk.activate(&root);
        let commands = format!(
            "unset PYTHONHOME PS1\nshow\necho ---\n{activate}\nshow\necho ---\n{activate}\nshow\necho ---\n\
             deactivate\nshow\necho ---\nPS1='> ' VIRTUAL_ENV_DISABLE_PROMPT=1\n{activate}\nshow\n"
        );
        let Some(output) = talk.say(&sandbox, &commands) else { continue };
        let [before, active, again, after, silent] = shown(&output)[..] else { panic!("{output}") };
        assert_eq!(before, after, "{}", talk.program);
        assert_eq!(active, again, "{}: activating twice is activating once", talk.program);
        assert_eq!((value(before, "PS1"), value(active, "PS1")), ("unset", "unset"), "{}", talk.program);
        assert_eq!(value(silent, "PS1"), "> ", "{}", talk.program);
    }
}

#[test]
fn an_alias_does_not_take_the_place_of_the_function() {
    for program in ["bash", "zsh", "dash", "ksh"] {
        let Some(shell) = tool(program) else { continue };
        let sandbox = Sandbox::repository();
        let Some(root) = environment(&sandbox, "venv") else { return };
        let script = "shopt -s expand_aliases 2>/dev/null\nsetopt aliases 2>/dev/null\nalias deactivate='echo alias'\n\
                      set -e\n. venv/bin/activate\necho \"$VIRTUAL_ENV\"\ndeactivate\necho \"${VIRTUAL_ENV-}\"\n";
        sandbox.write("script", script);
        let said = sandbox.at("repo").run(&shell, &["./script"]).ended(0);
        assert_eq!(said.out(), format!("{}\n\n", root.display()), "{program}: {}", said.said());
    }
}

#[test]
fn csh_evaluates_also_what_it_has_split_into_words() {
    for talk in TALKS.iter().filter(|talk| talk.program.contains("csh")) {
        let sandbox = Sandbox::repository();
        let directory = "it's  \"my\" $HOME `touch canary` é!x";
        let Some(root) = environment(&sandbox, directory) else { return };
        sandbox.git(&["config", "pyenv.environment", directory]);
        let Some(output) = talk.say(&sandbox, "eval `git pyenv activate`\nshow\n") else { continue };
        assert_eq!(value(&output, "ENV"), root.to_str().expect("text"), "{}", talk.program);
    }
}

#[test]
fn a_script_gets_the_command_for_its_interpreter() {
    let sandbox = Sandbox::repository();
    let Some(_) = environment(&sandbox, ".venv") else { return };
    let place = sandbox.at("repo").with_binary().with("SHELL", "/usr/bin/fish");
    sandbox.write_program("build.sh", "#!/bin/sh\ngit pyenv activate\n");
    let said = place.run(sandbox.path("repo/build.sh"), &[""; 0]).ended(0).out();
    let expected = if cfg!(target_os = "linux") { ". '/" } else { "source '/" };
    assert!(said.starts_with(expected), "{said}");
    // The shell that git starts for an alias is not the one that waits.
    place.git_ok(&["config", "alias.on", "!git pyenv activate"]);
    let Some(fish) = tool("fish") else { return };
    let said = place.run(fish, &["--no-config", "-c", "git on; true"]).ended(0).out();
    assert!(said.starts_with("source '/"), "{said}");
}

/// Makes an environment with another tool; `None`, said aloud, where that does not work.
fn made_by(sandbox: &Sandbox, name: &str, arguments: &[&str]) -> Option<()> {
    let program = tool(name)?;
    let place = sandbox.at("repo").with("UV_OFFLINE", "1").with("UV_PYTHON_DOWNLOADS", "never");
    let finished = place.run(program, arguments);
    if finished.status != Some(0) {
        skip(&format!("`{name} {}` fails here: {}", arguments.join(" "), finished.said()));
    }
    (finished.status == Some(0)).then_some(())
}

#[test]
fn environments_of_other_tools_are_activated_by_their_scripts_and_left_by_ours() {
    let tools: [(&str, &[&str]); 3] = [
        ("python3", &["-m", "venv", "--without-pip", "it's other"]),
        ("virtualenv", &["--quiet", "--no-seed", "it's other"]),
        ("uv", &["venv", "--quiet", "it's other"]),
    ];
    for (name, arguments) in tools {
        let sandbox = Sandbox::repository();
        let Some(root) = environment(&sandbox, ".venv") else { return };
        let Some(()) = made_by(&sandbox, name, arguments) else { continue };
        let other = sandbox.path("repo/it's other");
        for talk in TALKS.iter().filter(|talk| matches!(talk.program, "bash" | "zsh" | "fish")) {
            let Some(_) = tool(talk.program) else { continue };
            let said = sandbox.pyenv(&["activate", "--env", "it's other", "--shell", talk.program]).ended(0);
            let first = said.out();
            let commands = format!(
                "{}show\necho ---\n{first}\nshow\necho ---\n{}\nshow\necho ---\ndeactivate\nshow\n",
                talk.prompt,
                talk.activate(&root)
            );
            // Not every tool's script bears `set -eu`.
            let lenient = Talk { options: if talk.program == "fish" { talk.options } else { &[] }, ..*talk };
            let Some(output) = lenient.say(&sandbox, &commands) else { continue };
            let [before, theirs, ours, after] = shown(&output)[..] else { panic!("{output}") };
            let about = format!("{name} in {}", talk.program);
            assert_eq!(value(theirs, "ENV"), other.to_str().expect("text"), "{about}");
            assert_eq!(value(ours, "ENV"), root.to_str().expect("text"), "{about}");
            assert_eq!(
                value(ours, "PATH"),
                format!("{}/bin:{}", root.display(), value(before, "PATH")),
                "{about}"
            );
            assert_eq!(before, after, "{about}");
        }
    }
}

#[test]
fn xonsh_activates_and_gives_everything_back() {
    let Some(xonsh) = tool("xonsh") else { return };
    let sandbox = Sandbox::repository();
    // xonsh expands variables in what it takes from PATH, so that one may not be in there.
    let directory = HOSTILE.replace("$HOME", "");
    let Some(root) = environment(&sandbox, &directory) else { return };
    sandbox.git(&["config", "pyenv.environment", &directory]);
    let show = "def show():\n    print(':'.join($PATH), ${...}.get('VIRTUAL_ENV'), ${...}.get('PYTHONHOME'), flush=True)\n";
    let commands = format!("{show}show()\nexecx($(git pyenv activate))\nshow()\nhello\ndeactivate\nshow()\n");
    sandbox.overwrite(&sandbox.path("commands.xsh"), commands.as_bytes());
    let place = sandbox.at("repo").with_binary().with("XONSH_SHOW_TRACEBACK", "1");
    let finished = place.run(xonsh, &["--no-rc", "../commands.xsh"]).ended(0);
    let said = finished.out();
    let [before, active, hello, after] = said.lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
    let root = root.to_str().expect("text");
    assert!(
        active.starts_with(&format!("{root}/bin:")) && active.ends_with(&format!(" {root} None")),
        "{said}"
    );
    assert_eq!((hello, before), ("hello", after), "{}", finished.said());
    assert!(!sandbox.path("repo/canary").exists(), "xonsh obeyed the path");
}

#[test]
fn a_running_python_is_activated_too() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::repository();
    let Some(root) = environment(&sandbox, HOSTILE) else { return };
    let code = "import os, sys\nfile = sys.argv[1]\nexec(open(file).read(), {'__file__': file})\n\
                print(sys.prefix, os.environ['VIRTUAL_ENV'], os.environ['PATH'].split(':')[0], sep='\\n')";
    let script = root.join("bin/activate_this.py");
    let finished = sandbox.at("repo").run(python, &["-c", code, script.to_str().expect("text")]).ended(0);
    let root = root.to_str().expect("text");
    assert_eq!(finished.out(), format!("{root}\n{root}\n{root}/bin\n"));
    assert!(!sandbox.path("repo/canary").exists(), "Python obeyed the path");
}

#[test]
fn what_is_printed_is_for_the_shell_asked_for() {
    let sandbox = Sandbox::repository();
    let Some(root) = environment(&sandbox, ".venv") else { return };
    let bin = root.join("bin");
    let cases = [
        ("zsh", format!(". '{}/activate'\n", bin.display())),
        ("fish", format!("source '{}/activate.fish'\n", bin.display())),
        ("tcsh", format!("source {}/activate.csh\n", bin.display())),
        ("nu", format!("overlay use '{}/activate.nu'\n", bin.display())),
        ("pwsh", format!("& '{}/Activate.ps1'\n", bin.display())),
        ("xonsh", format!("source @('{}/activate.xsh')\n", bin.display())),
    ];
    for (shell, expected) in cases {
        let finished = sandbox.pyenv(&["activate", "--shell", shell]).ended(0);
        assert_eq!((finished.out(), finished.err()), (expected, String::new()), "{shell}");
    }
    let (answer, _) = answer::both(&sandbox.at("repo"), &["activate", "--shell", "fish"], 0);
    let activate = &answer["activate"];
    assert_eq!((&activate["shell"], &activate["deactivate"]), (&"fish".into(), &"deactivate".into()));
    let place = sandbox.at("repo").with("SHELL", "/usr/local/bin/fish");
    assert!(
        place.pyenv(&["activate"]).ended(0).out().starts_with("source "),
        "SHELL tells where nothing else does"
    );
}

#[test]
fn what_cannot_be_activated_is_said_clearly_and_prints_nothing() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo");
    let said = |arguments: &[&str], kind: &str| {
        let arguments = [&["activate"], arguments].concat();
        let quiet = sandbox.at("repo").pyenv(&arguments).ended(2);
        assert_eq!(quiet.out(), "", "{arguments:?}");
        answer::error(&place, &arguments, kind)
    };
    assert!(said(&[], "usage").contains("git pyenv create"));
    let Some(root) = environment(&sandbox, ".venv") else { return };
    assert!(said(&["--shell", "oil"], "usage").contains("the supported shells are sh, bash, zsh"));
    assert!(
        said(&["--shell", "cmd"], "action")
            .contains("it has activation scripts for sh, fish, csh, nu, powershell, xonsh")
    );
    std::fs::rename(&root, sandbox.path("repo/venv")).expect("renamed");
    let moved = said(&[], "action");
    assert!(moved.contains("was moved") && moved.contains(root.to_str().expect("text")), "{moved}");
    sandbox.remove("venv/bin/python");
    sandbox.link("venv/bin/python", "/nowhere/python");
    let dead = said(&[], "action");
    assert!(dead.contains("is broken") && dead.contains("git pyenv create"), "{dead}");
    sandbox.write("conda/conda-meta/history", "");
    let conda = said(&["--env", "conda"], "action");
    assert!(
        conda.contains("hint: activate it with `conda activate ") && conda.contains("repo/conda"),
        "{conda}"
    );
    sandbox.write("line\nbreak/pyvenv.cfg", "home = /usr/bin\n");
    sandbox.write("line\nbreak/bin/activate", "");
    sandbox.write_program("line\nbreak/bin/python", "#!/bin/sh\n");
    assert!(said(&["--env", "line\nbreak"], "action").contains("cannot be quoted safely"));
    assert_eq!(place.pyenv(&["activate", "--nonsense"]).ended(2).out(), "");
}

#[test]
fn the_place_can_be_read_from_the_scripts() {
    let sandbox = Sandbox::repository();
    let Some(root) = environment(&sandbox, HOSTILE) else { return };
    let place = VirtualEnvAssignment::Literal(root.to_str().expect("text").to_owned());
    for name in ["activate", "activate.fish", "activate.csh", "Activate.ps1"] {
        let script = sandbox.read_any(&root.join("bin").join(name));
        assert_eq!(activation_script::read(&script), place, "{name}");
    }
}
