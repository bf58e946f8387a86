//! `list`: the environments of a project, wherever they are.

mod described;
mod listing;
mod of_type;
mod outside;
mod unread;
mod work_tree;

pub use listing::{ListRequest, run};
