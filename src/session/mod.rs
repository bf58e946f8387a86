//! What every command starts with: the ports to the world, the open repository, its settings.

mod active_environments;
mod colour;
mod exclude_files;
mod external_commands;
mod invocation;
mod opened;
mod output_setting;
mod ports;
mod program;
mod settings_files;
mod shell_in_use;
mod user_programs;

pub use active_environments::active_environments;
pub use colour::{GitColour, of_git as git_colour};
pub use external_commands::ExternalCommands;
pub use invocation::invocation_directory;
pub use opened::Session;
pub use output_setting::{OUTPUT_VARIABLE, output_setting};
pub use ports::Ports;
pub use program::is_on_path;
pub use settings_files::SettingsFinder;
pub use shell_in_use::shell_in_use;
pub use user_programs::UserPrograms;
