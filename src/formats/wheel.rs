//! Wheels, the archives of packages
//! (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/>).

mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use zip::ZipArchive;

use self::window::Window;
use super::entry_points::{self, EntryPoint};
use super::record::{self, RecordRow};
use super::text::{ParseError, utf8};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::ports::ReadAt;

/// The most files in a wheel; pip has less than a thousand.
const MOST_MEMBERS: usize = 50_000;
/// The most bytes of an unpacked wheel.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// Files that have no hash in `RECORD`.
const UNLISTED: [&str; 3] = ["RECORD", "RECORD.jws", "RECORD.p7s"];

/// A wheel with a verified list of files. The files themselves are verified when they are read.
#[derive(Clone)]
pub struct Wheel<'b> {
    archive: ZipArchive<Window<'b>>,
    /// `NAME-VERSION`, the start of the names of its metadata and data directories.
    pub distribution: String,
    /// The files, without directories and `RECORD` itself, sorted by path.
    pub members: Vec<WheelMember>,
    /// The commands to install.
    pub commands: Vec<EntryPoint>,
}

/// A file of a wheel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelMember {
    /// Its path in the archive, which cannot point outside.
    pub path: RepoPath,
    /// Whether it is executable in the archive.
    pub executable: bool,
    /// Its hash in the form of [`record::hash`].
    pub hash: String,
    /// Its size in bytes.
    pub size: u64,
    index: usize,
}

impl<'b> Wheel<'b> {
    /// Reads the directory of the archive and the metadata, and no other part.
    ///
    /// # Errors
    /// It cannot be read, is not a wheel or of an unknown version, or it cannot be trusted: a path that points outside,
    /// a link, a duplicate name, a file without its SHA-256 in `RECORD`, or more than any real package has.
    pub fn open(file: &'b dyn ReadAt) -> Result<Self, ParseError> {
        let archive = ZipArchive::new(Window::new(file)).map_err(|error| bad(error.to_string()))?;
        if archive.has_duplicate_names() {
            return Err(bad("it contains two files of the same name"));
        }
        let mut entries = entries(&archive)?;
        let metadata = metadata_directory(&entries)?;
        let distribution = metadata.trim_end_matches(".dist-info").to_owned();
        let mut wheel = Self { archive, distribution, members: Vec::new(), commands: Vec::new() };
        let list = entries.get(format!("{metadata}/RECORD").as_str()).cloned();
        let list = wheel.unpack(&list.ok_or_else(|| bad("it has no RECORD"))?)?;
        for name in UNLISTED {
            entries.remove(format!("{metadata}/{name}").as_str());
        }
        wheel.members = listed(entries, &record::read(&list))?;
        require_version(&wheel.metadata("WHEEL")?.ok_or_else(|| bad("it has no WHEEL"))?)?;
        if let Some(bytes) = wheel.metadata("entry_points.txt")? {
            wheel.commands = entry_points::commands(utf8(&bytes)?)?;
        }
        Ok(wheel)
    }

    /// Unpacks a file and compares it with `RECORD`. Threads may call this concurrently.
    ///
    /// # Errors
    /// It is damaged or has a different hash in `RECORD`.
    pub fn read(&self, member: &WheelMember) -> Result<Vec<u8>, ParseError> {
        let bytes = self.unpack(member)?;
        if record::hash(&bytes) != member.hash {
            return Err(bad(format!("the hash of `{}` does not match RECORD", member.path.seen_from_root())));
        }
        Ok(bytes)
    }

    fn metadata(&self, name: &str) -> Result<Option<Vec<u8>>, ParseError> {
        let path = format!("{}.dist-info/{name}", self.distribution);
        let member = self.members.iter().find(|member| member.path.as_bytes() == path.as_bytes());
        member.map(|member| self.read(member)).transpose()
    }

