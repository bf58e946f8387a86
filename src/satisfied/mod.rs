//! Whether what is installed is what is asked for: requirements, installed packages and the values of markers in, yes, no
//! or unknown out, each with its reasons. Nothing here reads a disk.
//!
//! pip decides (<https://pip.pypa.io/en/stable/topics/dependency-resolution/>), except for sources, where uv does, and
//! for packages that are there twice or have unusable metadata: these are never in step.

mod conda;
mod conda_spec;
mod conda_version;
mod conflict;
mod dependencies;
mod extra;
mod graph;
mod interfaces;
mod judge;
mod lines;
mod local;
mod lookup;
mod package;
mod package_judge;
mod source;
#[cfg(test)]
mod tests;
mod url;
mod verdict;
mod walk;

pub use graph::graph;
pub use interfaces::{
    ArchiveState, Checkout, CondaAnswer, LocalProject, LocalRequirement, MetadataError, PackageMetadata,
    PackageSet,
};
pub use judge::judge;
pub use verdict::SyncVerdict;
