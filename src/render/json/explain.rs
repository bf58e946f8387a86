//! The JSON of `explain`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::Envelope;
use crate::model::{Explanation, Outcome, RuleInfo};
use crate::render::command_result::WriteJson;

/// The section of `explain`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ExplainSection {
    /// Of `explain`: the requested rules.
    rules: Vec<RuleJson>,
}

/// A rule.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Rule"))]
struct RuleJson {
    /// Its code, which never changes.
    code: &'static str,
    /// Its name.
    name: &'static str,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// It runs unless settings say which rules do.
    default: bool,
    /// What it finds, in one line.
    summary: &'static str,
    /// Why that matters, in a few sentences.
    explanation: &'static str,
    /// What to do about it.
    help: &'static str,
}

impl WriteJson for Explanation {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rules = self.rules.iter().map(|rule| RuleJson::of(rule)).collect();
        Envelope::new("explain", Outcome::Clean, ExplainSection { rules }).write(out)
    }
}

impl RuleJson {
    fn of(rule: &RuleInfo) -> Self {
        Self {
            code: rule.code,
            name: rule.name,
            severity: rule.severity.name(),
            default: rule.is_default,
            summary: rule.summary,
            explanation: rule.explanation,
            help: rule.help,
        }
    }
}
