//! `Pipfile` of pipenv (<https://pipenv.pypa.io/en/latest/pipfile.html>).

use super::Manifest;

/// Lists the requirements that pipenv installs.
pub static MANIFEST: Manifest = Manifest {
    marks_project: true,
    declares: Some(|_| Some("is the manifest of pipenv".to_owned())),
    ..Manifest::named("Pipfile")
};
