//! Every command that a finding or an error suggests is run as it is printed: then the finding is gone, and the error does
//! not come again.
#![cfg(unix)]

mod errors;
mod findings;
mod sites;
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;

use crate::health_checkouts::project;
use crate::support::pythons::two_pythons;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place, tool};
use crate::support::wheels::Wheel;

/// A command in a repository, which says something that is followed by a command.
pub(crate) struct Situation {
    /// What is special about it.
    name: &'static str,
    /// Makes the repository: a script for `sh -eu`, run in `repo`. `$PROJECT` is a directory with a project that can be
    /// installed, `$WHEELS` one with wheels of `six` 1 and 2, of `app` 1, which requires `six` 2, and of `other` 1,
    /// `$OTHER` one that does not exist, `$NEWER` the version of `python3` and `$OLDER` a Python of another one.
    script: &'static str,
    /// The command line, run in `directory`.
    call: &'static str,
    /// Relative to the sandbox.
    directory: &'static str,
    /// What is seen once the suggested command has been run.
    then: Then,
    /// A part of one suggested command.
    expected: &'static str,
}

/// What shows that a suggested command did what was meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The first command is run again: what it said does not come again.
    Again,
    /// The suggested command is the first one put right: it ends well.
    Works,
}

/// What is said before a command that does in another way what the first one was to do.
const INSTEAD: [&str; 1] = ["without an activation script, use"];

const fn finding(name: &'static str, script: &'static str, expected: &'static str) -> Situation {
    let call = "git pyenv check --require-env";
    Situation { name, script, call, directory: "repo", then: Then::Again, expected }
}

const fn error(
    name: &'static str,
    script: &'static str,
    call: &'static str,
    expected: &'static str,
) -> Situation {
    Situation { name, script, call, directory: "repo", then: Then::Again, expected }
}

impl Situation {
    const fn called(self, call: &'static str) -> Self {
        Self { call, ..self }
    }

    const fn below(self, directory: &'static str) -> Self {
        Self { directory, ..self }
    }

    const fn works(self) -> Self {
        Self { then: Then::Works, ..self }
    }
}

/// What a command said that has a command to follow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Suggestion {
    /// The code of the rule and the path; the message of an error.
    about: String,
    /// What is said before the command; empty for the fix of a finding.
    lead: String,
    /// The command line, or an option to add.
    command: String,
}

/// A repository in the situation.
struct Stage {
    sandbox: Sandbox,
    path: String,
    version: String,
}

impl Stage {
    /// Makes the repository; `None`, said aloud, without Pythons.
    fn of(situation: &Situation) -> Option<Self> {
        let [python, older] = &two_pythons()?;
        let directory = |program: &Path| program.parent().expect("a directory").display().to_string();
        let own = directory(Path::new(env!("CARGO_BIN_EXE_git-pyenv")));
        let inherited = std::env::var("PATH").unwrap_or_default();
        let tools = tool("uv").map(|uv| directory(&uv)).unwrap_or_default();
        let stage = Self {
            sandbox: Sandbox::repository(),
            path: format!("{own}:{}:{inherited}:{tools}", directory(python)),
            version: version(python),
        };
        project("demo").write_to(&stage.sandbox, "project");
        for (name, version) in [("six", "1"), ("six", "2"), ("other", "1")] {
            Wheel::new(name, version).write(&stage.sandbox);
        }
        Wheel::new("app", "1").header("Requires-Dist: six>=2").write(&stage.sandbox);
        let place = stage.at("repo").with("PROJECT", stage.sandbox.path("project"));
        let place = place.with("WHEELS", stage.sandbox.path("wheels"));
        let place = place.with("OTHER", stage.sandbox.path("other")).with("OLDER", older);
        let made = place.run("sh", &["-euc", situation.script]);
        assert_eq!(made.status, Some(0), "{}: {}", situation.name, made.said());
        Some(stage)
    }

    /// Packages come from `$WHEELS` alone.
    fn at(&self, directory: &str) -> Place<'_> {
        let place = self.sandbox.at(directory).with("PATH", &self.path).with("NEWER", &self.version);
        let wheels = self.sandbox.path("wheels");
        let place = place.with("PIP_NO_INDEX", "1").with("PIP_FIND_LINKS", &wheels);
        place.with("UV_NO_INDEX", "1").with("UV_FIND_LINKS", &wheels)
    }

    /// Runs a command line in a shell, as somebody does who copies it.
    fn shell(&self, situation: &Situation, line: &str) -> Finished {
        self.at(situation.directory).run("sh", &["-c", line])
    }

    /// What the first command says, in JSON; nothing if it starts a program.
    fn call(&self, situation: &Situation) -> Value {
        let said = self.shell(situation, &situation.call.replacen("pyenv ", "pyenv --output json ", 1));
        if said.status == Some(0) && said.stdout.is_empty() { Value::Null } else { said.json() }
    }

    /// What is said with a command to follow.
    fn suggestions(&self, situation: &Situation) -> Vec<Suggestion> {
        let all = suggestions(&self.call(situation));
        all.into_iter().filter(|suggestion| !suggestion.command.is_empty()).collect()
    }

    /// Follows a suggestion, and says what is wrong then.
    fn follow(
        &self,
        situation: &Situation,
        Suggestion { about, lead, command }: &Suggestion,
        before: &BTreeSet<String>,
    ) -> Option<String> {
        let is_option = command.starts_with("--");
        let line = match is_option {
            // In the place of what was given.
            true => format!("{} {command}", situation.call.split(" --env").next().unwrap_or_default()),
            false => command.clone(),
        };
        let followed = self.shell(situation, &line);
        // Findings are no failure of a command that only looks.
        let worst = if situation.then == Then::Works { 1 } else { 0 };
        if followed.status.is_none_or(|status| status > worst) {
            return Some(format!("`{line}` fails: {}", followed.said()));
        }
        if situation.then == Then::Works || is_option || INSTEAD.contains(&lead.as_str()) {
            return None;
        }
        let after = complaints(&self.call(situation));
        let is_wrong = after.contains(about) || after.difference(before).next().is_some();
        is_wrong.then(|| format!("after `{line}`, {after:?} is said, before {before:?}"))
    }
}

