//! No command that the source suggests is missing from the situations.

use std::collections::{BTreeMap, BTreeSet};

use git_pyenv::rules::RULES;

use super::{Situation, Suggestion, errors, findings, in_parallel, suggested, tools};
use crate::support::source::{self, SourceFile};

/// Hints with a command that no situation follows, by what is said before it, each with the reason.
const NOT_FOLLOWED: &[(&str, &str)] = &[
    ("see CONFIGURATION FILE in", "a page of git's manual"),
    ("if several users share the repository:", "needs another user, and is a page of git's manual"),
    ("check it with", "git says what is wrong with a corrupt index"),
    ("look at it again with", "something has to change while a question waits at a terminal"),
    ("to check commits, use", "needs a terminal as standard input, and has a placeholder"),
    ("or write there all the same:", "one of several ways, for a directory that is somebody else's"),
    ("use git 2.54 or later, or keep the hooks on another file system:", "needs a mount"),
    ("to have hooks again:", "needs core.hooksPath that leads nowhere"),
    ("to have hooks here:", "needs core.hooksPath of the user"),
    ("switch them on:", "needs git 2.54"),
    ("to use files instead, run", "needs git 2.54"),
    ("to use git's configuration instead, run", "needs git 2.54"),
    ("trust it no longer with", "needs a damaged record of a plug-in"),
    ("trust this content with", "needs a plug-in on PATH; tests of plug-ins follow it"),
    ("update it with", "pip comes from an index of packages"),
    ("create the environment with", "needs a plug-in on PATH that is trusted"),
    ("make room for a new one with", "needs a plug-in on PATH that fails"),
    ("without activating it, use", "needs a plug-in on PATH that sets what a shell cannot"),
];

/// The literal that begins at or after the beginning of `text`, up to its first backtick; `None` if there is no literal before
/// the argument ends.
fn literal(text: &str) -> Option<&str> {
    let (before, rest) = text.split_once('"')?;
    let is_argument =
        |part: &str| part.chars().all(|c| c.is_whitespace() || c.is_alphabetic() || "!(_:".contains(c));
    is_argument(before).then(|| &rest[..rest.find('"').unwrap_or(rest.len())])
}

/// What is said before each command that a file suggests.
fn leads(file: &SourceFile) -> Vec<String> {
    let code = file.code.split("#[cfg(test)]").next().unwrap_or_default();
    let after = |call: &'static str| code.match_indices(call).map(move |(at, _)| &code[at + call.len()..]);
    let suggested = after(".suggest(").map(|rest| literal(rest).unwrap_or("no literal").to_owned());
    let meant = after(".did_you_mean(").map(|_| "did you mean".to_owned());
    let hinted = after(".hint(").filter_map(|rest| {
        let text = literal(rest)?;
        let (lead, command) = text.split_once('`')?;
        ["git ", "git-pyenv ", "{"].iter().any(|start| command.starts_with(start)).then_some(())?;
        text.contains("git").then(|| lead.trim().to_owned())
    });
    suggested.chain(meant).chain(hinted).collect()
}

/// The text with a place holder for each quoted part.
fn shape(text: &str) -> String {
    text.split('`').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "…" }).collect()
}

fn situations() -> Vec<&'static Situation> {
    [errors::all(), findings::all(), tools::all()].concat()
}

/// What all situations suggest; `None` without Pythons.
fn everything() -> Option<Vec<(usize, Suggestion)>> {
    let situations = situations();
    let all = in_parallel(&situations, suggested);
    let all: Option<Vec<Vec<Suggestion>>> = all.into_iter().collect();
    let numbered = all?.into_iter().enumerate();
    Some(numbered.flat_map(|(at, found)| found.into_iter().map(move |one| (at, one))).collect())
}

#[test]
fn every_suggested_command_is_followed() {
    let Some(everything) = everything() else { return };
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut fixed: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, Suggestion { about, lead, .. }) in everything {
        match lead.is_empty() {
            true => {
                _ = fixed
                    .entry(about.split(' ').next().unwrap_or_default().to_owned())
                    .or_default()
                    .insert(at)
            }
            false => _ = said.entry(lead).or_default().insert(shape(&about)),
        }
    }
    let mut sites: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in source::all() {
        for lead in leads(&file) {
            sites.entry(lead).or_default().push(file.path.clone());
        }
    }
    let count: usize = sites.values().map(Vec::len).sum();
    assert!(count > 25, "only {count} places were found: {sites:#?}");
    for (lead, reason) in NOT_FOLLOWED {
        assert!(sites.remove(*lead).is_some(), "nothing says `{lead}` any more ({reason})");
    }
    let followed = |lead: &str| said.get(lead).map_or(0, BTreeSet::len);
    let missing: Vec<String> = sites
        .iter()
        .filter(|(lead, files)| followed(lead) < files.len())
        .map(|(lead, files)| format!("`{lead}`: {} situations for {files:?}", followed(lead)))
        .collect();
    assert!(missing.is_empty(), "errors without a situation:\n{}\n{said:#?}", missing.join("\n"));
    for rule in RULES.iter().filter(|rule| rule.info.remedy.is_some()) {
        let file = source::read(&format!("src/rules/{}.rs", rule.info.name.replace('-', "_")));
        let fixes = file.matches(".fix(").count() + file.matches("fixed_by").count();
        let situations = fixed.get(rule.info.code).map_or(0, BTreeSet::len);
        assert!(
            situations >= fixes.max(1),
            "{}: {situations} situations with a fix, {fixes} places that set one",
            rule.info.code
        );
    }
}

#[test]
fn suggested_commands_are_found_in_the_source() {
    let text = "fn f() {\n    error.suggest(\n        \"make it with\",\n        \"git x\",\n    )\n    \
                .hint(format!(\"or use `git pyenv y {}`\", 1))\n    .hint(\"other `x`\")\n    .did_you_mean(near)\n}";
    assert_eq!(leads(&SourceFile::new("x.rs", text)), ["make it with", "did you mean", "or use"]);
}
