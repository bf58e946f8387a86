//! What a command may use of the world.

use crate::env::Env;
use crate::ports::{Progress, Runner, SignalGuard};

/// What a command uses to reach the outside.
#[derive(Clone, Copy)]
pub struct Ports<'p> {
    /// The process environment.
    pub env: &'p Env,
    /// Runs other programs.
    pub runner: &'p dyn Runner,
    /// Receives the progress of the work.
    pub progress: &'p dyn Progress,
    /// Defers signals and says whether one arrived.
    pub signals: &'p dyn SignalGuard,
}
