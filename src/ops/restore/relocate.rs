//! Repairs an environment that is brought back to another place than it was in.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};
use crate::formats::archive::{ArchiveMember, MemberKind};
use crate::formats::record;
use crate::fs::{Access, Expected, FilePlace};
use crate::layout::Relocation;
use crate::order::map_of;
use crate::path::{RepoPath, resolve};

/// The most bytes of a file that may hold the place of an environment.
const LIMIT: u64 = 1024 * 1024;
/// The most bytes of a list of installed files.
const LIST_LIMIT: u64 = 64 * 1024 * 1024;

/// Writes the new place into the files of an unpacked environment that hold the old one, and their new hashes into the
/// lists of the packages that they belong to. Returns the paths of the files that hold the place.
///
/// # Errors
/// Action if a file cannot be read or written.
pub(super) fn relocate(
    root: &Path,
    members: &[ArchiveMember],
    relocation: &Relocation,
) -> Result<Vec<RepoPath>> {
    let sizes: BTreeMap<&RepoPath, u64> =
        map_of(members.iter().filter_map(|member| Some((&member.path, size_of(member)?))));
    let is_small = |member: &&ArchiveMember| {
        let file = match &member.kind {
            MemberKind::HardLink { target } => target,
            _ => &member.path,
        };
        sizes.get(file).is_some_and(|size| *size <= LIMIT)
    };
    let mut changed: BTreeMap<RepoPath, Vec<u8>> = BTreeMap::new();
    for member in members.iter().filter(is_small) {
        let Some(change) = change_of(&member.path) else { continue };
        let Some(bytes) = read(root, &member.path, LIMIT)? else { continue };
        // What is no text names the place in ways of its own.
        if memchr::memchr(0, &bytes).is_some() {
            continue;
        }
        if let Some(new) = change(relocation, &bytes) {
            write(root, &member.path, &new)?;
            changed.insert(member.path.clone(), new);
        }
    }
    let lists = members.iter().filter(|member| is_list(&member.path));
    for list in lists.map(|member| &member.path) {
        if let Some(new) = read(root, list, LIST_LIMIT)?.and_then(|bytes| relisted(list, &bytes, &changed)) {
            write(root, list, &new)?;
        }
    }
    Ok(changed.into_keys().collect())
}

/// The size of a file; `None` for what is none.
fn size_of(member: &ArchiveMember) -> Option<u64> {
    matches!(member.kind, MemberKind::File { .. }).then(|| member.size())
}

/// How the text of a file is changed.
type TextChange = fn(&Relocation, &[u8]) -> Option<Vec<u8>>;

/// How a file is changed, if it may hold the place of its environment.
fn change_of(path: &RepoPath) -> Option<TextChange> {
    let parts: Vec<&[u8]> = path.components().collect();
    let name = path.name();
    let ends = |end: &[u8]| name.ends_with(end);
    match parts.as_slice() {
        [b"pyvenv.cfg"] => Some(Relocation::text),
        [b"bin", _] => Some(Relocation::program),
        [b"share" | b"etc", ..] => Some(Relocation::text),
        [.., b"site-packages", _] if ends(b".pth") || ends(b".egg-link") => Some(Relocation::text),
        [.., b"site-packages", _] if name.starts_with(b"__editable__") => Some(Relocation::text),
        [.., b"site-packages", directory, b"direct_url.json"] if directory.ends_with(b".dist-info") => {
            Some(Relocation::text)
        }
        _ => None,
    }
}

fn is_list(path: &RepoPath) -> bool {
    path.name() == b"RECORD" && path.parent().is_some_and(|above| above.as_bytes().ends_with(b".dist-info"))
}

/// A list of installed files with the hashes of the changed ones; `None` if it lists none of these.
fn relisted(list: &RepoPath, bytes: &[u8], changed: &BTreeMap<RepoPath, Vec<u8>>) -> Option<Vec<u8>> {
    let packages = list.parent()?.parent()?;
    let mut rows = record::read(bytes);
    let mut is_changed = false;
    for row in rows.iter_mut().filter(|row| row.hash.is_some()) {
        let place = resolve(packages.as_bytes(), &row.path);
        let Some(new) = place.and_then(|place| changed.get(&place)) else { continue };
        row.hash = Some(record::hash(new));
        row.size = u64::try_from(new.len()).ok();
        is_changed = true;
    }
    is_changed.then(|| record::write(&rows))
}

fn read(root: &Path, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>> {
    Ok(FilePlace::below(root, path)?.read(limit)?.map(|file| file.bytes))
}

fn write(root: &Path, path: &RepoPath, bytes: &[u8]) -> Result<()> {
    let written = FilePlace::below(root, path)?.write(bytes, Access::FILE, None, Expected::Anything);
    written.map_err(|error| {
        Error::action(format!("failed to write the new place into `{}`", path.seen_from_root())).cause(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::record::RecordRow;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    #[test]
    fn what_may_hold_the_place_is_known_by_its_path() {
        let packages = "lib/python3.12/site-packages";
        let cases = [
            ("pyvenv.cfg", true),
            ("bin/activate", true),
            ("bin/pip", true),
            ("bin/deep/x", false),
            ("share/jupyter/kernels/python3/kernel.json", true),
            (&format!("{packages}/demo.pth"), true),
            (&format!("{packages}/__editable___demo_finder.py"), true),
            (&format!("{packages}/demo-1.dist-info/direct_url.json"), true),
            (&format!("{packages}/demo/data.pth"), false),
            (&format!("{packages}/demo/__init__.py"), false),
            ("notes/pyvenv.cfg", false),
        ];
        for (text, expected) in cases {
            assert_eq!(change_of(&path(text)).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn lists_get_the_new_hashes() {
        let row = |path: &str, hash: Option<&str>| RecordRow {
            path: path.as_bytes().to_vec(),
            hash: hash.map(str::to_owned),
            size: Some(1),
        };
        let rows =
            [row("../../../bin/x", Some("sha256=a")), row("demo.pth", None), row("z.py", Some("sha256=b"))];
        let list = path("lib/python3/site-packages/demo-1.dist-info/RECORD");
        let changed = BTreeMap::from([(path("bin/x"), b"new".to_vec())]);
        let new = relisted(&list, &record::write(&rows), &changed).expect("a list");
        let read = record::read(&new);
        assert_eq!(read[0].hash.as_deref(), Some(record::hash(b"new").as_str()));
        assert_eq!((read[0].size, read[1].hash.as_deref()), (Some(3), None));
        assert_eq!(read[2].hash.as_deref(), Some("sha256=b"));
        assert_eq!(relisted(&list, &record::write(&rows), &BTreeMap::new()), None);
    }
}
