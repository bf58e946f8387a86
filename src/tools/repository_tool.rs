//! One tool: its description, and the files that it consists of.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{DESCRIPTION_KEYS, KEYS};
use crate::error::{Error, Result};
use crate::formats::digest::hexadecimal;
use crate::formats::tool_description::{self, DescribedProgram, ToolDescription, is_name};
use crate::formats::trust_record::{TrustedFile, TrustedKind, TrustedSubject};
use crate::fs::{FilePlace, is_absent};
use crate::message::{Message, message};
use crate::path::{RepoPath, bytes_to_path, display_bytes, resolve};

/// The most bytes read of a file of a tool.
const LIMIT: u64 = 16 * 1024 * 1024;
/// The most bytes read of all its files.
const LIMIT_OF_ALL: usize = 64 * 1024 * 1024;
/// The name of the file that has the settings of a repository, and describes this program.
const OWN_FILE: &[u8] = b"python-env.json";
/// The name that this program has in its own description.
const OWN_NAME: &str = "git-pyenv";

/// A tool, as its files are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryTool {
    /// Its name.
    pub name: String,
    /// The file with its description.
    pub file: RepoPath,
    /// What that says.
    pub description: ToolDescription,
    /// What is run.
    pub program: ToolProgram,
    /// Everything that decides what it does, sorted by path, with the SHA-256 of each.
    pub files: Vec<(RepoPath, String)>,
}

/// What a tool runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolProgram {
    /// A file that the environment's Python runs.
    Script(RepoPath),
    /// A program of the repository.
    Executable(RepoPath),
    /// git-pyenv.
    ThisProgram,
}

impl RepositoryTool {
    /// Reads a description and the files that it names, all of them regular files of the work tree with this top.
    ///
    /// # Errors
    /// Usage if a file does not exist or lies outside of the work tree, action if one is a link or cannot be read, settings
    /// if the description is malformed.
    pub fn read(top: &Path, file: &RepoPath) -> Result<Self> {
        let bytes = read_file(top, file, &message!("`{}` does not exist", file))?;
        let settings = |key: &str| {
            let group = |name: &str| name.split('.').next() == Some(key);
            DESCRIPTION_KEYS.contains(&key) || KEYS.iter().any(|setting| group(setting.name))
        };
        let description = tool_description::parse(&bytes, settings).map_err(|error| {
            let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
            Error::settings(message!("invalid tool description: {}{}", file, line)).cause(error)
        })?;
        let name = name(file, &description)?;
        let program = program(file, &description)?;
        require_inside(file, &description)?;
        let mut files = BTreeMap::from([(file.clone(), hexadecimal(&bytes))]);
        let mut size = bytes.len();
        let further = description.files.iter().map(|path| named(file, path));
        let own = match &program {
            ToolProgram::Script(path) | ToolProgram::Executable(path) => Some(Ok(path.clone())),
            ToolProgram::ThisProgram => None,
        };
        for path in own.into_iter().chain(further) {
            let path = path?;
            if files.contains_key(&path) {
                continue;
            }
            let missing = message!("`{}`, which `{}` names, does not exist", path, file);
            let content = read_file(top, &path, &missing)?;
            size = size.saturating_add(content.len());
            if size > LIMIT_OF_ALL {
                return Err(Error::settings(message!("invalid tool description: {}", file))
                    .cause(format!("its files have more than {LIMIT_OF_ALL} bytes together")));
            }
            files.insert(path, hexadecimal(&content));
        }
        Ok(Self { name, file: file.clone(), description, program, files: files.into_iter().collect() })
    }

    /// The SHA-256 of one of its files.
    #[must_use]
    pub fn digest_of(&self, path: &RepoPath) -> Option<&str> {
        self.files.iter().find(|(known, _)| known == path).map(|(_, sha256)| sha256.as_str())
    }

