//! What a plan rests on that is on the disk.

use std::path::Path;

use super::{exists, file_stamp, read_optional, real_path, tree_state};
use crate::model::PlanBasis;
use crate::path::path_to_bytes;

/// Of a larger file only its size, time and inode number are looked at.
const CONTENT_LIMIT: u64 = 16 * 1024 * 1024;

/// Adds where a path leads, which may not exist yet: the nearest directory above it that does, with links followed.
pub fn add_place(basis: &mut PlanBasis, path: &Path) {
    let nearest = path.ancestors().find(|above| exists(above)).and_then(real_path);
    basis.add("path", &path_to_bytes(path));
    basis.add("place", &path_to_bytes(&nearest.unwrap_or_default()));
}

/// Adds everything at and below a path, as [`tree_state()`] has it.
pub fn add_tree(basis: &mut PlanBasis, path: &Path) {
    basis.add("path", &path_to_bytes(path));
    basis.add("tree", &tree_state(path));
}

/// Adds a file: where it leads, its content, and what else shows that it is the same one.
pub fn add_file(basis: &mut PlanBasis, path: &Path) {
    add_place(basis, path);
    basis.add("tree", &tree_state(path));
    let stamp = file_stamp(path).unwrap_or_default();
    basis.add("stamp", &stamp.map(u64::to_le_bytes).concat());
    if let Ok(Some(content)) = read_optional(path, CONTENT_LIMIT) {
        basis.add("content", &content);
    }
}
