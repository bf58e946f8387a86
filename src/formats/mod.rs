//! File formats, one per file: bytes or text are parsed into facts, or into a [`ParseError`]. Nothing here reads a
//! disk.

pub mod activation_script;
pub mod audit_log;
pub mod cachedir_tag;
pub mod compiled;
pub mod conda_record;
pub mod content_hash;
pub mod digest;
pub mod direct_url;
pub mod egg_link;
pub mod egg_requires;
pub mod entry_point_script;
pub mod entry_points;
pub mod environment_yml;
pub mod installed_files;
pub mod interpreter_facts;
pub mod json;
pub mod lfs_pointer;
mod located;
pub mod manager_directory_name;
pub mod manager_settings;
pub mod metadata;
pub mod own_ignore;
pub mod project_metadata;
pub mod python_version_file;
pub mod pyvenv_cfg;
pub mod record;
pub mod requirements_file;
pub mod requires_python;
pub mod script_interpreter;
pub mod script_metadata;
mod shell_words;
pub mod site_entry;
pub mod snapshot;
pub mod source_reference;
pub mod stored_path;
mod text;
pub mod toml;
pub mod wheel;
mod wheel_file_name;

pub use located::{Located, Member, Value};
pub use text::{ParseError, is_binary, lines, utf8};
