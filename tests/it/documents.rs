//! The documentation and the help agree with the program: commands, paths, links, the diagram of rooms.

use std::collections::BTreeMap;
use std::path::Path;

use git_pyenv::rules;

use crate::layers::{GROUND, WALLS};
use crate::support::repository::Sandbox;
use crate::support::source;
use crate::whole_texts::commands;

/// The documents for users and contributors, and the files of hooks; with all of `docs/`.
const DOCUMENTS: &[&str] = &["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];

/// The folders of which every file is a document.
const FOLDERS: &[&str] = &["docs", "docs/commands", "docs/rules", "hooks"];

/// Every document, from the top of the repository.
fn documents() -> Vec<String> {
    let in_folder = |folder: &&str| {
        let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder");
        let files = files.map(|file| file.expect("a file"));
        let files = files.filter(|file| file.file_type().expect("its type").is_file());
        let paths: Vec<String> =
            files.map(|file| format!("{folder}/{}", file.file_name().to_string_lossy())).collect();
        paths
    };
    let mut all: Vec<String> = FOLDERS.iter().flat_map(in_folder).collect();
    all.extend(DOCUMENTS.iter().map(|path| (*path).to_owned()));
    all.sort();
    all
}

fn exists(path: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()
}

/// The long help of each command and subcommand, by its words; that of the program without a word.
fn helps(sandbox: &Sandbox) -> BTreeMap<Vec<&'static str>, String> {
    let all = commands().into_iter().chain([Vec::new()]);
    let help = |words: &[&str]| sandbox.at("").pyenv(&[words, &["--help"]].concat()).ended(0).out();
    all.map(|words| (words.clone(), help(&words))).collect()
}

/// Returns what follows `git pyenv`, and `git-pyenv` at the beginning of code, up to the end of the command.
fn calls(text: &str) -> Vec<&str> {
    let ends = ['`', '\n', '<', '"', '\\', ';', '&', '|', '#', ')', ',', '{', '}', ']'];
    let after =
        |name: &'static str| text.match_indices(name).map(move |(at, _)| (at, &text[at + name.len()..]));
    let is_code = |at: usize| {
        let before = &text[..at];
        before.ends_with('`') || before.ends_with("\n  ") || before.matches("```").count() % 2 == 1
    };
    let dashed = after("git-pyenv ").filter(|(at, _)| is_code(*at));
    let all = after("git pyenv ").chain(dashed).map(|(_, rest)| rest);
    all.map(|rest| {
        let end = rest.find(ends).unwrap_or(rest.len()).min(rest.find("  ").unwrap_or(rest.len()));
        rest[..end].trim()
    })
    .collect()
}

/// Commands of others that stand for any.
const OTHERS: [&str; 2] = ["foo", "size"];

/// Says what is wrong with a call.
fn problem(call: &str, helps: &BTreeMap<Vec<&'static str>, String>) -> Option<String> {
    let mut words = call.split_whitespace().peekable();
    // The second is another name of a command.
    if words.peek().is_some_and(|first| OTHERS.contains(first) || *first == "--list") {
        return None;
    }
    let mut command = Vec::new();
    while let Some(word) = words.next_if(|word| word.starts_with(|c: char| c.is_ascii_lowercase())) {
        // Arguments follow a command that has no subcommands.
        let has_subcommands = |first: &&str| helps.keys().any(|words| words.len() == 2 && words[0] == *first);
        if command.first().is_some_and(|first| !has_subcommands(first)) || command.len() == 2 {
            break;
        }
        let name = word.trim_end_matches(['.', ':', '?', '\'', '…']);
        command.push(name);
        if !helps.contains_key(&command) {
            return Some(format!("no command `{}`", command.join(" ")));
        }
    }
    let help = helps.get(&command)?;
    // What follows a program belongs to that.
    let is_ours =
        |word: &&str| command != ["run"] || word.starts_with("--env") || word.starts_with("--script");
    let options =
        words.take_while(|word| *word != "--").filter(|word| word.starts_with("--")).filter(is_ours);
    let named = options.map(|word| word.split('=').next().unwrap_or(word));
    let known = |option: &&str| help.split([' ', ',', '\n']).any(|word| word == *option);
    let unknown: Vec<&str> = named.filter(|option| !known(option)).collect();
    (!unknown.is_empty()).then(|| format!("`{}` has no {unknown:?}", command.join(" ")))
}

