//! Use cases: the only place that wires git, disk, detection, rules and settings together.

pub mod activate;
pub mod check;
pub mod choose;
pub mod condition;
pub mod create;
pub mod explain;
pub mod fix;
pub mod hook;
pub mod installed;
pub mod interpreter;
pub mod list;
mod present;
mod pyvenv_cfg;
pub mod removal;
pub mod run;
mod sizes;
pub mod use_environment;
