//! An environment with what the disk says of it.

use std::path::Path;

use crate::inspect::{ages, installed};
use crate::model::{Environment, Health, ListedEnvironment, Sync};

/// What the disk says about an environment that was found below `top` and belongs to a work tree.
pub(super) fn described(top: &Path, work_tree: &Path, environment: Environment) -> ListedEnvironment {
    let place = environment.root.to_path(top);
    let (created, used) = ages(&place);
    ListedEnvironment {
        environment,
        top: top.to_path_buf(),
        work_tree: work_tree.to_path_buf(),
        is_chosen: false,
        is_active: false,
        names: Vec::new(),
        git_status: None,
        packages: Some(installed::count(&place)),
        health: Health::unknown(),
        sync: Sync::not_compared(),
        created,
        used,
    }
}
