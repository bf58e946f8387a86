//! The integration tests, in one binary.

mod git_adapters;
mod git_ignore;
mod git_surroundings;
mod support;
