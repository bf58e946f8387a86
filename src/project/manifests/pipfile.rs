//! `Pipfile` of pipenv (<https://pipenv.pypa.io/en/latest/pipfile.html>).

use super::{Manifest, ProjectMark};

/// Lists the requirements that pipenv installs.
pub static MANIFEST: Manifest = Manifest {
    mark: |_, _| ProjectMark::Project,
    declares: Some(|_| Some("is the manifest of pipenv".to_owned())),
    ..Manifest::named("Pipfile")
};
