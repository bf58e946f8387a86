//! Writes the files of an environment.

use std::collections::HashMap;

use crate::error::Result;
use crate::fs::{self, CachedName, LinkCache, NewFile, OpenDirectory};
use crate::layout::{EnvironmentLayout, LayoutFile};
use crate::session::Ports;

/// A file that is still to be made, and the cache and the name under which it is to be cached.
type Missing<'f, 'w> = (&'f LayoutFile<'w>, Option<(&'f LinkCache, CachedName<'f>)>);

/// Makes an environment in an empty directory. Cached files are linked, the rest is written and cached.
///
/// # Errors
/// Action if something cannot be made, a wheel is damaged, or the run is interrupted.
pub(super) fn write(root: &OpenDirectory, layout: &EnvironmentLayout<'_>, ports: Ports<'_>) -> Result<()> {
    let phase = if layout.is_seeded() { "unpacking pip" } else { "writing files" };
    let (progress, signals) = (ports.progress, ports.signals);
    progress.phase(phase, Some(layout.count()));
    fs::new_file(root, &content(&layout.ignore, None)?)?;
    let cache = ports.env.cache_directory().filter(|_| layout.is_seeded());
    let cache = cache.and_then(|directory| {
        LinkCache::open(&fs::link_cache_directory(&directory), root, &layout.ignore.path)
    });
    fs::new_directories(root, &layout.directories)?;
    layout.links.iter().try_for_each(|link| fs::new_link(root, &link.path, &link.target))?;
    let missing = link_cached(cache.as_ref(), root, &layout.files, ports)?;
    fs::new_files(root, &missing, |(file, cached)| {
        signals.check()?;
        progress.advance(1, file.size());
        content(file, *cached)
    })?;
    fs::new_file(root, &content(&layout.settings, None)?)?;
    signals.check()
}

/// Links the cached files, and returns those that are still to be made. A content that is in one environment
/// several times has a name for each time: two files of one environment are never one.
fn link_cached<'f, 'w>(
    cache: Option<&'f LinkCache>,
    root: &OpenDirectory,
    files: &'f [LayoutFile<'w>],
    ports: Ports<'_>,
) -> Result<Vec<Missing<'f, 'w>>> {
    let mut copies: HashMap<&str, u32> = HashMap::new();
    let mut missing = Vec::new();
    for file in files {
        ports.signals.check()?;
        let Some((cache, hash)) = cache.zip(file.shared_name()) else {
            missing.push((file, None));
            continue;
        };
        let copy = copies.entry(hash).and_modify(|copy| *copy += 1).or_insert(1);
        let name = CachedName { hash, copy: *copy };
        if cache.link(&name, file.size(), root, &file.path) {
            ports.progress.advance(1, file.size());
        } else {
            missing.push((file, Some((cache, name))));
        }
    }
    Ok(missing)
}

fn content<'f>(
    file: &'f LayoutFile<'_>,
    cached: Option<(&'f LinkCache, CachedName<'f>)>,
) -> Result<NewFile<'f>> {
    let (path, executable, hash) = (&file.path, file.executable, file.packed_hash());
    Ok(NewFile { path, executable, bytes: file.bytes()?, hash, cached })
}
