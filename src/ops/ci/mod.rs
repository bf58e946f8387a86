//! `ci`: the key under which CI keeps an environment, and whether one that it has restored can be used.

mod key;
mod verify;

pub use key::{KeyRequest, key};
pub use verify::{RestoredEnvironment, missing, restored, rules};
