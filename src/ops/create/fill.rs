//! Makes what was laid out.

use std::collections::HashMap;
use std::path::Path;

use crate::error::Result;
use crate::fs::{self, NewFile, Store};
use crate::layout::{Blueprint, File};
use crate::ops::Ports;

/// A file that is still to be made, and the store and the name that it is to be kept under.
type Missing<'f, 'w> = (&'f File<'w>, Option<(&'f Store, String)>);

/// Makes an environment in an empty directory. What is kept from others before it is taken from there, and the rest
/// kept for the next.
///
/// # Errors
/// Action if something cannot be made, a wheel is damaged, or somebody wants the run to end.
pub(super) fn fill(root: &Path, blueprint: &Blueprint<'_>, ports: Ports<'_>) -> Result<()> {
    let phase = if blueprint.is_seeded() { "unpacking pip" } else { "writing" };
    let (progress, interruption) = (ports.progress, ports.interruption);
    progress.phase(phase, Some(blueprint.count()));
    fs::new_file(root, &content(&blueprint.ignore, None)?)?;
    let fresh = blueprint.ignore.path.to_path(root);
    let store = ports.env.cache_directory().filter(|_| blueprint.is_seeded());
    let store =
        store.and_then(|directory| Store::open(&directory.join(fs::CACHE_DIRECTORY).join("files"), &fresh));
    fs::new_directories(root, &blueprint.directories)?;
    blueprint.links.iter().try_for_each(|link| fs::new_link(root, &link.path, &link.target))?;
    let missing = take_from(store.as_ref(), root, &blueprint.files, ports)?;
    fs::new_files(root, &missing, |(file, kept)| {
        interruption.check()?;
        progress.advance(1, file.size());
        content(file, kept.as_ref().map(|(store, name)| (*store, name.as_str())))
    })?;
    fs::new_file(root, &content(&blueprint.settings, None)?)
}

/// Takes what the store has, and returns the files that are still to be made. A content that is in one environment
/// several times has a name for each time: two files of one environment are never one.
fn take_from<'f, 'w>(
    store: Option<&'f Store>,
    root: &Path,
    files: &'f [File<'w>],
    ports: Ports<'_>,
) -> Result<Vec<Missing<'f, 'w>>> {
    let mut times = HashMap::new();
    let mut missing = Vec::new();
    for file in files {
        ports.interruption.check()?;
        let Some((store, hash)) = store.zip(file.shared_name()) else {
            missing.push((file, None));
            continue;
        };
        let time = times.entry(hash).and_modify(|time| *time += 1).or_insert(1);
        let name = format!("{hash}.{time}");
        if store.give(&name, file.size(), &file.path.to_path(root)) {
            ports.progress.advance(1, file.size());
        } else {
            missing.push((file, Some((store, name))));
        }
    }
    Ok(missing)
}

fn content<'f>(file: &'f File<'_>, kept: Option<(&'f Store, &'f str)>) -> Result<NewFile<'f>> {
    Ok(NewFile { path: &file.path, executable: file.executable, bytes: file.bytes()?, kept })
}
