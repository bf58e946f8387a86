//! `tool run`.

use std::ffi::OsString;
use std::path::PathBuf;

use super::brought::refuse_brought;
use super::found::ToolGround;
use super::trust::PreparedTrust;
use crate::error::{Error, ErrorKind, Result};
use crate::fs::is_executable;
use crate::message::message;
use crate::model::{ToolAction, ToolReport};
use crate::ports::ExecRequest;
use crate::project::{SelectedEnvironment, command_outside};
use crate::session::Ports;
use crate::text::shell_word;
use crate::tools::{RepositoryTool, ToolProgram, require_accepted};

/// Runs a script whose content is known, and nothing else of the repository.
const ISOLATED: &str = include_str!("isolated.py");
/// Where compiled files of isolated scripts are kept, in the user's directory for caches.
const COMPILED: &str = "git-pyenv/compiled";

/// A tool that is about to run.
pub struct PreparedRun<'p> {
    ports: Ports<'p>,
    name: String,
    arguments: Vec<OsString>,
}

/// Reads a tool and checks its arguments. If the user does not trust it yet, what is to be asked is returned too.
///
/// # Errors
/// Usage if no tool has the name or it does not take these arguments; settings if its description is malformed.
pub fn prepare_run<'p>(
    ports: Ports<'p>,
    name: &str,
    arguments: Vec<OsString>,
) -> Result<(PreparedRun<'p>, Option<PreparedTrust>)> {
    let ground = ToolGround::open(ports)?;
    let tool = ground.find(name)?;
    require_arguments(&tool, &arguments)?;
    let asked = PreparedTrust::of(&ground, &tool)?;
    let asked = Some(asked).filter(|asked| !asked.is_trusted());
    Ok((PreparedRun { ports, name: name.to_owned(), arguments }, asked))
}

impl PreparedRun<'_> {
    /// Becomes the tool, or returns its exit status where a process cannot become another. Its files are read once more: what
    /// runs is what the user trusts at this moment.
    ///
    /// # Errors
    /// Usage without an environment; action for a tool that is not trusted, an environment that is broken or tracked by git,
    /// and a program that cannot be executed.
    pub fn exec(self) -> Result<u8> {
        let ground = ToolGround::open(self.ports)?;
        let tool = ground.find(&self.name)?;
        require_arguments(&tool, &self.arguments)?;
        let request = self.request(&ground, &tool)?;
        let store = ground.store()?;
        if let Some(subject) = ground.subject(&tool)
            && store.find(&subject)?.is_none()
        {
            return Err(changed(&ground.report(&tool, &store, ToolAction::Shown)?));
        }
        self.ports.runner.exec(&request)
    }

    fn request(&self, ground: &ToolGround<'_>, tool: &RepositoryTool) -> Result<ExecRequest> {
        let env = self.ports.env;
        match &tool.program {
            ToolProgram::Script(script) => {
                let environment = self.environment(ground, tool)?;
                let path = script.to_path(&ground.top);
                let digest = tool.digest_of(script).unwrap_or_default().to_owned();
                let cache = env.cache_directory().unwrap_or_else(|| environment.root.clone());
                // The rest isolates it: https://docs.python.org/3/using/cmdline.html#cmdoption-I
                let first: [OsString; 8] = [
                    "-I".into(),
                    "-S".into(),
                    "-c".into(),
                    ISOLATED.into(),
                    tool.name.clone().into(),
                    digest.into(),
                    cache.join(COMPILED).into(),
                    path.into(),
                ];
                let arguments = first.into_iter().chain(self.arguments.iter().cloned()).collect();
                environment.command(env, environment.python()?, arguments)
            }
            ToolProgram::Executable(program) => {
                let path = program.to_path(&ground.top);
                tool.refuse_relative_interpreter(&ground.top)?;
                if !is_executable(&path) {
                    return Err(Error::action(message!(
                        "permission denied: `{}` is not executable",
                        program
                    )));
                }
                match self.environment(ground, tool) {
                    Ok(environment) => environment.command(env, path, self.arguments.clone()),
                    Err(error)
                        if error.kind() == ErrorKind::Usage && tool.description.environment.is_none() =>
                    {
                        Ok(command_outside(env, path, self.arguments.clone()))
                    }
                    Err(error) => Err(error),
                }
            }
            ToolProgram::ThisProgram => {
                let missing = || Error::action("failed to find the program git-pyenv");
                let path: PathBuf = env.executable.clone().ok_or_else(missing)?;
                Ok(command_outside(env, path, self.arguments.clone()))
            }
        }
    }

    /// The environment of the tool.
    fn environment<'g>(
        &self,
        ground: &'g ToolGround<'_>,
        tool: &RepositoryTool,
    ) -> Result<SelectedEnvironment<'g>> {
        let named = tool.description.environment.as_deref();
        let environment = SelectedEnvironment::find(&ground.session, named)?;
        refuse_brought(self.ports, &ground.session, &environment, &tool.name)?;
        Ok(environment)
    }
}

fn require_arguments(tool: &RepositoryTool, given: &[OsString]) -> Result<()> {
    let described =
        tool.description.arguments.as_deref().filter(|_| tool.program != ToolProgram::ThisProgram);
    described.map_or(Ok(()), |described| {
        let name = shell_word(tool.name.as_bytes());
        require_accepted(described, given).map_err(|error| {
            error.suggest("its arguments are shown by", format!("git pyenv tool show {name}"))
        })
    })
}

fn changed(report: &ToolReport) -> Error {
    let name = shell_word(report.tool.name.as_bytes());
    Error::action(format!("`{}` was changed by another process", report.tool.name))
        .suggest("look at it again with", format!("git pyenv tool show {name}"))
}
