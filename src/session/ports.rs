//! What a command may use of the world.

use crate::env::Env;
use crate::ports::{Progress, Runner, SignalGuard};

/// The world, as a use case may use it.
#[derive(Clone, Copy)]
pub struct Ports<'p> {
    /// The process environment.
    pub env: &'p Env,
    /// Runs other programs.
    pub runner: &'p dyn Runner,
    /// Is told how far the work has come.
    pub progress: &'p dyn Progress,
    /// Is asked whether the run shall end.
    pub signals: &'p dyn SignalGuard,
}
