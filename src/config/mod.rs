//! Settings: which exist, where they come from, which value wins, and what a repository must not set.
//!
//! `default < tools/python-env.json < pyproject.toml [tool.git-pyenv] < git config pyenv.* < GIT_PYENV_* <
//! flag`. The caller collects the raw [`Sources`]; [`merge()`] reads no file, repository or environment. Every
//! value keeps its [`crate::setting::Origin`]. An unknown key or a wrong value is an error with file and line,
//! never a silent default; of an unknown variable, which may be another program's, there is a warning.
//!
//! | file | what it does |
//! |---|---|
//! | `settings.rs` | the result: typed, each value with its origin |
//! | `keys.rs` | the table of settings, from which all spellings, the listing and the documentation follow |
//! | `key.rs` | a row of that table |
//! | `field_access.rs` | which field a row sets, and what its text must satisfy |
//! | `context.rs` | the variables that programs are told the repository and the environment in |
//! | `displayed.rs` | a value as text |
//! | `spelling.rs` | how each source spells a name |
//! | `rows.rs` | the listing |
//! | `sources.rs` | what the caller collects |
//! | `merge.rs` | merges one source after the other |
//! | `file.rs` | reads the keys of a settings file |
//! | `name.rs` | finds the setting of a name, and suggests one where there is none |
//! | `assign.rs` | assigns a value of a document or of text to its field |
//! | `text_value.rs` | booleans, lists and allow entries written as text |
//! | `validate.rs` | checks text; committed text most strictly |
//! | `allow.rs` | the allow list; the only file here that uses `globset` |
//! | `setting_location.rs` | the name and origin that an error message starts with |
//!
//! To add a setting: a field in [`Settings`] and a row in [`KEYS`].

mod allow;
mod assign;
pub mod context;
mod displayed;
mod field_access;
mod file;
mod key;
mod keys;
mod merge;
mod name;
mod rows;
mod setting_location;
mod settings;
mod sources;
mod spelling;
mod text_value;
mod validate;

pub use allow::{AllowEntry, Allowed};
pub use key::{Key, Kind};
pub use keys::{BACKEND_NAMES, DESCRIPTION_KEYS, ENVIRONMENT_KEYS, KEYS, OTHER_GIT_KEYS, OTHER_VARIABLES};
pub use merge::merge;
pub use name::unknown_variable;
pub use rows::Row;
pub use settings::{BackupLimitSettings, HookSettings, NamedEnvironment, RuleSelection, Settings};
pub use sources::{FlagValue, GitValue, SETTINGS_FILES, SettingsFile, Sources};
pub use spelling::{Spelling, VARIABLE_START};
pub use text_value::boolean as git_boolean;
pub use validate::is_type_name;
