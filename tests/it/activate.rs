//! Activation scripts in the real shells: they change what they shall, give it back, and obey nothing in a path.

use std::path::Path;

use crate::support::activation::{HOSTILE, environment};
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

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
        let commands = format!("{}show\n{line}\n{activate}\nshow\n{line}\ndeactivate\nshow\n", talk.prompt);
        let Some(output) = talk.say(&sandbox, &commands) else { continue };
        let [before, active, after] = shown(&output)[..] else { panic!("{output}") };
        assert_eq!(before, after, "{}", talk.program);
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
