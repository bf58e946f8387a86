//! `tree`: which packages of an environment require which.

use crate::error::{Error, Result};
use crate::message::message;
use crate::model::{DependencyGraph, DependencyTree, TreeForm, What};
use crate::project::{dependency_graph, existing_selection};
use crate::python::normalised;
use crate::session::{Ports, Session};
use crate::text::{nearest, shell_word};

/// What to show.
#[derive(Debug, Clone)]
pub struct TreeRequest {
    /// The environment, by its name in the settings or by its directory; `None` for the selected one.
    pub environment: Option<String>,
    /// The package whose dependents are shown; `None` to show what is required.
    pub inverted: Option<String>,
    /// How many steps from a root are shown.
    pub depth: usize,
    /// How it is written.
    pub form: TreeForm,
}

/// Reads the dependencies of an environment. Nothing in it is run.
///
/// # Errors
/// Usage if there is no environment or no such package in it, settings, or undecided if it cannot be looked at.
pub fn run(ports: Ports<'_>, request: &TreeRequest) -> Result<DependencyTree> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let selection = existing_selection(&session, &settings, request.environment.as_deref())?;
    let (graph, requested, undecided) =
        dependency_graph(&session, &settings, &selection).ok_or_else(|| {
            Error::undecided(message!("could not determine what is installed in {}", selection.label()))
        })?;
    let again = |name: &str| {
        format!("git pyenv tree{} --invert {}", selection.env_option(), shell_word(name.as_bytes()))
    };
    let inverted = request.inverted.as_deref().map(|name| find(&graph, name, again)).transpose()?;
    let has_conda_packages =
        requested.requested.iter().any(|line| matches!(line.what, What::CondaPackage { .. }));
    let of_conda = has_conda_packages.then_some("what conda has and Python does not know is not shown");
    let nothing = "nothing says what the project asks for";
    let nothing = requested.is_nothing().then_some(nothing);
    let own = of_conda.into_iter().chain(nothing).map(Into::into);
    Ok(DependencyTree {
        repository: session.label(),
        graph,
        files: requested.files,
        inverted,
        depth: request.depth,
        form: request.form,
        undecided,
        notes: own.chain(requested.notes.iter().map(|note| note.as_str().into())).collect(),
        selection,
    })
}

/// The position of a package.
fn find(graph: &DependencyGraph, name: &str, again: impl Fn(&str) -> String) -> Result<usize> {
    let wanted = normalised(name);
    let found = graph.packages.iter().position(|package| package.key == wanted);
    found.ok_or_else(|| {
        let error = Error::usage(format!("`{name}` is neither installed nor required"));
        let names: Vec<String> = graph.packages.iter().map(|package| package.key.clone()).collect();
        match nearest(&wanted, &names) {
            Some(near) => error.did_you_mean(again(near)),
            None => error,
        }
    })
}
