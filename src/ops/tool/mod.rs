//! `tool`: the tools that a repository registers.

mod brought;
mod found;
mod list;
mod register;
mod run;
mod show;
mod trust;

pub use list::{list, trusted};
pub use register::{register, unregister};
pub use run::{PreparedRun, prepare_run};
pub use show::show;
pub use trust::{PreparedTrust, prepare_trust, untrust};
