//! The text of `explain`: one rule in full, or a table of all rules.

use std::io::{self, Write};

use super::finding::severity_role;
use crate::model::{Explanation, RuleInfo};
use crate::render::command_result::WriteText;
use crate::render::role::Role;
use crate::render::style::Style;

/// The width of an explanation.
const WIDTH: usize = 78;
/// The least width of the last column of the table.
const NARROWEST: usize = 20;

impl WriteText for Explanation {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self.rules.as_slice() {
            [rule] => write_rule(rule, style, out),
            rules => write_table(rules, style, out),
        }
    }
}

fn write_rule(rule: &RuleInfo, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{} {}", rule.code, rule.name);
    let off = if rule.is_default { "" } else { ", off unless selected" };
    writeln!(out, "{} ({}{off})", style.paint.paint(Role::Heading, &head), rule.severity)?;
    writeln!(out, "\n{}\n", rule.summary)?;
    wrap(rule.explanation, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "\nhelp: {}", rule.help)
}

fn write_table(rules: &[&RuleInfo], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in rules {
        let name = format!("{:width$}", rule.name);
        let code = style.paint.paint(severity_role(rule.severity), rule.code);
        let off = if rule.is_default { "" } else { " (off unless selected)" };
        let start = format!("{}  {name}  {:7}  ", rule.code, rule.severity.name());
        let room = style.screen.columns.map_or(usize::MAX, |columns| columns.saturating_sub(start.len()));
        let lines = wrap(&format!("{}{off}", rule.summary), room.max(NARROWEST));
        let next = format!("\n{}", " ".repeat(start.len()));
        writeln!(out, "{code}{}{}", &start[rule.code.len()..], lines.join(&next))?;
    }
    writeln!(out, "\nsee `git pyenv explain RULE` for details")
}

/// Breaks text into lines of at most `width` characters.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
