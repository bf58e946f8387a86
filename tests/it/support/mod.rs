//! What several tests need: a sandbox with real repositories, and programs run in it.

pub(crate) mod activation;
pub(crate) mod answer;
pub(crate) mod archives;
pub(crate) mod audit_logs;
pub(crate) mod environments;
pub(crate) mod fixture;
#[cfg(unix)]
pub(crate) mod health;
#[cfg(unix)]
pub(crate) mod installs;
#[cfg(unix)]
pub(crate) mod interpreters;
pub(crate) mod modules;
#[cfg(unix)]
pub(crate) mod mounts;
#[cfg(target_os = "linux")]
pub(crate) mod processes;
pub(crate) mod pythons;
#[cfg(unix)]
pub(crate) mod removable;
pub(crate) mod repository;
#[cfg(unix)]
pub(crate) mod restorable;
pub(crate) mod sandbox;
pub(crate) mod schema;
#[cfg(unix)]
pub(crate) mod screen;
pub(crate) mod snapshot;
pub(crate) mod source;
#[cfg(unix)]
pub(crate) mod steps;
#[cfg(unix)]
pub(crate) mod terminal;
#[cfg(unix)]
pub(crate) mod users;
pub(crate) mod wheels;
