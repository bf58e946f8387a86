//! Plug-ins: programs of the user that make environments of a type of their own. `git-pyenv-type-NAME` is one, and speaks
//! the protocol of [`crate::formats::plug_in`] (`docs/plugins.md`).
//!
//! Nothing of a plug-in runs before the user has trusted its exact content, and what runs is that content: the file is read
//! once, compared by its digest with what is trusted, and the bytes that were read are run as a private copy. How
//! environments of the type are recognised is asked when the user trusts it, and stored beside the record, so that commands
//! that only read start nothing.

mod ask;
mod markers;
mod plug_in;
mod typed_environment;
mod types;

pub use plug_in::{PlugIn, START, TrustedPlugIn};
pub use typed_environment::{ActivatedType, TypedEnvironment, is_absent};
pub use types::{PlugInTypes, all, environment_of_type, forget};
