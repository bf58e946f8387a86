//! Running rules.

use super::rule::Rule;
use super::{committed_environment, committed_remnant, ignored_but_tracked};
use crate::model::{Facts, Finding};

/// Runs rules on facts and returns their findings. What two rules find of one environment is one finding.
#[must_use]
pub fn run(rules: &[&'static Rule], facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        (rule.check)(facts, &mut findings);
    }
    join(findings, facts)
}

/// Makes PYE202 part of the finding that says that the same environment is tracked: an environment that is ignored and
/// tracked is tracked.
fn join(findings: Vec<Finding>, facts: &Facts) -> Vec<Finding> {
    let tracked = [committed_environment::RULE.info.code, committed_remnant::RULE.info.code];
    let is_ignored = |finding: &Finding| finding.rule.code == ignored_but_tracked::RULE.info.code;
    let (ignored, mut findings): (Vec<Finding>, Vec<Finding>) = findings.into_iter().partition(is_ignored);
    for second in ignored {
        let is_first =
            |finding: &&mut Finding| tracked.contains(&finding.rule.code) && finding.path == second.path;
        match findings.iter_mut().find(is_first) {
            Some(first) => ignored_but_tracked::add_to(first, second, facts),
            None => findings.push(second),
        }
    }
    findings
}
