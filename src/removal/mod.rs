//! Removing environments: what belongs to one, what cannot be recreated, and the removal itself.
//!
//! `examine` reads what is known of each file, with the help of `owned_files`, `recorded_files` and `listed_files` (what
//! installers listed), `known_texts` (what creators write) and `generated_files` (how they name it). `plan` decides from that,
//! and reads nothing. `examined_environment` keeps both, and says later whether they still hold. `backup` says what of it is
//! archived, which `archive` does.

mod archive;
mod backup;
mod caches;
mod carry_out;
mod examine;
mod examined_environment;
mod files_ahead;
mod generated_files;
mod in_place;
mod inspected_directory;
mod known_texts;
mod listed_files;
mod old_archive;
mod owned_files;
mod plan;
mod recorded_files;
mod recorded_removal;
mod recovery;
mod remove;
mod requirements;
mod snapshot;
mod sources;
mod unlinked;
mod unpack;

pub use caches::{Cache, CacheKind, FoundCaches, delete_caches, find_caches};
pub use old_archive::delete_archive;
pub use plan::{ForeignFile, ForeignReason, RemovalPlan, RemovalPolicy};
pub use recorded_removal::{RecordedRemoval, Removed};
pub use recovery::{finish, open_intents, recover, recover_outside};
pub use remove::{Removal, RemovalSubject};
pub use requirements::exact_words;
pub use unlinked::delete_unlinked;
pub use unpack::{ProvenArchive, Unpacked};
