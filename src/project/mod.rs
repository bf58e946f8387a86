//! What the project is and says: its manifests and locks, which environment is selected, who manages environments for it.

mod checkouts;
mod choice;
mod declared;
mod exported;
mod facts;
mod kept_elsewhere;
pub mod locks;
pub mod managers;
pub mod manifests;
mod project_directory;
mod projects;
mod python_envs;
mod python_requests;
mod redirect;
mod requested;
mod selected_environment;
mod selection;
mod selector;
mod suggestions;
mod typed_path;
mod usual_environment;

pub use checkouts::Checkouts;
pub use choice::{ChoiceKeys, configured};
pub use exported::exported_freshness;
pub use facts::{add_facts, add_suggestions, environment_at, inspect_for_project};
pub use kept_elsewhere::kept_elsewhere;
pub use project_directory::Project;
pub use projects::{project_here, projects};
pub use python_requests::python_requests;
pub use redirect::target;
pub use requested::{RequestOptions, requested};
pub use selected_environment::{SelectedEnvironment, conda_activation, other_platform};
pub use selection::{existing, select, select_in, selection_of};
pub use suggestions::{make_room_command, recreate, recreate_command};
pub use typed_path::resolve_typed_path;
