//! Pythons and package directories that a hosting platform's build installs into the work tree:
//! Heroku's `.heroku/python`, Replit's `.pythonlibs`, Azure Functions' `.python_packages`.
//!
//! A Python that a project bundles on purpose looks the same from inside, so the place that only these
//! builds use has to agree with the layout.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::Judgement;
use crate::model::{EnvironmentKind, Evidence, Shape};

/// Recognises a platform's place together with an installed Python or packages.
pub(super) static DETECTOR: Detector =
    Detector { kind: EnvironmentKind { name: "platform", label: "platform build" }, judge };

fn judge(clues: &Clues) -> Option<Judgement> {
    let platform = match clues.root.name() {
        b"python" if clues.lies_in(b".heroku") || clues.lies_in(b".scalingo") => "a platform's build",
        b".pythonlibs" => "Replit's build",
        b".python_packages" => "Azure Functions' build",
        _ => return None,
    };
    if clues.has(Mark::Config) {
        return None;
    }
    let packages = clues.path_of(Mark::SitePackages)?;
    Some((
        Shape::Environment,
        vec![Evidence { path: packages.clone(), fact: format!("is a package installed by {platform}") }],
    ))
}
