//! The pages of `docs/commands/` and `docs/rules/`, made from what the help and `explain` are made of. Only a test makes
//! them, and compares them with those that are published.

mod commands;
mod markdown;
mod page;
mod related;
mod rules;

use super::command::Command;
use crate::model::RuleInfo;

pub use page::Page;

/// Returns the pages of all commands and all rules, and an index of each.
pub(super) fn pages(table: &[&Command], program: clap::Command, explained: &[&RuleInfo]) -> Vec<Page> {
    let mut pages = commands::pages(table, program);
    pages.extend(rules::pages(explained));
    pages
}
