//! One file format per file: bytes in, facts out. No format touches a disk or a repository.

pub mod activation_script;
pub mod cachedir_tag;
pub mod pyvenv_cfg;
