//! Pythons and package directories that a hosting platform's build installs into the work tree:
//! Heroku's `.heroku/python`, Replit's `.pythonlibs`, Azure Functions' `.python_packages`.
//!
//! A Python that a project bundles on purpose looks the same from inside, so the place that only these
//! builds use has to agree with the layout.

use super::Detector;
use crate::detect::clues::Clues;
use crate::detect::mark::Mark;
use crate::detect::verdict::{self, Judgement};
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
    let fixture = verdict::is_test_input(clues) && !clues.has(Mark::SitePackages);
    if clues.has(Mark::Config) || fixture {
        return None;
    }
    // Ignore templates hide `lib/`, so that often only programs are left.
    let marks = [Mark::SitePackages, Mark::PipScript, Mark::Interpreter];
    let installed = marks.iter().find_map(|mark| clues.path_of(*mark))?;
    Some((
        Shape::Environment,
        vec![Evidence { path: installed.clone(), fact: format!("is installed by {platform}") }],
    ))
}
