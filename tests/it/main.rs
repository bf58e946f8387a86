//! The integration tests, in one binary.

mod git_adapters;
mod support;
