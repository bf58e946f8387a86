//! What conda's record of a package says, and whether it is still true.

use std::path::Path;

use crate::formats::conda_record::{self, CondaFile, FileName};
use crate::fs::{exists, read_optional};
use crate::path::{display, printable};
use crate::satisfied::CondaAnswer;

/// Where conda records what it has installed.
pub(super) const RECORDS: &str = "conda-meta";
/// The most bytes read of a record, which lists the files of a package.
const LIMIT: u64 = 32 * 1024 * 1024;

/// Reads the record with this file name in the environment at `root`. pip, which installs and removes packages beside conda,
/// leaves the records as they are: what Python knows of a package has to be there.
pub(super) fn read(root: &Path, named: &FileName) -> CondaAnswer {
    let file_name = named.file_name();
    let path = root.join(RECORDS).join(&file_name);
    let unknown = |reason: &str| CondaAnswer::Unknown(format!("`{}` {reason}", display(&path)));
    let Ok(Some(bytes)) = read_optional(&path, LIMIT) else { return unknown("cannot be read") };
    let record = conda_record::parse(&bytes);
    let Some(record) = record.filter(|record| record.file_name.as_ref() == Some(&file_name)) else {
        return unknown("is no record of that package");
    };
    let is_gone = |file: &&CondaFile| is_metadata(&file.path) && !exists(&root.join(&file.path));
    if let Some(file) = record.files.iter().find(is_gone) {
        return unknown(&format!("lists `{}`, which is gone", printable(file.path.as_bytes())));
    }
    let FileName { version, build, .. } = named.clone();
    CondaAnswer::Installed { version, build, channel: record.channel }
}

/// Says whether a file is the one by which Python knows a package. A package that is for every version of Python has it in
/// `site-packages`, which is no place in an environment: a record says so beside the real place.
fn is_metadata(path: &str) -> bool {
    let ends = [".dist-info/METADATA", ".egg-info/PKG-INFO", ".egg-info"];
    !path.starts_with("site-packages/") && ends.iter().any(|end| path.ends_with(end))
}