/// The version of a Python: `3.12`. Each is asked once.
fn version(python: &Path) -> String {
    static KNOWN: Mutex<BTreeMap<PathBuf, String>> = Mutex::new(BTreeMap::new());
    let ask = || {
        let program = "import sys; print('%d.%d' % sys.version_info[:2], end='')";
        let asked = std::process::Command::new(python).args(["-I", "-c", program]).output();
        String::from_utf8(asked.expect("a Python").stdout).expect("text")
    };
    KNOWN.lock().expect("no panic").entry(python.to_path_buf()).or_insert_with(ask).clone()
}

/// The commands in backticks of a text, each with what is said before it.
fn commands_in(text: &str) -> Vec<(String, String)> {
    let parts: Vec<&str> = text.split('`').collect();
    let quoted = parts.iter().enumerate().skip(1).step_by(2);
    let is_command = |part: &str| {
        let starts = ["git ", "mv ", "rm ", "--env ", "--python "];
        starts.iter().any(|start| part.starts_with(start))
    };
    let commands = quoted.filter(|(_, part)| is_command(part));
    commands.map(|(at, part)| (parts[at - 1].trim().to_owned(), (*part).to_owned())).collect()
}

/// Every suggestion of an answer.
fn suggestions(answer: &Value) -> Vec<Suggestion> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for finding in list(&answer["findings"]) {
        let about = format!("{} {}", text(&finding["code"]), text(&finding["path"]));
        let command = text(&finding["fix"]["command"]);
        found.push(Suggestion { about, lead: String::new(), command });
    }
    let hints =
        list(&answer["error"]["hints"]).into_iter().map(|hint| (text(&answer["error"]["message"]), hint));
    let notes = list(&answer["use"]["notes"]).into_iter().map(|note| (text(&note), note));
    for (about, said) in hints.chain(notes) {
        for (lead, command) in commands_in(&text(&said)) {
            found.push(Suggestion { about: about.clone(), lead, command });
        }
    }
    found
}

/// The findings, the error and the notes of an answer.
fn complaints(answer: &Value) -> BTreeSet<String> {
    suggestions(answer).into_iter().map(|suggestion| suggestion.about).collect()
}

/// What a situation suggests; `None` without Pythons. Two tests ask, and it is found out once.
pub(crate) fn suggested(situation: &Situation) -> Option<Vec<Suggestion>> {
    type Known = Arc<OnceLock<Option<Vec<Suggestion>>>>;
    static KNOWN: Mutex<BTreeMap<(&str, &str), Known>> = Mutex::new(BTreeMap::new());
    let key = (situation.name, situation.call);
    let known = KNOWN.lock().expect("no panic").entry(key).or_default().clone();
    known.get_or_init(|| Some(Stage::of(situation)?.suggestions(situation))).clone()
}

/// Follows every suggestion of a situation, each in a repository of its own, and returns what is wrong with it.
fn follow(situation: &Situation) -> Vec<String> {
    let Some(suggested) = suggested(situation) else { return Vec::new() };
    let mut wrong = Vec::new();
    if !suggested.iter().any(|suggestion| suggestion.command.contains(situation.expected)) {
        wrong.push(format!("no command has `{}`: {suggested:#?}", situation.expected));
    }
    for number in 0..suggested.len() {
        let Some(stage) = Stage::of(situation) else { continue };
        let before = complaints(&stage.call(situation));
        let suggestion = stage.suggestions(situation).swap_remove(number);
        wrong.extend(stage.follow(situation, &suggestion, &before));
    }
    wrong.into_iter().map(|problem| format!("{}: {problem}", situation.name)).collect()
}

/// Follows the suggestions of many situations on a few threads.
#[track_caller]
fn follow_all(situations: &[Situation]) {
    let situations: Vec<&Situation> = situations.iter().collect();
    let wrong: Vec<String> = in_parallel(&situations, follow).into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Does something for each situation, a few at a time; in no particular order.
fn in_parallel<T: Send>(situations: &[&Situation], work: impl Fn(&Situation) -> T + Sync) -> Vec<T> {
    let (next, work) = (AtomicUsize::new(0), &work);
    let worker = || {
        let take = || situations.get(next.fetch_add(1, Ordering::Relaxed));
        std::iter::from_fn(take).map(|situation| work(situation)).collect::<Vec<T>>()
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}
