//! Finds the Python that environments are created from.

use super::missing;
use super::query::Query;
use super::search::Search;
use crate::error::Result;
use crate::model::{Interpreter, PythonRequest};
use crate::python::Request;
use crate::session::Ports;

/// Finds a Python that fits. Without any request it is the `python3` of `PATH`, as for `python3 -m venv`, else the newest
/// there is.
///
/// # Errors
/// Action, with what there is instead; usage if what was named is no Python.
pub fn find(ports: Ports<'_>, query: Query<'_>) -> Result<Interpreter> {
    let search = Search::new(ports, query);
    let requests = &query.requests.requests;
    if requests.is_empty() {
        return search.usual().ok_or_else(|| missing::error(&search));
    }
    let mut failure = None;
    for request in requests {
        match one(&search, request) {
            Ok(Some(found)) => return Ok(found),
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