    /// Refuses a program whose first line names an interpreter relative to the working directory, which may be anything.
    ///
    /// # Errors
    /// Action for such a program, and for one that cannot be read.
    pub fn refuse_relative_interpreter(&self, top: &Path) -> Result<()> {
        let ToolProgram::Executable(program) = &self.program else { return Ok(()) };
        let content = read_file(top, program, &message!("`{}` does not exist", program))?;
        let first = content.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let Some(line) = first.strip_prefix(b"#!") else { return Ok(()) };
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let interpreter = words.next().unwrap_or_default();
        let is_relative = |word: &[u8]| word.contains(&b'/') && !word.starts_with(b"/");
        match interpreter.starts_with(b"/") && !words.any(is_relative) {
            true => Ok(()),
            false => Err(Error::action(message!("cannot run `{}`", program))
                .cause("its first line names a program relative to the working directory")),
        }
    }

    /// What the user trusts or not, in the repository whose git directory is `origin`. `None` if the tool runs nothing that
    /// comes with the repository.
    #[must_use]
    pub fn subject(&self, origin: &Path) -> Option<TrustedSubject> {
        let file = |(path, sha256): &(RepoPath, String)| TrustedFile {
            path: path.as_bytes().into(),
            sha256: sha256.clone(),
        };
        (self.program != ToolProgram::ThisProgram).then(|| TrustedSubject {
            kind: TrustedKind::Tool,
            origin: origin.into(),
            name: self.name.clone(),
            files: self.files.iter().map(file).collect(),
        })
    }
}

/// Reads a file of the work tree.
fn read_file(top: &Path, path: &RepoPath, missing: &Message) -> Result<Vec<u8>> {
    let absent = || Error::usage(missing.clone());
    if is_absent(&path.to_path(top)) {
        return Err(absent());
    }
    Ok(FilePlace::below(top, path)?.read(LIMIT)?.ok_or_else(absent)?.bytes)
}

/// The name that the description says; else that of the file, without its ending.
fn name(file: &RepoPath, description: &ToolDescription) -> Result<String> {
    if let Some(name) = &description.name {
        return Ok(name.clone());
    }
    let stem = file.name().strip_suffix(b".json").unwrap_or(file.name());
    let stem = std::str::from_utf8(stem).ok().filter(|stem| is_name(stem));
    stem.map(str::to_owned).ok_or_else(|| {
        Error::settings(message!("invalid tool description: {}", file))
            .cause("it has no `name`, and the name of the file cannot be the name of a tool")
    })
}

fn program(file: &RepoPath, description: &ToolDescription) -> Result<ToolProgram> {
    Ok(match &description.runs {
        DescribedProgram::Script(path) => ToolProgram::Script(named(file, path)?),
        DescribedProgram::Executable(path) => ToolProgram::Executable(named(file, path)?),
        DescribedProgram::Nothing => {
            let is_own = match &description.name {
                Some(name) => name == OWN_NAME,
                None => file.name() == OWN_FILE,
            };
            if !is_own {
                return Err(Error::settings(message!("invalid tool description: {}", file))
                    .cause("it has neither `script` nor `executable`, so that there is nothing to run"));
            }
            ToolProgram::ThisProgram
        }
    })
}

/// Refuses an environment outside of the repository: a name of the settings, or a path that stays inside.
fn require_inside(file: &RepoPath, description: &ToolDescription) -> Result<()> {
    let Some(environment) = &description.environment else { return Ok(()) };
    let path = environment.as_bytes();
    let is_relative = !path.starts_with(b"/") && bytes_to_path(path).is_relative();
    match is_relative && resolve(b"", path).is_some() {
        true => Ok(()),
        false => Err(Error::settings(message!("invalid tool description: {}", file))
            .cause(format!("`environment` is outside of the repository: `{}`", display_bytes(path)))),
    }
}

/// The path of a file that a description names, relative to its directory.
fn named(file: &RepoPath, path: &str) -> Result<RepoPath> {
    let directory = file.parent().unwrap_or_default();
    let is_relative = !path.starts_with('/') && bytes_to_path(path.as_bytes()).is_relative();
    let found = is_relative.then(|| resolve(directory.as_bytes(), path.as_bytes())).flatten();
    let is_git = |path: &RepoPath| path.components().any(|name| name.eq_ignore_ascii_case(b".git"));
    found.filter(|path| !path.is_root() && !is_git(path)).ok_or_else(|| {
        let shown = display_bytes(path.as_bytes());
        Error::settings(message!("invalid tool description: {}", file))
            .cause(format!("`{shown}` is not the path of a file in the repository"))
            .hint("name files relative to the directory of the description")
    })
}
