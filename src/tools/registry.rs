//! The registry of a work tree.

use std::path::Path;

use crate::error::{Error, Result};
use crate::formats::tool_registry::{self, RegisteredTool};
use crate::fs::{Access, Expected, FilePlace, ReadFile, is_absent, make_directory_below};
use crate::git::Sharing;
use crate::message::message;
use crate::path::{RepoPath, display_bytes};
use crate::text::nearest;

/// The file, relative to the top of the work tree.
const FILE: &str = "tools/registry.json";
/// The most bytes read of it.
const LIMIT: u64 = 1024 * 1024;

/// The registry of a work tree, as it was read.
pub struct ToolRegistry {
    path: RepoPath,
    read: Option<ReadFile>,
    tools: Vec<RegisteredTool>,
}

impl ToolRegistry {
    /// Reads the registry of the work tree with this top; an empty one if it has none.
    ///
    /// # Errors
    /// Action if it is no regular file or cannot be read, settings if it is malformed.
    pub fn read(top: &Path) -> Result<Self> {
        let path = RepoPath::new(FILE.as_bytes())
            .map_err(|error| Error::action("failed to find the registry of tools").cause(error))?;
        let read = match is_absent(&path.to_path(top)) {
            true => None,
            false => FilePlace::below(top, &path)?.read(LIMIT)?,
        };
        let tools = match &read {
            None => Vec::new(),
            Some(file) => tool_registry::parse(&file.bytes).map_err(|error| {
                let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
                Error::settings(message!("invalid registry of tools: {}{}", path, line)).cause(error)
            })?,
        };
        Ok(Self { path, read, tools })
    }

    /// The file, relative to the top of the work tree.
    #[must_use]
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// The tools, sorted by name.
    #[must_use]
    pub fn tools(&self) -> &[RegisteredTool] {
        &self.tools
    }

    /// The tool of this name.
    ///
    /// # Errors
    /// Usage if there is none.
    pub fn find(&self, name: &str) -> Result<&RegisteredTool> {
        if let Some(tool) = self.tools.iter().find(|tool| tool.name == name) {
            return Ok(tool);
        }
        let error = Error::usage(format!("no tool `{}`", display_bytes(name.as_bytes())));
        let names: Vec<String> = self.tools.iter().map(|tool| tool.name.clone()).collect();
        Err(match (nearest(name, &names), names.is_empty()) {
            (Some(near), _) => error.hint(format!("did you mean `{near}`?")),
            (None, true) => error.cause("no tools are registered in this repository"),
            (None, false) => error.suggest("list the tools with", "git pyenv tool list"),
        })
    }

    /// Adds a tool.
    ///
    /// # Errors
    /// Action if the registry cannot be written, or was changed since it was read.
    pub fn add(&self, top: &Path, tool: RegisteredTool) -> Result<()> {
        self.write(top, &[self.tools.as_slice(), &[tool]].concat())
    }

    /// Takes a tool out.
    ///
    /// # Errors
    /// Action if the registry cannot be written, or was changed since it was read.
    pub fn remove(&self, top: &Path, name: &str) -> Result<()> {
        let tools: Vec<RegisteredTool> =
            self.tools.iter().filter(|tool| tool.name != name).cloned().collect();
        self.write(top, &tools)
    }

    /// Writes the registry with these tools.
    ///
    /// # Errors
    /// Action if it cannot be written, or was changed since it was read; nothing has changed then.
    fn write(&self, top: &Path, tools: &[RegisteredTool]) -> Result<()> {
        make_directory_below(top, &self.path.parent().unwrap_or_default(), Sharing::Umask)?;
        let expected = self.read.as_ref().map_or(Expected::Nothing, Expected::Unchanged);
        let bytes = tool_registry::write(tools);
        FilePlace::below(top, &self.path)?.write(&bytes, Access::FILE, None, expected)
    }
}
