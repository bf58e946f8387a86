//! Settings: what they are, where they come from, which one wins, and what a repository may not say.
//!
//! `default < tools/python-env.json < pyproject.toml [tool.git-pyenv] < git config pyenv.* < GIT_PYENV_* <
//! flag`. The caller collects the raw [`Sources`]; [`merge()`] reads no file, repository or environment. Every
//! value keeps its [`crate::setting::Origin`]. An unknown key or a wrong value is an error that names its
//! place, never a silent default.
//!
//! | file | what it does |
//! |---|---|
//! | `settings.rs` | the result: typed, each value with its origin |
//! | `keys.rs` | the table of settings, from which all spellings, the listing and the documentation follow |
//! | `key.rs`, `shown.rs` | a row of that table, and the text of a value |
//! | `spelling.rs` | how each source spells a name |
//! | `rows.rs` | the listing |
//! | `sources.rs` | what the caller hands in |
//! | `merge.rs` | source after source into the result |
//! | `file.rs` | the keys of a settings file |
//! | `name.rs` | which setting a name means; the nearest name for the hint |
//! | `assign.rs` | a value of a document or of text into its field |
//! | `text_value.rs` | booleans, lists and allow entries written as text |
//! | `trust.rs` | what a committed value may not say |
//! | `allow.rs` | the allow list, the only user of `globset` |
//! | `site.rs` | the place that messages begin with |
//!
//! To add a setting: a field in [`Settings`] and a row in [`KEYS`].

mod allow;
mod assign;
mod file;
mod key;
mod keys;
mod merge;
mod name;
mod rows;
mod settings;
mod shown;
mod site;
mod sources;
mod spelling;
mod text_value;
mod trust;

pub use allow::{AllowEntry, Allowed};
pub use key::{Key, Kind};
pub use keys::{BACKEND_NAMES, DESCRIPTION_KEYS, ENVIRONMENT_KEYS, KEYS, OTHER_GIT_KEYS, OTHER_VARIABLES};
pub use merge::merge;
pub use name::nearest;
pub use rows::Row;
pub use settings::{Hooks, NamedEnvironment, Selection, Settings};
pub use sources::{FlagValue, GitValue, SETTINGS_FILES, SettingsFile, Sources};
pub use spelling::Spelling;
