//! Finds Python environments in a tree by content: whole or in pieces, under any name.
//!
//! 1. `find` visits all paths once and collects markers: file names that are typical of environments.
//! 2. `signals` reads the few small files that show what a directory with markers is.
//! 3. `classification` and the [`kinds`] decide whether it is an environment, a remnant or nothing, and
//!    `description` describes it.
//! 4. `nesting` drops environments that are part of an outer one.
//! 5. `contents` separates the files of each environment from the project's own files beside them; `ownership` decides,
//!    by names, by what `records` of installers say, and by how an `installed_script` begins.
//! 6. `link` picks the links that point to environments.
//!
//! The markers and the decisions are listed in `docs/detection.md`.

mod changes;
mod classification;
mod contents;
mod deciding;
mod description;
mod detection;
mod find;
mod installed_script;
pub mod kinds;
mod link;
mod marker;
mod nesting;
mod ownership;
mod path_class;
mod records;
mod signals;
mod structure;

pub use changes::{ChangedPlaces, Places};
pub use deciding::may_decide;
pub use detection::{
    Detection, PlaceState, environment_at_root, environments, environments_at, environments_with_visitor,
};
pub use link::is_harmless_link;
