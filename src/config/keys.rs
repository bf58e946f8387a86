//! The table of settings: one row each; spellings, the listing and the documentation follow from it.

use super::displayed::DisplayedSetting;
use super::field_access::{FieldAccess, TextCheck};
use super::key::Key;
use super::settings::NamedEnvironment;

/// The package managers that `backend` accepts; `auto` is the same as leaving it unset.
pub const BACKEND_NAMES: &[&str] = &["auto", "uv", "pip", "poetry", "pdm", "pipenv", "conda"];

/// The output formats; `auto` is text for people and JSON for programs. Those after `json` are for findings: commands
/// without any take `auto` instead.
const OUTPUT_NAMES: &[&str] = &["auto", "text", "json", "sarif", "github", "gitlab"];

/// Variables that start with `GIT_PYENV_` and are not settings: switches for a single run.
pub const OTHER_VARIABLES: &[&str] = &["GIT_PYENV_READER"];

/// Keys of git's configuration below `pyenv.` that are not settings. `pyenv.executable` tells hooks where the
/// program is when it is not on `PATH`; if a committed file could set it, hooks would run anything.
/// `pyenv.previousEnvironment` is what `git pyenv use -` switches back to.
pub const OTHER_GIT_KEYS: &[&str] = &["executable", "previousEnvironment"];

/// What the names of further such keys begin with: `pyenv.projects.DIRECTORY.environment` is what `git pyenv use` chose for
/// the project in a directory.
pub(super) const OTHER_GIT_KEYS_START: &str = "projects.";

/// The keys of a tool description, which share the top level of `tools/python-env.json` with the settings. They
/// are ignored, so none of them may resemble a setting: a misspelled setting must not be ignored silently.
pub const DESCRIPTION_KEYS: &[&str] = &[
    "$comment",
    "$id",
    "$schema",
    "arguments",
    "author",
    "category",
    "commands",
    "description",
    "documentation",
    "effects",
    "examples",
    "exitCodes",
    "exit_codes",
    "homepage",
    "inputs",
    "keywords",
    "license",
    "name",
    "outputs",
    "parameters",
    "repository",
    "schemaVersion",
    "schema_version",
    "script",
    "settings",
    "summary",
    "title",
    "tools",
    "type",
    "usage",
    "version",
];

