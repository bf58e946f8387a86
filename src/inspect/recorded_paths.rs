//! Where an environment's own files say that it is.

use std::path::{Path, PathBuf};

use super::directory::{EnvironmentDirectory, Skips, read};
use crate::formats::{activation_script, script_interpreter};
use crate::fs::{DirectoryEntry, FileKind, is_same_file, list_directory, read_start, real_path};
use crate::model::RecordedPath;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes, printable};

/// Scripts of which one is enough: those for shells that cannot find out where a script lies.
const ACTIVATION_SCRIPTS: [&str; 5] =
    ["bin/activate", "bin/activate.csh", "bin/activate.fish", "Scripts/activate", "Scripts/activate.bat"];
/// How many scripts of packages are read. An installer writes the same interpreter into all of them.
const SCRIPTS: usize = 8;
/// The interpreter stands in the first two lines of a script.
const FIRST_LINES: u64 = 1024;

/// The places recorded in the settings file, in activation scripts and in the scripts of packages.
pub(super) fn of(subject: &EnvironmentDirectory<'_>, unreadable: &mut Skips) -> Vec<RecordedPath> {
    if !subject.is_virtual() || subject.config.as_ref().is_some_and(|config| config.is_relocatable()) {
        return Vec::new();
    }
    let Some(here) = real_path(subject.directory) else { return Vec::new() };
    let mut found = Vec::new();
    let command = subject.config.as_ref().and_then(|config| config.recorded_path());
    found.extend(command.map(|place| recorded(subject.place("pyvenv.cfg"), place, &here)));
    for script in ACTIVATION_SCRIPTS {
        let place = subject.place(script);
        let Some(bytes) = read(&subject.directory.join(script), &place, unreadable) else { continue };
        let literals = activation_script::literals(&bytes).into_iter();
        let judged = literals.map(|literal| recorded(place.clone(), &literal, &here));
        found.extend(judged.reduce(|before, next| if before.leads_here { before } else { next }));
    }
    found.extend(of_scripts(subject, &here));
    found
}

fn recorded(path: RepoPath, place: &str, here: &Path) -> RecordedPath {
    let leads_here = is_here(Path::new(place), here);
    RecordedPath { path, place: printable(place.as_bytes()), leads_here }
}

/// Says whether a recorded place is the environment. Shells quote in their own ways; without the characters that
/// quoting adds or doubles, the place and what stands in a script are the same text. A place with a line break stands
/// in more than one line, and is not judged.
fn is_here(place: &Path, here: &Path) -> bool {
    let plain = |path: &Path| -> String {
        let text = path.to_string_lossy().into_owned();
        text.chars().filter(|c| !matches!(c, '\'' | '"' | '\\' | '`' | '$' | '!' | '^')).collect()
    };
    let broken_line = path_to_bytes(here).contains(&b'\n');
    is_same_file(place, here) || plain(place) == plain(here) || broken_line
}

/// The place that scripts of packages name, unless one of them is right: an installer may also leave a script as the
/// package has it.
fn of_scripts(subject: &EnvironmentDirectory<'_>, here: &Path) -> Option<RecordedPath> {
    let directory = subject.directory.join("bin");
    let listed = list_directory(&directory).ok().flatten().unwrap_or_default();
    let candidates = listed.iter().filter(|entry| is_script(entry)).take(SCRIPTS);
    let mut elsewhere = None;
    for entry in candidates {
        let start = read_start(&directory.join(bytes_to_path(&entry.name)), FIRST_LINES);
        let program = start.ok().flatten().and_then(|start| script_interpreter::read(&start));
        let Some(place) = program.and_then(|program| environment_of(&bytes_to_path(&program))) else {
            continue;
        };
        if is_here(&place, here) {
            return None;
        }
        let file = subject.environment.root.join([b"bin/", entry.name.as_slice()].concat());
        elsewhere = elsewhere.or_else(|| Some((file.ok()?, place)));
    }
    let (path, place) = elsewhere?;
    Some(RecordedPath { path, place: printable(&path_to_bytes(&place)), leads_here: false })
}

fn is_script(entry: &DirectoryEntry) -> bool {
    let other = [b"python".as_slice(), b"activate", b"deactivate", b"Activate"];
    entry.kind == FileKind::File && !other.iter().any(|prefix| entry.name.starts_with(prefix))
}

/// The environment that an interpreter of a script belongs to; `None` for the system's own, and for an installation,
/// which has a standard library and no `pyvenv.cfg`.
fn environment_of(program: &Path) -> Option<PathBuf> {
    let folder = program.parent().filter(|folder| folder.file_name().is_some_and(|name| name == "bin"))?;
    let python = program.file_name()?.to_str()?.starts_with("python");
    let root = folder.parent()?;
    let system = ["/", "/usr", "/usr/local", "/opt/local"].iter().any(|place| root == Path::new(place));
    let other = crate::fs::exists(program) && !crate::fs::exists(&root.join("pyvenv.cfg"));
    (python && !system && !other).then(|| root.to_path_buf())
}
