//! Environments inside other environments.

use super::contents;
use crate::model::Environment;

/// Drops every environment that is inside a part of an outer one. `found` is sorted by root.
pub(super) fn fold(found: Vec<Environment>) -> Vec<Environment> {
    let mut kept: Vec<Environment> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for environment in found {
        open.retain(|&index| environment.root.is_within(&kept[index].root));
        if open.iter().any(|&index| contents::folds_into(&environment.root, &kept[index])) {
            continue;
        }
        open.push(kept.len());
        kept.push(environment);
    }
    kept
}
