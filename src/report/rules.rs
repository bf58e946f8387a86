//! Which rules run.

use crate::config::Settings;
use crate::error::{Error, Result};
use crate::message::message;
use crate::rules::{self, RULES, Rule};
use crate::setting::Setting;

/// The rules that settings leave on.
///
/// # Errors
/// Settings, for a name that no rule has.
pub fn enabled_rules(settings: &Settings) -> Result<Vec<&'static Rule>> {
    let named = |names: &Setting<Vec<String>>| -> Result<Vec<&'static str>> {
        let place = |error: Error| error.cause(message!("it is set in {}", names.origin));
        let mut codes = Vec::new();
        for name in &names.value {
            let found = rules::find_group(RULES, name).map_err(place)?;
            codes.extend(found.iter().map(|rule| rule.info.code));
        }
        Ok(codes)
    };
    let (select, ignore) = (named(&settings.rule_selection.select)?, named(&settings.rule_selection.ignore)?);
    let chosen = |rule: &&&Rule| {
        let is_on = if select.is_empty() { rule.info.is_default } else { select.contains(&rule.info.code) };
        is_on && !ignore.contains(&rule.info.code)
    };
    Ok(RULES.iter().filter(chosen).copied().collect())
}