    fn unpack(&self, member: &WheelMember) -> Result<Vec<u8>, ParseError> {
        let failed =
            |error: String| bad(format!("`{}` cannot be unpacked: {error}", member.path.seen_from_root()));
        let mut archive = self.archive.clone();
        let file = archive.by_index(member.index).map_err(|error| failed(error.to_string()))?;
        let mut bytes = Vec::with_capacity(usize::try_from(member.size).unwrap_or_default());
        file.take(member.size + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
        match bytes.len() as u64 == member.size {
            true => Ok(bytes),
            false => {
                Err(bad(format!("the size of `{}` does not match the archive", member.path.seen_from_root())))
            }
        }
    }
}

/// The files of the archive by path; their hashes are still empty.
fn entries(archive: &ZipArchive<Window<'_>>) -> Result<BTreeMap<String, WheelMember>, ParseError> {
    if archive.len() > MOST_MEMBERS {
        return Err(bad(format!("it contains {} files", archive.len())));
    }
    let mut entries = BTreeMap::new();
    let mut total: u64 = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|error| bad(error.to_string()))?;
        let name = utf8(entry.name_raw())?;
        let shown = || crate::path::display_bytes(name.as_bytes());
        let path = RepoPath::new(name.trim_end_matches('/').as_bytes());
        let path = path.map_err(|error| bad(format!("{}: {error}", shown())))?;
        if path.is_root() || name.contains(['\\', ':']) {
            return Err(bad(format!("{} is not a path inside the archive", shown())));
        }
        if entry.is_symlink() || entry.encrypted() {
            return Err(bad(format!("{} is a symlink or encrypted", shown())));
        }
        if entry.is_dir() {
            continue;
        }
        total = total.saturating_add(entry.size());
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
        let member = WheelMember { path, executable, hash: String::new(), size: entry.size(), index };
        entries.insert(name.to_owned(), member);
    }
    if total > MOST_BYTES {
        return Err(bad(format!("it would unpack to {}", crate::text::size(total))));
    }
    Ok(entries)
}

/// The one directory whose name ends in `.dist-info`.
fn metadata_directory(entries: &BTreeMap<String, WheelMember>) -> Result<String, ParseError> {
    let directories = entries.keys().filter_map(|name| name.split_once('/').map(|(first, _)| first));
    let mut named =
        directories.filter(|first| first.ends_with(".dist-info")).collect::<BTreeSet<_>>().into_iter();
    match (named.next(), named.next()) {
        (Some(name), None) => Ok(name.to_owned()),
        (None, _) => Err(bad("it has no metadata")),
        (Some(_), Some(_)) => Err(bad("it contains metadata of several distributions")),
    }
}

/// The files, with their hashes from `RECORD`.
fn listed(
    mut entries: BTreeMap<String, WheelMember>,
    rows: &[RecordRow],
) -> Result<Vec<WheelMember>, ParseError> {
    let mut members = Vec::with_capacity(entries.len());
    for row in rows {
        let shown = || crate::path::display_bytes(&row.path);
        let known = std::str::from_utf8(&row.path).ok().and_then(|name| entries.remove(name));
        match (known, row.hash.as_deref()) {
            (Some(member), Some(hash)) if hash.starts_with("sha256=") => {
                members.push(WheelMember { hash: hash.to_owned(), ..member });
            }
            (Some(_), _) => return Err(bad(format!("RECORD has no SHA-256 hash of {}", shown()))),
            // `RECORD` itself and its signatures.
            (None, None) => {}
            (None, Some(_)) => {
                return Err(bad(format!("{} is listed in RECORD but does not exist", shown())));
            }
        }
    }
    if let Some(name) = entries.keys().next() {
        return Err(bad(format!("{} is not listed in RECORD", crate::path::display_bytes(name.as_bytes()))));
    }
    members.arrange_by(|a, b| a.path.cmp(&b.path));
    Ok(members)
}

/// Accepts later minor versions and refuses later major versions.
fn require_version(bytes: &[u8]) -> Result<(), ParseError> {
    let version = utf8(bytes)?.lines().find_map(|line| line.strip_prefix("Wheel-Version:"));
    match version.map(str::trim) {
        Some(version) if version == "1" || version.starts_with("1.") => Ok(()),
        _ => Err(bad("unsupported wheel version")),
    }
}

fn bad(reason: impl Into<String>) -> ParseError {
    ParseError { line: None, reason: reason.into() }
}

#[cfg(test)]
mod tests;
