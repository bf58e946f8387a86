//! Use cases: the only place that wires git, disk, detection, rules and settings together.

pub mod activate;
pub mod check;
pub mod choose;
pub mod colour;
pub mod condition;
pub mod create;
pub mod explain;
pub mod fix;
mod gather;
pub mod hook;
mod ignored;
pub mod installed;
pub mod interpreter;
pub mod list;
mod present;
mod pyvenv_cfg;
pub mod removal;
pub mod run;
mod session;
mod sizes;
pub mod use_environment;

pub use session::{Ports, Session};
