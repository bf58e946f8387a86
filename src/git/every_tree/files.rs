//! The files of object databases. They are read, not mapped: another program may cut them short.
#![expect(
    clippy::disallowed_methods,
    reason = "objects are read where they are, and `fs` is not below `git`"
)]

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::env::Env;
use crate::git::layout::RepositoryLayout;
use crate::path::bytes_to_path;

/// The most object databases that one uses.
const MOST_DIRECTORIES: usize = 16;
/// The most bytes of a list of alternates.
const MOST_BYTES_OF_LIST: u64 = 64 << 10;

/// A file of which parts are read.
pub(super) struct ObjectFile {
    file: File,
    length: u64,
}

impl ObjectFile {
    /// Opens a regular file.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let metadata = file.metadata().ok()?;
        metadata.is_file().then(|| Self { file, length: metadata.len() })
    }

    /// The number of bytes when it was opened.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Reads some bytes; `None` if there are not so many.
    pub(super) fn read(&mut self, at: u64, count: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_into(at, count, &mut bytes)?;
        Some(bytes)
    }

    /// As [`ObjectFile::read`], into a buffer.
    pub(super) fn read_into(&mut self, at: u64, count: usize, into: &mut Vec<u8>) -> Option<()> {
        let end = at.checked_add(u64::try_from(count).ok()?)?;
        if end > self.length {
            return None;
        }
        into.try_reserve(count.saturating_sub(into.len())).ok()?;
        into.resize(count, 0);
        self.file.seek(SeekFrom::Start(at)).ok()?;
        self.file.read_exact(into).ok()
    }
}

/// The directories with the objects of a repository; `None` if not all are known.
pub(super) fn object_directories(layout: &RepositoryLayout, env: &Env) -> Option<Vec<PathBuf>> {
    let mut found = vec![layout.common_directory.join("objects")];
    // Those of a push that is still in quarantine. Git writes absolute paths; whoever else sets them is not followed.
    found.extend(env.raw("GIT_OBJECT_DIRECTORY").filter(|value| !value.is_empty()).map(PathBuf::from));
    found.extend(env.paths("GIT_ALTERNATE_OBJECT_DIRECTORIES"));
    let quoted =
        env.raw("GIT_ALTERNATE_OBJECT_DIRECTORIES").is_some_and(|it| it.to_string_lossy().contains('"'));
    if quoted || !found.iter().all(|directory| directory.is_absolute()) {
        return None;
    }
    let mut next = 0;
    while let Some(directory) = found.get(next) {
        for other in alternates(directory)? {
            if !found.contains(&other) {
                found.push(other);
            }
        }
        next += 1;
        if found.len() > MOST_DIRECTORIES {
            return None;
        }
    }
    Some(found)
}

/// The object databases that one borrows from: <https://git-scm.com/docs/gitrepository-layout>.
fn alternates(directory: &Path) -> Option<Vec<PathBuf>> {
    let path = directory.join("info").join("alternates");
    let Some(mut source) = ObjectFile::open(&path) else {
        return (!path.try_exists().ok()?).then(Vec::new);
    };
    let length = Some(source.length()).filter(|length| *length <= MOST_BYTES_OF_LIST)?;
    let text = source.read(0, usize::try_from(length).ok()?)?;
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty() && line[0] != b'#');
    // A quoted path is not taken apart.
    lines.map(|line| (line[0] != b'"').then(|| directory.join(bytes_to_path(line)))).collect()
}

/// The packs of a database: for each the path of its index. `None` if there is one without an index, or one from a
/// partial clone, which lacks objects that this cannot see.
pub(super) fn packs(directory: &Path) -> Option<Vec<PathBuf>> {
    let directory = directory.join("pack");
    let Ok(listed) = fs::read_dir(&directory) else {
        return (!directory.try_exists().ok()?).then(Vec::new);
    };
    let paths = listed.map(|entry| Some(entry.ok()?.path())).collect::<Option<Vec<_>>>()?;
    let ends = |path: &&PathBuf, end: &str| path.extension().is_some_and(|it| it == end);
    let mut packs = paths.iter().filter(|path| ends(path, "pack"));
    let is_whole = packs.all(|pack| paths.contains(&pack.with_extension("idx")));
    let is_partial = paths.iter().any(|path| ends(&path, "promisor"));
    (is_whole && !is_partial).then(|| paths.iter().filter(|path| ends(path, "idx")).cloned().collect())
}

/// The files of objects that are in no pack; `None` for more than `most`.
pub(super) fn loose_objects(directory: &Path, id_length: usize, most: usize) -> Option<Vec<PathBuf>> {
    let is_hexadecimal = |name: &str| name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).ok()? {
        let entry = entry.ok()?;
        if !entry.file_name().to_str().is_some_and(|name| name.len() == 2 && is_hexadecimal(name)) {
            continue;
        }
        for object in fs::read_dir(entry.path()).ok()? {
            let object = object.ok()?;
            let name = object.file_name();
            if name.to_str().is_some_and(|it| it.len() + 2 == id_length * 2 && is_hexadecimal(it)) {
                found.push(object.path());
            }
        }
        if found.len() > most {
            return None;
        }
    }
    Some(found)
}
