//! What a directory on the disk is: its health, what is installed in it, how large it is. Nothing of it is run.

mod damage;
mod directory;
mod environment;
mod health;
mod inspection;
pub mod installed;
mod interpreters;
mod marker_environment;
mod other_platform;
mod python_release;
pub mod pyvenv_cfg;
mod recorded_paths;
pub mod sizes;
mod unfinished;
mod versions;

pub use damage::{FoundDamage, damaged_packages};
pub use environment::{ages, environments_in, is_environment, may_be_environment};
pub use health::{health, is_dead, problems};
pub use inspection::inspect;
pub use installed::InstalledPackages;
pub use marker_environment::marker_environment;
pub use other_platform::other_platform;
pub use versions::{build, program_version};