/// Every setting, in the order of the listing.
pub static KEYS: &[Key] = &[
    Key {
        name: "venvDirectory",
        default: "venv",
        empty: "",
        about: "directory of a new environment in a project without one",
        relaxes_gate: false,
        field: FieldAccess::Text(TextCheck::Path, |s| &mut s.venv_directory),
        show: |s| DisplayedSetting::text(&s.venv_directory),
    },
    Key {
        name: "requirementsFile",
        default: "requirements.txt",
        empty: "",
        about: "requirements file of the project",
        relaxes_gate: false,
        field: FieldAccess::Text(TextCheck::Path, |s| &mut s.requirements_file),
        show: |s| DisplayedSetting::text(&s.requirements_file),
    },
    Key {
        name: "pythonVersion",
        default: "",
        empty: "any",
        about: "Python version to use, such as 3.12 or >=3.11",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::Python, |s| &mut s.python_version),
        show: |s| DisplayedSetting::optional(&s.python_version),
    },
    Key {
        name: "autoCleanup",
        default: "true",
        empty: "",
        about: "allow deleting environments, as in `git pyenv create --force`",
        relaxes_gate: false,
        field: FieldAccess::Boolean(|s| &mut s.auto_cleanup),
        show: |s| DisplayedSetting::boolean(&s.auto_cleanup),
    },
    Key {
        name: "backend",
        default: "",
        empty: "auto",
        about: "package manager that installs: auto, uv, pip, poetry, pdm, pipenv or conda",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::OneOf(BACKEND_NAMES), |s| &mut s.backend),
        show: |s| DisplayedSetting::optional(&s.backend),
    },
    Key {
        name: "select",
        default: "",
        empty: "all",
        about: "rules to run, by code or name",
        relaxes_gate: true,
        field: FieldAccess::List(TextCheck::Plain, |s| &mut s.rule_selection.select),
        show: |s| DisplayedSetting::list(&s.rule_selection.select),
    },
    Key {
        name: "ignore",
        default: "",
        empty: "none",
        about: "rules not to run, by code or name",
        relaxes_gate: true,
        field: FieldAccess::List(TextCheck::Plain, |s| &mut s.rule_selection.ignore),
        show: |s| DisplayedSetting::list(&s.rule_selection.ignore),
    },
    Key {
        name: "allow",
        default: "",
        empty: "none",
        about: "paths of environments committed on purpose, each with a reason",
        relaxes_gate: true,
        field: FieldAccess::Allow(|s| &mut s.allow),
        show: |s| DisplayedSetting::allow(&s.allow),
    },
    Key {
        name: "output",
        default: "auto",
        empty: "",
        about: "output format: auto, text or json, of `check` also sarif, github or gitlab; not for hooks and `activate`",
        relaxes_gate: false,
        field: FieldAccess::Text(TextCheck::OneOf(OUTPUT_NAMES), |s| &mut s.output),
        show: |s| DisplayedSetting::text(&s.output),
    },
    Key {
        name: "environment",
        default: "",
        empty: "none",
        about: "default environment, by name or directory",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::Path, |s| &mut s.environment),
        show: |s| DisplayedSetting::optional(&s.environment),
    },
    Key {
        name: "environments",
        default: "",
        empty: "none",
        about: "environments by name: directory, python",
        relaxes_gate: false,
        field: FieldAccess::Environments,
        show: |_| DisplayedSetting::none(),
    },
    Key {
        name: "backup",
        default: "false",
        empty: "",
        about: "archive environments before `git pyenv cleanup` deletes them",
        relaxes_gate: false,
        field: FieldAccess::Boolean(|s| &mut s.backup),
        show: |s| DisplayedSetting::boolean(&s.backup),
    },
    Key {
        name: "backup.keep",
        default: "",
        empty: "all",
        about: "archives of each environment that `cleanup --target backups` keeps",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::Count, |s| &mut s.backup_limits.keep),
        show: |s| DisplayedSetting::optional(&s.backup_limits.keep),
    },
    Key {
        name: "backup.maxSize",
        default: "",
        empty: "unlimited",
        about: "size of all archives together that it keeps, such as 2GB",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::Size, |s| &mut s.backup_limits.max_size),
        show: |s| DisplayedSetting::optional(&s.backup_limits.max_size),
    },
    Key {
        name: "backup.maxAge",
        default: "",
        empty: "unlimited",
        about: "age of the archives that it keeps, such as 90d",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::Age, |s| &mut s.backup_limits.max_age),
        show: |s| DisplayedSetting::optional(&s.backup_limits.max_age),
    },
    Key {
        name: "hooks.preCommit",
        default: "true",
        empty: "",
        about: "`git pyenv hook run pre-commit` checks what is committed",
        relaxes_gate: true,
        field: FieldAccess::Boolean(|s| &mut s.hooks.pre_commit),
        show: |s| DisplayedSetting::boolean(&s.hooks.pre_commit),
    },
    Key {
        name: "hooks.preMergeCommit",
        default: "true",
        empty: "",
        about: "`git pyenv hook run pre-merge-commit` checks what is merged",
        relaxes_gate: true,
        field: FieldAccess::Boolean(|s| &mut s.hooks.pre_merge_commit),
        show: |s| DisplayedSetting::boolean(&s.hooks.pre_merge_commit),
    },
    Key {
        name: "hooks.prePush",
        default: "true",
        empty: "",
        about: "`git pyenv hook run pre-push` checks the commits that are pushed",
        relaxes_gate: true,
        field: FieldAccess::Boolean(|s| &mut s.hooks.pre_push),
        show: |s| DisplayedSetting::boolean(&s.hooks.pre_push),
    },
    Key {
        name: "hooks.postCheckout",
        default: "true",
        empty: "",
        about: "`git pyenv hook run post-checkout` says which environment is out of step",
        relaxes_gate: false,
        field: FieldAccess::Boolean(|s| &mut s.hooks.post_checkout),
        show: |s| DisplayedSetting::boolean(&s.hooks.post_checkout),
    },
    Key {
        name: "hooks.postMerge",
        default: "true",
        empty: "",
        about: "`git pyenv hook run post-merge` says which environment is out of step",
        relaxes_gate: false,
        field: FieldAccess::Boolean(|s| &mut s.hooks.post_merge),
        show: |s| DisplayedSetting::boolean(&s.hooks.post_merge),
    },
    Key {
        name: "hooks.postRewrite",
        default: "true",
        empty: "",
        about: "`git pyenv hook run post-rewrite` says which environment is out of step",
        relaxes_gate: false,
        field: FieldAccess::Boolean(|s| &mut s.hooks.post_rewrite),
        show: |s| DisplayedSetting::boolean(&s.hooks.post_rewrite),
    },
    Key {
        name: "hooks.preReceive",
        default: "true",
        empty: "",
        about: "`git pyenv hook run pre-receive` checks a push that arrives",
        relaxes_gate: true,
        field: FieldAccess::Boolean(|s| &mut s.hooks.pre_receive),
        show: |s| DisplayedSetting::boolean(&s.hooks.pre_receive),
    },
    Key {
        name: "hooks.update",
        default: "true",
        empty: "",
        about: "`git pyenv hook run update` checks one reference of such a push",
        relaxes_gate: true,
        field: FieldAccess::Boolean(|s| &mut s.hooks.update),
        show: |s| DisplayedSetting::boolean(&s.hooks.update),
    },
    Key {
        name: "hooks.acceptPushedSettings",
        default: "false",
        empty: "",
        about: "settings files in pushed commits count on the server; no such file can set it",
        relaxes_gate: false,
        field: FieldAccess::Boolean(|s| &mut s.hooks.accept_pushed_settings),
        show: |s| DisplayedSetting::boolean(&s.hooks.accept_pushed_settings),
    },
    Key {
        name: "hooks.checkEnvironments",
        default: "false",
        empty: "",
        about: "hooks before commits and merges also check the environment of the work tree",
        relaxes_gate: false,
        field: FieldAccess::Boolean(|s| &mut s.hooks.check_environments),
        show: |s| DisplayedSetting::boolean(&s.hooks.check_environments),
    },
];

