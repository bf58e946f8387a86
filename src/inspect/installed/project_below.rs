//! The project of an editable install below the directory that its record names.

use std::path::{Component, Path, PathBuf};

use super::missing_source::read_small;
use crate::formats::record;
use crate::fs::{exists, real_path};
use crate::path::{bytes_to_path, path_to_bytes};

/// One of these makes a directory a project for pip.
const MANIFESTS: [&str; 2] = ["pyproject.toml", "setup.py"];

/// Of `-e git+…#subdirectory=DIRECTORY`, pip 23.0 and earlier record the top of the clone, without the directory: by then
/// the link is that of the built wheel. The files by which Python finds the modules name places in the project: `.pth`
/// files, and the finder of setuptools.
///
/// `None` if the project is the recorded directory, or if these files do not tell.
pub(super) fn project_below(recorded: &Path, metadata: &Path) -> Option<PathBuf> {
    if is_project(recorded) && !is_clone_of_pip(recorded) {
        return None;
    }
    let site = metadata.parent()?;
    let rows = record::read(&read_small(&metadata.join("RECORD"))?);
    let tells = |path: &[u8]| path.ends_with(b".pth") || path.ends_with(b"_finder.py");
    let files = rows.iter().filter(|row| tells(&row.path) && !row.path.contains(&b'/'));
    let texts: Vec<Vec<u8>> =
        files.filter_map(|row| read_small(&site.join(bytes_to_path(&row.path)))).collect();
    let real = real_path(recorded).filter(|real| real != recorded);
    let tops = std::iter::once(recorded).chain(real.as_deref());
    let mut projects = tops
        .flat_map(|top| texts.iter().flat_map(|text| places_below(text, top)))
        .map(|below| project_of(recorded, &below));
    let first = projects.next()??;
    projects.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Says whether pip has made this clone: it lies in `src`, and the project may be anywhere in it.
fn is_clone_of_pip(directory: &Path) -> bool {
    directory.parent().is_some_and(|above| above.ends_with("src")) && exists(&directory.join(".git"))
}

fn is_project(directory: &Path) -> bool {
    MANIFESTS.iter().any(|name| exists(&directory.join(name)))
}

/// The nearest project at or above a place, below the top; `None` also if that is the top itself.
fn project_of(top: &Path, place: &Path) -> Option<PathBuf> {
    let place = top.join(place);
    let mut above = place.ancestors().take_while(|above| *above != top);
    above.find(|above| is_project(above)).map(Path::to_path_buf)
}

/// The paths in a text that begin with `top`, relative to it, up to a quote or the end of the line.
fn places_below(text: &[u8], top: &Path) -> Vec<PathBuf> {
    let start = [&path_to_bytes(top)[..], b"/"].concat();
    let rests = memchr::memmem::find_iter(text, &start).filter_map(|at| text.get(at + start.len()..));
    let ends = |byte: &u8| matches!(byte, b'\'' | b'"' | b'\n' | b'\r');
    let places = rests.filter_map(|rest| rest.split(ends).next()).map(bytes_to_path);
    places.filter(|place| place.components().all(|part| matches!(part, Component::Normal(_)))).collect()
}
