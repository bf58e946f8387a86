//! Chooses the backend and asks it for its plan.

use super::target::TargetEnvironment;
use crate::backends::{BACKENDS, BackendChoice, BackendFacts, InstallSource, NoBackend, choose};
use crate::config::Settings;
use crate::delegate::program_on_path;
use crate::error::{Error, Result};
use crate::message::{Message, message};
use crate::session::Session;

/// The lock file of PEP 751.
const PYLOCK: &str = "pylock.toml";
/// The first pip that installs from it (`--requirement` in `pip install --help`).
const PIP_WITH_LOCKS: [u64; 2] = [26, 1];

/// Chooses the backend, and says why it is this one.
///
/// # Errors
/// Usage or action if there is none.
pub(super) fn backend<'s>(
    session: &Session<'_>,
    settings: &Settings,
    target: &TargetEnvironment,
    sources: &'s [InstallSource],
) -> Result<(BackendChoice<'s>, Message)> {
    let requested = settings.backend.value.as_deref().filter(|name| *name != "auto");
    let program = |name: &str| program_on_path(session.env, name);
    let facts = BackendFacts {
        requested,
        sources,
        python: &target.python,
        python_feature: target.python_feature(),
        has_pip: target.has_pip(),
        program: &program,
    };
    let choice = choose(BACKENDS, &facts).map_err(|refusal| refused(&refusal, settings, target))?;
    if choice.backend.is_of_environment && *choice.source == InstallSource::OfTool(PYLOCK) {
        require_pip_with_locks(target)?;
    }
    let because = match (requested, choice.source) {
        (Some(_), _) => message!("`backend` is set in {}", settings.backend.origin),
        (None, InstallSource::OfTool(file)) => message!("`{}` exists", file),
        (None, _) if choice.backend.is_of_environment => "the environment has pip".into(),
        (None, _) => message!("`{}` is on PATH", choice.backend.name),
    };
    Ok((choice, because))
}

/// An older pip takes the lock for a list of requirements.
fn require_pip_with_locks(target: &TargetEnvironment) -> Result<()> {
    let Some(pip) = target.pip().filter(|pip| pip.release() < &PIP_WITH_LOCKS[..]) else { return Ok(()) };
    let [major, minor] = PIP_WITH_LOCKS;
    let update = format!("git pyenv run{} -m pip install --upgrade pip", target.selection.env_option());
    let error = Error::action(format!("pip {pip} cannot install from `{PYLOCK}`"));
    let error = error.cause(format!("pip {major}.{minor} and later can")).suggest("update it with", update);
    Err(error.hint("or install with uv: `--backend uv`"))
}

pub(super) fn refused(refusal: &NoBackend, settings: &Settings, target: &TargetEnvironment) -> Error {
    let place = target.selection.place();
    let set_in = &settings.backend.origin;
    match refusal {
        NoBackend::Unknown(name) => Error::usage(format!("unknown backend `{name}`")),
        NoBackend::WithoutSource(name) => {
            Error::usage(format!("{name} cannot install what the project asks for"))
                .cause(message!("`backend` is set in {}", set_in))
                .hint("choose another one with `--backend`")
        }
        NoBackend::NotFound("pip", _) => {
            let create = format!("git pyenv create --force{}", target.selection.env_option());
            Error::action(message!("the environment `{}` has no pip", place))
                .suggest("create it again with pip with", create)
                .hint("or install with uv: `--backend uv`")
        }
        NoBackend::NotFound(name, file) => {
            let error = Error::action(format!("there is no program `{name}` on PATH"));
            let error = match file {
                Some(file) => error.cause(format!("`{file}` is a file of {name}")),
                None => error.cause(message!("`backend` is set in {}", set_in)),
            };
            error.hint(format!("install {name}, or choose another backend with `--backend`"))
        }
        NoBackend::WithoutInstaller => {
            let create = format!("git pyenv create --force{}", target.selection.env_option());
            Error::action(message!("nothing can install into `{}`", place))
                .cause("there is no program `uv` on PATH, and the environment has no pip")
                .hint("install uv: https://docs.astral.sh/uv/")
                .suggest("create it again with pip with", create)
        }
    }
}
