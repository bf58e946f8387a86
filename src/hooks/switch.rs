//! What switches hooks off, and the report of a hook that settings switch off.

use super::event::HookEvent;
use crate::config::Settings;
use crate::env::Env;
use crate::message::{Message, message};
use crate::model::{FailOn, Inspected, Report, Scope, Suppression};
use crate::session::Session;

/// Says whether the user has switched a hook off: `GIT_PYENV=0`, or `SKIP` names it, as for pre-commit, or `PREK_SKIP`,
/// as for prek.
#[must_use]
pub fn is_bypassed(env: &Env, event: &HookEvent) -> bool {
    bypass(env, event).is_some()
}

/// The variable that switches a hook off.
fn bypass(env: &Env, event: &HookEvent) -> Option<&'static str> {
    if env.text("GIT_PYENV") == Some("0") {
        return Some("`GIT_PYENV=0`");
    }
    let named = |name: &str| name.trim() == "git-pyenv" || Some(name.trim()) == event.framework_hook;
    let skips = |variable: &str| env.text(variable).unwrap_or_default().split(',').any(named);
    [("SKIP", "`SKIP`"), ("PREK_SKIP", "`PREK_SKIP`")]
        .into_iter()
        .find_map(|(variable, shown)| skips(variable).then_some(shown))
}

/// Why a hook that runs here checks nothing; `None` if it checks.
#[must_use]
pub fn reason_off(env: &Env, event: &HookEvent, settings: &Settings) -> Option<Message> {
    match bypass(env, event) {
        Some(variable) => Some(message!("{} is set in this environment", variable)),
        None => switched_off_by(event, settings),
    }
}

fn switched_off_by(event: &HookEvent, settings: &Settings) -> Option<Message> {
    let setting = (event.setting.value)(settings);
    let because = || message!("disabled by `{}` in {}", event.setting.key, setting.origin);
    (!setting.value).then(because)
}

/// The report of a hook that settings switch off; `None` for one that is on.
///
/// It is empty, unless a committed file switches the hook off: the report has to say so.
pub(super) fn switched_off(
    session: &Session<'_>,
    event: &HookEvent,
    settings: &Settings,
    scope: Scope,
) -> Option<Report> {
    let because = switched_off_by(event, settings)?;
    let finding = message!("the {} check", event.name);
    let by_repository = (event.setting.value)(settings).origin.is_from_repository();
    let suppressed = by_repository.then_some(Suppression { finding, because, from_repository: true });
    Some(Report { suppressed: suppressed.into_iter().collect(), ..empty_report(session, scope) })
}

/// A report of nothing.
pub(super) fn empty_report(session: &Session<'_>, scope: Scope) -> Report {
    Report {
        repository: session.label(),
        scope,
        findings: Vec::new(),
        environments: Vec::new(),
        syncs: Vec::new(),
        skipped: Vec::new(),
        suppressed: Vec::new(),
        looked_at: None,
        inspected: Inspected::default(),
        fail_on: FailOn::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::find;
    use std::path::Path;

    fn is_off(event: &str, variable: &str, value: &str) -> bool {
        is_bypassed(&Env::with(Path::new("/"), [(variable, value)]), find(event).expect("an event"))
    }

    #[test]
    fn the_user_can_go_on_without() {
        let off = |name, value| is_off("pre-commit", name, value);
        assert!(off("GIT_PYENV", "0"));
        assert!(off("SKIP", "black, git-pyenv"));
        assert!(off("SKIP", "git-pyenv-guard"));
        assert!(off("PREK_SKIP", "git-pyenv-guard"));
        assert!(is_off("post-merge", "SKIP", "git-pyenv-notice") && is_off("update", "SKIP", "git-pyenv"));
        assert!(!is_off("post-merge", "SKIP", "git-pyenv-guard") && !off("SKIP", "git-pyenv-notice"));
        assert!(!off("GIT_PYENV", "1") && !off("GIT_PYENV", "") && !off("SKIP", "git-pyenv-sync"));
    }
}
