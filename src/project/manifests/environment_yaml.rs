//! `environment.yaml`: `environment.yml` under its other name.

use super::{Manifest, environment_yml};

/// As [`super::environment_yml`].
pub static MANIFEST: Manifest =
    Manifest { mark: environment_yml::MANIFEST.mark, ..Manifest::named("environment.yaml") };
