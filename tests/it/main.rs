//! The integration tests, in one binary.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test starts programs, looks at the disk, skips aloud, and fails by panicking"
)]

mod activate;
mod agreement;
mod allow_and_select;
mod asked_python;
mod bad_input;
mod bad_requirements;
mod bad_settings;
mod bytecode;
mod commits;
mod create;
mod create_agreement;
mod create_contested;
mod create_force;
mod create_interrupted;
mod create_stopped;
mod damaged_packages;
mod deceptive_output;
mod documents;
mod false_friends;
mod fix;
mod fix_clones;
mod fix_refused;
mod fix_words;
mod framework;
mod git_adapters;
mod git_children;
mod git_contexts;
mod git_discovery;
mod git_ignore;
mod git_minimum;
mod git_surroundings;
mod git_untouched;
mod health;
mod health_checkouts;
mod health_interpreter;
mod health_moved;
mod health_unfinished;
mod health_unread;
mod history;
mod history_advice;
mod hook;
mod hook_install;
mod hook_kept;
mod hook_not_run;
mod hook_push;
mod hook_status;
mod hook_vouched;
mod house;
mod install;
mod install_backends;
mod install_contested;
mod installed;
mod installed_packages;
mod interpreters;
mod interpreters_elsewhere;
mod interpreters_refused;
mod interrupted;
mod layers;
mod left_overs;
mod limits;
mod list;
mod locks;
mod locks_in_commits;
mod marker_values;
mod output;
mod output_setting;
mod packaging_agreement;
mod progress;
mod project_environments;
mod projects;
mod read_limits;
mod real_environments;
mod registered;
mod remnants;
mod removal;
mod removal_record;
mod requested;
mod requirements_pip;
mod run;
mod shared_directory;
mod suggested_commands;
mod support;
mod swapped_links;
mod sync;
mod trees;
mod unread_content;
mod use_environment;
mod whole_texts;
mod written_modes;
