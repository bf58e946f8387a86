//! `create`: creates environments, running nothing but the interpreter, which is asked for its facts.
//!
//! `target_path` says where none may be created; `existing_target` looks at what exists there and whether it is what is
//! requested; `wheels` finds pip; `build` builds the environment in a staging directory and moves it to its path;
//! `replacement` swaps it with an existing one.

mod build;
mod existing_target;
mod of_type;
mod replacement;
mod request;
mod run;
mod target_path;
mod wheels;
mod write_files;

pub use request::CreateRequest;
pub use run::{replace, run};
