//! The names that people and tools give to the one environment of a project.

/// In the order in which they are looked for.
pub const USUAL_NAMES: [&str; 2] = [".venv", "venv"];
