//! What is known of one environment manager.

use std::path::PathBuf;

use crate::env::Env;
use crate::project::Project;

/// A tool that keeps the environments of projects elsewhere.
pub struct EnvironmentManager {
    /// Its name.
    pub name: &'static str,
    /// Where it may keep environments of a project; the paths need not exist, nor be environments.
    pub directories: fn(&Env, &Project) -> Vec<PathBuf>,
}