#[test]
fn every_command_that_is_printed_exists() {
    let sandbox = Sandbox::new();
    let helps = helps(&sandbox);
    let documents = documents().into_iter().map(|path| (path.clone(), source::read(&path)));
    let printed = helps.iter().map(|(words, help)| (format!("help of `{}`", words.join(" ")), help.clone()));
    let explained = rules::RULES.iter().map(|rule| {
        let code = rule.info.code;
        (code.to_owned(), sandbox.at("").pyenv(&["explain", code, "--output", "text"]).ended(0).out())
    });
    let sources = source::all().into_iter().map(|file| (format!("src/{}", file.path), file.code));
    let mut count = 0;
    let mut wrong = Vec::new();
    for (place, text) in documents.chain(printed).chain(explained).chain(sources) {
        for call in calls(&text) {
            count += 1;
            wrong.extend(problem(call, &helps).map(|problem| format!("{place}: `{call}`: {problem}")));
        }
    }
    assert!(count > 200, "only {count} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrong_commands_are_noticed() {
    let helps = helps(&Sandbox::new());
    let problems: Vec<Option<String>> =
        calls("`git pyenv checks`\n`git-pyenv hook instal`\ngit pyenv check --stage\n")
            .into_iter()
            .map(|call| problem(call, &helps))
            .collect();
    assert!(problems.len() == 3 && problems.iter().all(Option::is_some), "{problems:?}");
    let fine = "`git pyenv run pytest --x`, `git pyenv fix a --dry-run`, `git pyenv hook run pre-push`";
    assert_eq!(calls(fine).len(), 3);
    assert!(calls(fine).into_iter().all(|call| problem(call, &helps).is_none()));
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut count = 0;
    for document in documents().iter().filter(|path| path.ends_with(".md")) {
        let text = source::read(document);
        let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#']).next().unwrap_or_default();
            let is_file = !target.is_empty() && !target.contains("://") && !target.contains("::");
            count += usize::from(is_file);
            let mut steps: Vec<&str> = folder.split('/').chain(target.split('/')).collect();
            steps.retain(|step| !step.is_empty());
            while let Some(up) = steps.iter().position(|step| *step == "..").filter(|up| *up > 0) {
                steps.drain(up - 1..=up);
            }
            let path = steps.join("/");
            assert!(!is_file || target == "mod@env" || exists(&path), "{document}: no file `{path}`");
        }
    }
    assert!(count > 10, "only {count} links were found");
}

#[test]
fn every_path_of_the_glossary_exists() {
    let glossary = source::read("docs/glossary.md");
    let rows: Vec<&str> = glossary.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 30, "only {} rows were found", rows.len());
    for row in rows {
        let path = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap_or_default();
        let path = path.trim().trim_matches('`');
        assert!(!path.is_empty() && exists(&format!("src/{path}")), "no `src/{path}`: {row}");
    }
}

#[test]
fn the_diagram_of_rooms_is_that_of_the_walls() {
    let text = source::read("CONTRIBUTING.md");
    let diagram = text.split("```").find(|block| block.contains('→')).expect("a diagram");
    let steps: Vec<Vec<&str>> = diagram
        .split('→')
        .map(|step| step.split_whitespace().collect())
        .filter(|step: &Vec<_>| !step.is_empty())
        .collect();
    let step_of = |room: &str| steps.iter().position(|step| step.contains(&room));
    let last = steps.len() - 1;
    for room in GROUND {
        assert_eq!(step_of(room), Some(last), "{room}");
    }
    for (room, uses) in WALLS.iter().filter(|(room, _)| *room != "lib") {
        let own = step_of(room).unwrap_or_else(|| panic!("`{room}` is not in the diagram"));
        assert!(own < last, "{room}");
        for used in *uses {
            let below = step_of(used).unwrap_or_else(|| panic!("`{used}` is not in the diagram"));
            assert!(own < below, "`{room}` uses `{used}`, which is not to the right of it");
        }
    }
    let shown = steps.iter().flatten().count();
    assert_eq!(shown, GROUND.len() + WALLS.len() - 1, "a room is shown twice, or does not exist");
}
