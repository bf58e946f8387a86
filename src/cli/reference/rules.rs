//! A page for each rule, and their index.

use super::markdown::{cell, code, escaped, table};
use super::page::Page;
use crate::model::{Remedy, RuleGroup, RuleInfo};
use crate::order::Arrange as _;

/// The folder of the pages.
const FOLDER: &str = "docs/rules";

/// Returns the page of each rule, and the index.
pub(super) fn pages(rules: &[&RuleInfo]) -> Vec<Page> {
    let of_rules =
        rules.iter().map(|rule| Page { path: format!("{FOLDER}/{}.md", rule.code), text: page(rule) });
    let index = Page { path: format!("{FOLDER}/README.md"), text: index(rules) };
    std::iter::once(index).chain(of_rules).collect()
}

fn index(rules: &[&RuleInfo]) -> String {
    let mut out = "# Rules\n\n\
        What `git pyenv check` and the hooks report. Codes are stable; a name is accepted wherever a code is, and the first \
        letters and digit of the codes of a group, such as `PYE4`, select the group.\n"
        .to_owned();
    let mut groups: Vec<RuleGroup> = rules.iter().map(|rule| rule.group).collect();
    groups.arrange();
    groups.dedup();
    for group in groups {
        let rows: Vec<Vec<String>> =
            rules.iter().filter(|rule| rule.group == group).map(|rule| row(rule)).collect();
        out.push_str(&format!("\n## {}\n\n", heading(group)));
        out.push_str(&table(&["code", "name", "severity", "finds"], &rows));
    }
    out.push_str(
        "\n[Settings](../settings.md) select rules and allow paths. [Commands](../commands/README.md)\n",
    );
    out
}

fn row(rule: &RuleInfo) -> Vec<String> {
    let off = if rule.is_default { "" } else { "; off unless selected" };
    vec![
        format!("[{0}]({0}.md)", rule.code),
        code(rule.name),
        rule.severity.to_string(),
        cell(&escaped(rule.summary)) + off,
    ]
}

fn page(rule: &RuleInfo) -> String {
    let rows = [
        ("severity", Some(rule.severity.to_string())),
        (
            "runs",
            Some(
                if rule.is_default { "unless settings leave it out" } else { "only if selected" }.to_owned(),
            ),
        ),
        ("environment", rule.means_broken.then(|| "a finding means that it does not work".to_owned())),
        ("fixed by", rule.remedy.map(|remedy| fixed_by(remedy).to_owned())),
    ];
    let facts = rows.into_iter().filter_map(|(name, value)| Some(format!("- {name}: {}\n", value?)));
    let (document, title) = more(rule.group);
    format!(
        "# {code} {name}\n\n{summary}.\n\n{facts}\n{explanation}\n\nHelp: {help}.\n\n## Commands\n\n```sh\ngit pyenv explain \
         {code}\ngit pyenv check --select {code}\ngit pyenv check --ignore {code}\n```\n\n## See also\n\n- [All \
         rules](README.md)\n- [{title}](../{document})\n- [Settings](../settings.md): `select`, `ignore`, `allow`\n",
        code = rule.code,
        name = rule.name,
        summary = escaped(&capitalised(rule.summary)),
        facts = facts.collect::<String>(),
        explanation = escaped(rule.explanation),
        help = escaped(rule.help.trim_end_matches('.')),
    )
}

/// A sentence with a capital letter, unless it begins with code.
fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|c| c.to_uppercase().collect::<String>());
    first.unwrap_or_default() + characters.as_str()
}

fn heading(group: RuleGroup) -> &'static str {
    match group {
        RuleGroup::Committed => "Environments that git tracks",
        RuleGroup::Ignored => "Ignore rules",
        RuleGroup::Environment => "Whether environments exist and work",
        RuleGroup::Requirements => "Whether what is installed is what is asked for",
        RuleGroup::Lock => "Locks and exported requirements",
    }
}

/// The document that says more about a group, and its title.
fn more(group: RuleGroup) -> (&'static str, &'static str) {
    match group {
        RuleGroup::Committed | RuleGroup::Ignored => ("detection.md", "How environments are detected"),
        RuleGroup::Environment => ("health.md", "Whether an environment works"),
        RuleGroup::Requirements => ("in-step.md", "When an environment is in step"),
        RuleGroup::Lock => ("in-step.md#whether-a-lock-is-fresh", "Whether a lock is fresh"),
    }
}

fn fixed_by(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Untrack => "`git pyenv fix`, which untracks it, keeps it on disk and adds an ignore rule",
        Remedy::Ignore => "`git pyenv fix`, which adds an ignore rule",
        Remedy::CoverLinks => "`git pyenv fix`, which changes the ignore rule",
        Remedy::Create => "`git pyenv create`",
        Remedy::Recreate => "`git pyenv create --force`, which replaces the environment",
        Remedy::ChangeHistory => "a change of the commits, with the command that the finding names",
        Remedy::Reinstall => "an installer, with the command that the finding names",
        Remedy::Install => "`git pyenv install`",
        Remedy::Lock => {
            "the tool that wrote the file, also through `git pyenv lock`: the finding names the command"
        }
    }
}
