//! The files of a wheel, as pip installs it
//! (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/#installing-a-wheel-distribution-1-0-py32-none-any-whl>).

use super::environment::{FileContent, LayoutFile, damaged};
use super::library::{Library, path};
use super::request::LayoutRequest;
use super::script;
use crate::error::Result;
use crate::formats::entry_points::EntryPoint;
use crate::formats::record::{self, RecordRow};
use crate::formats::wheel::{Wheel, WheelMember};
use crate::path::{RepoPath, below};

/// A package to install in a new environment.
pub(super) struct Seed<'s, 'r> {
    pub(super) wheel: &'r Wheel<'r>,
    pub(super) library: &'s Library,
    pub(super) request: &'s LayoutRequest<'r>,
}

/// Adds the files of a package.
///
/// # Errors
/// Action if the wheel is damaged or has data of an unknown kind.
pub(super) fn add<'r>(seed: &Seed<'_, 'r>, files: &mut Vec<LayoutFile<'r>>) -> Result<()> {
    let first = files.len();
    let interpreter = format!("{}/bin/python", seed.request.directory);
    for member in &seed.wheel.members {
        files.push(seed.file(member, &interpreter)?);
    }
    for command in scripts(&seed.wheel.commands, seed.request.interpreter.version.feature()) {
        let place = path(&format!("bin/{}", command.name))?;
        files.push(LayoutFile::program(place, script::text(&interpreter, &command)));
    }
    let metadata = format!("{}.dist-info", seed.wheel.distribution);
    let own = |name: &str| -> Result<RepoPath> { seed.in_packages(format!("{metadata}/{name}").as_bytes()) };
    files.push(LayoutFile::plain(own("INSTALLER")?, b"pip\n".as_slice()));
    files.push(LayoutFile::plain(own("REQUESTED")?, b"".as_slice()));
    let list = own("RECORD")?;
    let mut rows = files[first..].iter().map(|file| seed.row(file)).collect::<Vec<_>>();
    rows.push(RecordRow { path: seed.as_recorded(&list), hash: None, size: None });
    files.push(LayoutFile::plain(list, record::write(&rows)));
    Ok(())
}

impl<'r> Seed<'_, 'r> {
    fn in_packages(&self, tail: &[u8]) -> Result<RepoPath> {
        self.library.packages.join(tail).map_err(|error| damaged(self.wheel, error))
    }

    /// A file of the wheel at its path in the environment.
    fn file(&self, member: &'r WheelMember, interpreter: &str) -> Result<LayoutFile<'r>> {
        let data = format!("{}.data", self.wheel.distribution);
        let content = FileContent::Packed(self.wheel, member);
        let Some(in_data) = below(member.path.as_bytes(), data.as_bytes()) else {
            let path = self.in_packages(member.path.as_bytes())?;
            return Ok(LayoutFile { path, executable: member.executable, content });
        };
        let (scheme, tail) = split_first(in_data);
        let path = self.data_path(scheme, tail)?;
        if scheme != b"scripts" {
            return Ok(LayoutFile { path, executable: member.executable, content });
        }
        let bytes = self.wheel.read(member).map_err(|error| damaged(self.wheel, error))?;
        Ok(match script::adapted(interpreter, &bytes) {
            Some(adapted) => LayoutFile::program(path, adapted),
            None => LayoutFile { path, executable: true, content },
        })
    }

    /// The path of a file from the `.data` directory.
    fn data_path(&self, scheme: &[u8], tail: &[u8]) -> Result<RepoPath> {
        let directory = match scheme {
            b"purelib" | b"platlib" => self.library.packages.clone(),
            b"scripts" => path("bin")?,
            b"data" => RepoPath::root(),
            b"headers" => {
                let name = self.wheel.distribution.split('-').next().unwrap_or_default();
                path(&format!("include/site/{}/{name}", self.library.name))?
            }
            _ => return Err(damaged(self.wheel, "it has data for an unknown location")),
        };
        let reserved =
            directory.is_root() && matches!(split_first(tail).0, b"pyvenv.cfg" | b".gitignore" | b"");
        match directory.join(tail) {
            Ok(path) if !reserved => Ok(path),
            _ => Err(damaged(self.wheel, "it would overwrite a file of the environment")),
        }
    }

    /// The row of a file in `RECORD`. A packed file already has its hash in the wheel.
    fn row(&self, file: &LayoutFile<'_>) -> RecordRow {
        let hash = match &file.content {
            FileContent::Packed(_, member) => member.hash.clone(),
            FileContent::Bytes(bytes) => record::hash(bytes),
        };
        RecordRow { path: self.as_recorded(&file.path), hash: Some(hash), size: Some(file.size()) }
    }

    /// A path of the environment, relative to the directory of its packages.
    fn as_recorded(&self, path: &RepoPath) -> Vec<u8> {
        let inside = path.below(&self.library.packages);
        inside.map_or_else(|| [b"../../../", path.as_bytes()].concat(), <[u8]>::to_vec)
    }
}

/// Splits off the first component of a path.
fn split_first(path: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'/', path) {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (path, &[]),
    }
}

/// The programs of a package. Wheels of pip and of old setuptools have names with the version of the Python that built
/// them; pip replaces it by the version of the environment.
fn scripts(commands: &[EntryPoint], (major, minor): (u64, u64)) -> Vec<EntryPoint> {
    let versioned = [
        ("pip", vec!["pip".to_owned(), format!("pip{major}"), format!("pip{major}.{minor}")]),
        ("easy_install", vec!["easy_install".to_owned(), format!("easy_install-{major}.{minor}")]),
    ];
    let mut found: Vec<EntryPoint> = commands.to_vec();
    for (base, names) in versioned {
        let Some(main) = commands.iter().find(|command| command.name == base) else { continue };
        found.retain(|command| !is_version_of(&command.name, base));
        found.extend(names.into_iter().map(|name| EntryPoint { name, ..main.clone() }));
    }
    found
}

/// `pip`, `pip3`, `pip3.11`, `easy_install-3.8`.
fn is_version_of(name: &str, base: &str) -> bool {
    let rest = name.strip_prefix(base).map(|rest| rest.trim_start_matches('-'));
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_have_the_version_of_the_environment() {
        let command = |name: &str| EntryPoint {
            name: name.to_owned(),
            module: "m".to_owned(),
            function: "main".to_owned(),
        };
        let names = |given: &[&str]| {
            let given: Vec<EntryPoint> = given.iter().map(|name| command(name)).collect();
            scripts(&given, (3, 8)).into_iter().map(|command| command.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["pip", "pip3", "pip3.11"]), ["pip", "pip3", "pip3.8"]);
        assert_eq!(names(&["easy_install", "easy_install-3.6"]), ["easy_install", "easy_install-3.8"]);
        assert_eq!(names(&["pip-compile", "pip3x"]), ["pip-compile", "pip3x"]);
    }
}
