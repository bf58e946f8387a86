//! Finds the Python that environments are created from.

use super::missing;
use super::query::Query;
use super::search::Search;
use crate::error::Result;
use crate::model::{Interpreter, PythonRequest};
use crate::python::Request;
use crate::session::Ports;

/// A Python that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPython {
    /// The Python.
    pub interpreter: Interpreter,
    /// The programs of `PATH` that come before it and could not be used, where no Python was requested: sentences without an
    /// end that name each and say why.
    pub passed_over: Vec<String>,
}

/// Finds a Python that fits. Without any request it is the `python3` of `PATH`, as for `python3 -m venv`, else the newest
/// there is.
///
/// # Errors
/// Action, with what there is instead; usage if what was named is no Python.
pub fn find(ports: Ports<'_>, query: Query<'_>) -> Result<FoundPython> {
    let search = Search::new(ports, query);
    let requests = &query.requests.requests;
    if requests.is_empty() {
        let interpreter = search.usual().ok_or_else(|| missing::error(&search))?;
        return Ok(FoundPython { interpreter, passed_over: search.passed_over() });
    }
    let mut failure = None;
    for request in requests {
        match one(&search, request) {
            Ok(Some(interpreter)) => {
                // A version that was requested may come from anywhere.
                let is_of_path = match &request.request {
                    Request::Version(version) => version.names_program(),
                    other => *other == Request::System,
                };
                let passed_over = if is_of_path { search.passed_over() } else { Vec::new() };
                return Ok(FoundPython { interpreter, passed_over });
            }
            Ok(None) => {}
            Err(error) => drop(failure.get_or_insert(error)),
        }
    }
    Err(failure.unwrap_or_else(|| missing::error(&search)))
}

/// What a request names; `None` if there is no such Python.
fn one(search: &Search<'_>, request: &PythonRequest) -> Result<Option<Interpreter>> {
    match &request.request {
        Request::Version(version) => Ok(search.version(version)),
        Request::System => Ok(search.system()),
        Request::Path(text) => search.at(request, text).map(Some),
        Request::Name(name) => search.called(request, name).map(Some),
    }
}