/// The settings of a named environment (`environments.NAME.…`), in the order of the listing.
pub static ENVIRONMENT_KEYS: &[Key<NamedEnvironment>] = &[
    Key {
        name: "directory",
        default: "",
        empty: "none",
        about: "directory of this environment",
        relaxes_gate: false,
        field: FieldAccess::Text(TextCheck::Path, |e| &mut e.directory),
        show: |e| DisplayedSetting::text(&e.directory),
    },
    Key {
        name: "python",
        default: "",
        empty: "any",
        about: "Python version of this environment",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::Python, |e| &mut e.python),
        show: |e| DisplayedSetting::optional(&e.python),
    },
    Key {
        name: "requirements",
        default: "",
        empty: "none",
        about: "requirements files of this environment",
        relaxes_gate: false,
        field: FieldAccess::List(TextCheck::Path, |e| &mut e.requirements),
        show: |e| DisplayedSetting::list(&e.requirements),
    },
    Key {
        name: "groups",
        default: "",
        empty: "none",
        about: "groups or extras of this environment",
        relaxes_gate: false,
        field: FieldAccess::List(TextCheck::Plain, |e| &mut e.groups),
        show: |e| DisplayedSetting::list(&e.groups),
    },
    Key {
        name: "type",
        default: "",
        empty: "built-in",
        about: "type of this environment, which the plug-in `git-pyenv-type-TYPE` makes",
        relaxes_gate: false,
        field: FieldAccess::Optional(TextCheck::TypeName, |e| &mut e.plug_in),
        show: |e| DisplayedSetting::optional(&e.plug_in),
    },
];

#[cfg(test)]
mod tests {
    use super::super::settings::Settings;
    use super::*;

    #[test]
    fn defaults_in_the_table_are_the_defaults_in_force() {
        let settings = Settings::default();
        for key in KEYS {
            assert_eq!((key.show)(&settings).value, key.default, "{}", key.name);
            assert!(!key.default.is_empty() || !key.empty.is_empty(), "{}", key.name);
        }
        let environment = NamedEnvironment::default();
        for key in ENVIRONMENT_KEYS {
            assert_eq!((key.show)(&environment).value, key.default, "{}", key.name);
        }
    }

    #[test]
    fn no_setting_is_taken_for_a_key_of_a_tool_description() {
        let clash = |key: &&Key| DESCRIPTION_KEYS.iter().any(|word| key.name.split('.').next() == Some(word));
        assert_eq!(KEYS.iter().find(clash).map(|key| key.name), None);
        assert!(DESCRIPTION_KEYS.is_sorted());
    }
}
