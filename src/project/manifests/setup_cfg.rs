//! `setup.cfg` of setuptools (<https://setuptools.pypa.io/en/latest/userguide/declarative_config.html>).

use super::{Manifest, ProjectMark};
use crate::formats::setup_cfg::SetupCfg;

/// Names the project and its requirements.
pub static MANIFEST: Manifest = Manifest {
    // Other tools keep their settings in it too.
    mark: |bytes, _| match SetupCfg::parse(bytes).name {
        Some(_) => ProjectMark::Plain,
        None => ProjectMark::None,
    },
    project_name: Some(|bytes| SetupCfg::parse(bytes).name),
    declares: Some(|bytes| {
        let has_requirements = !SetupCfg::parse(bytes).dependencies.is_empty();
        has_requirements.then(|| "declares `install_requires`".to_owned())
    }),
    ..Manifest::named("setup.cfg")
};
