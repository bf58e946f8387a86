//! Pythons and packages that the build of a hosting platform installs into the work tree: Heroku's `.heroku/python`,
//! Replit's `.pythonlibs`, Azure Functions' `.python_packages`.
//!
//! A Python that a project bundles on purpose has the same layout, so the directory must also be one that only these
//! builds use.

use super::detector::Detector;
use crate::detect::classification::Classification;
use crate::detect::marker::PathMarker;
use crate::detect::signals::LayoutSignals;
use crate::detect::structure;
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises the directory of a platform if a Python or packages are installed in it.
pub(super) static DETECTOR: Detector = Detector {
    kind: EnvironmentKind { is_install_target: true, ..EnvironmentKind::named("platform", "platform build") },
    version_key: None,
    classify,
};

fn classify(signals: &LayoutSignals) -> Option<Classification> {
    let platform = match signals.root.name() {
        b"python" if signals.is_in(b".heroku") || signals.is_in(b".scalingo") => "a platform's build",
        b".pythonlibs" => "Replit's build",
        b".python_packages" => "Azure Functions' build",
        _ => return None,
    };
    let fixture = structure::is_test_data(&signals.root) && !signals.has(PathMarker::SitePackages);
    if signals.has(PathMarker::Config) || fixture {
        return None;
    }
    // Templates for `.gitignore` exclude `lib/`, so that often only programs are left.
    let markers = [PathMarker::SitePackages, PathMarker::PipScript, PathMarker::Interpreter];
    let installed = markers.iter().find_map(|marker| signals.path_of(*marker))?;
    let evidence = Evidence { path: installed.clone(), fact: format!("is installed by {platform}").into() };
    Some(Classification { shape: Shape::Environment, evidence: vec![evidence] })
}
