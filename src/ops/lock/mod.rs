//! `lock`: brings the locks of a project in step with what they are made from, through the tools that own them.
//!
//! `plan` says which files these are and which command writes each; `run` runs those that are needed.

mod plan;
mod run;

pub use run::{LockRequest, run};
