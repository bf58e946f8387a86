#![doc = include_str!("../docs/architecture.md")]

pub mod config;
pub mod detect;
pub mod env;
pub mod error;
pub mod exec;
pub mod formats;
pub mod fs;
pub mod git;
pub mod model;
pub mod ops;
pub mod path;
pub mod ports;
pub mod rules;
pub mod setting;
pub mod tree;
