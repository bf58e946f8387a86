//! What is known of one source of interpreters.

use crate::env::Env;
use crate::interpreters::candidate::Candidate;
use crate::model::InterpreterSource;
use crate::python::VersionRequest;

/// A place where interpreters are.
pub struct Source {
    /// What it is called.
    pub kind: InterpreterSource,
    /// Lists what might be interpreters, the preferred ones first; a request narrows what is listed, if it can.
    pub(in crate::interpreters) list: for<'e> fn(&'e Env, Option<&VersionRequest>) -> Candidates<'e>,
}

/// Candidates that are looked for as they are taken.
pub(in crate::interpreters) type Candidates<'e> = Box<dyn Iterator<Item = Candidate> + 'e>;
