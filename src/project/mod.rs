//! What the project is and says: its manifests and locks, which environment is selected, who manages environments for it.

mod checkouts;
mod declared;
mod facts;
mod kept_elsewhere;
pub mod locks;
pub mod managers;
pub mod manifests;
mod project_directory;
mod python_requests;
mod redirect;
mod requested;
mod selected_environment;
mod selection;
mod suggestions;

pub use checkouts::Checkouts;
pub use facts::{add_facts, add_suggestions, environment_at, inspect_for_project};
pub use kept_elsewhere::kept_elsewhere;
pub use project_directory::Project;
pub use python_requests::python_requests;
pub use redirect::target;
pub use requested::{RequestOptions, requested};
pub use selected_environment::{SelectedEnvironment, conda_activation, other_platform};
pub use selection::{existing, resolve_typed_path, select};
pub use suggestions::{make_room_command, recreate, recreate_command};
