//! Use cases: the only place that wires git, disk, detection, rules and settings together.

pub mod activate;
pub mod audit;
pub mod check;
pub mod ci;
pub mod cleanup;
pub mod commands;
pub mod create;
pub mod explain;
pub mod external;
pub mod fix;
pub mod hook;
pub mod install;
pub mod list;
pub mod lock;
pub mod log;
pub mod outdated;
pub mod plugin;
pub mod restore;
pub mod run;
pub mod stats;
pub mod tool;
pub mod tree;
pub mod use_environment;
