//! Which installed packages are not as an installer left them.

mod files;
mod packages;

pub use packages::{FoundDamage, damaged_packages};
