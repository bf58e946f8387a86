//! Other programs that do what this one does not: how their commands are run, what they are given, what is shown meanwhile,
//! and why one failed. What to run is decided elsewhere.

mod answer;
mod basis;
mod execute;
mod failure;
mod invocation;

pub use answer::{ProgramQuestion, program_on_path};
pub use basis::{add_commands, add_program};
pub use execute::{Ending, Executor};
pub use failure::{Purpose, package_name};
pub use invocation::words;
