//! Our hooks in git's configuration: keys and values.

use super::event::HookEvent;

/// The key of the program's path, for hooks that do not find it on `PATH`.
pub(super) const EXECUTABLE: &str = "pyenv.executable";

/// The name of our hook in the configuration, which must not be that of an event.
pub(super) fn hook_name(event: &HookEvent) -> String {
    format!("git-pyenv-{}", event.name)
}

/// A key of our hook.
pub(super) fn key(event: &HookEvent, variable: &str) -> String {
    format!("hook.{}.{variable}", hook_name(event))
}

/// What git runs through a shell, followed by the hook's arguments: as the hook files do, the program on `PATH`
/// unless that path is relative, otherwise the one that `pyenv.executable` names.
pub(super) fn command(event: &HookEvent) -> String {
    let missing = match event.task.is_notice() {
        true => "exit 0".to_owned(),
        false => {
            format!("{{ echo 'git-pyenv: cannot check: not found on PATH or at {EXECUTABLE}' >&2; exit 3; }}")
        }
    };
    format!(
        "[ \"${{GIT_PYENV-}}\" = 0 ] && exit 0; program=$(command -v git-pyenv); \
         case $program in /* | [A-Za-z]:*) ;; *) program=$(git config --type=path --get {EXECUTABLE}) ;; esac; \
         [ -x \"$program\" ] || {missing}; \"$program\" hook run {} --from-configuration --",
        event.name
    )
}
