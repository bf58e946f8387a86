//! `environment.yaml`: `environment.yml` under its other name.

use super::Manifest;

/// As [`super::environment_yml`].
pub static MANIFEST: Manifest = Manifest { marks_project: true, ..Manifest::named("environment.yaml") };
