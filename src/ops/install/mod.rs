//! `install`: brings an environment in step with what the project asks for, through a backend.
//!
//! `target` is the environment; `sources` says from what a backend can install; `project_manifest` and `requirement_words` turn a manifest into
//! arguments; `standing` compares what is installed with
//! what is asked for; `prepare` chooses the backend; `inputs` says by which content a plan holds; [`crate::delegate`] runs its commands; `changes`
//! compares what was installed before and after. `exact` installs packages as they were in another environment.

mod changes;
mod early;
mod exact;
mod inputs;
mod prepare;
mod project_manifest;
mod request;
mod requirement_words;
mod run;
mod sources;
mod standing;
mod target;

pub use exact::run as run_exactly;
pub use inputs::basis;
pub use request::InstallationRequest;
pub use run::run;
