//! Reading a lock of uv, for all who need it.

use crate::message::{Message, message};
use std::collections::BTreeSet;

use super::super::lock_input::LockInput;
use super::targets::root_groups;
use crate::formats::uv_lock::{self, UvDependency, UvLock};

/// Reads a lock of the version of the format that is known.
///
/// # Errors
/// Why that is not possible, as a lower-case fragment.
pub(super) fn read(input: &LockInput<'_>) -> Result<UvLock, Message> {
    let lock = uv_lock::parse(input.lock).map_err(|error| input.unreadable_lock(&error))?;
    if lock.version != "1" {
        return Err(message!("`{}` has the version {}, which is not known", input.place(None), lock.version));
    }
    let groups = root_groups(&lock).map_err(|error| input.unreadable_lock(&error))?;
    if let Some((line, name)) = missing_package(&lock, &groups) {
        let place = input.place(Some(line));
        return Err(message!(
            "`{}` needs `{}`, which is not in the lock: it is cut off or damaged",
            place,
            name
        ));
    }
    Ok(lock)
}

/// The line and name of a dependency that is not in the lock.
fn missing_package(lock: &UvLock, groups: &[(String, Vec<UvDependency>)]) -> Option<(usize, String)> {
    let names: BTreeSet<&str> = lock.packages.iter().map(|package| package.name.as_str()).collect();
    let edges = lock.packages.iter().flat_map(|package| {
        let extras = package.optional_dependencies.iter().flat_map(|(_, edges)| edges);
        let groups = package.dev_dependencies.iter().flat_map(|(_, edges)| edges);
        package.dependencies.iter().chain(extras).chain(groups)
    });
    let of_root = groups.iter().flat_map(|(_, edges)| edges);
    let missing = edges.chain(of_root).find(|edge| !names.contains(edge.name.as_str()));
    missing.map(|edge| (edge.line, edge.name.clone()))
}
