//! How large environments on the disk are.

use std::path::Path;

use crate::fs::{MeasuringJob, measure};
use crate::model::{DiskEnvironment, Environment, Skip};
use crate::ports::{NoProgress, Progress};

/// An environment to measure.
pub struct Sizing<'e> {
    environment: &'e mut Environment,
    job: MeasuringJob,
}

impl<'e> Sizing<'e> {
    /// Measures an environment that was found below `top`.
    #[must_use]
    pub fn new(top: &Path, environment: &'e mut Environment) -> Self {
        let paths = environment.contents.parts.iter().map(|part| part.path.clone()).collect();
        Self { environment, job: MeasuringJob { top: top.to_path_buf(), paths } }
    }
}

/// Measures environments, all at once, and returns what could not be read, each with the number of the sizing.
pub fn fill(sizings: Vec<Sizing<'_>>, progress: &dyn Progress) -> Vec<(usize, Skip)> {
    let (environments, jobs): (Vec<_>, Vec<_>) =
        sizings.into_iter().map(|sizing| (sizing.environment, sizing.job)).unzip();
    let measured = measure(&jobs, progress).into_iter().zip(environments);
    let skipped = measured.enumerate().flat_map(|(number, (measured, environment))| {
        environment.contents.measure = Some(measured.measure);
        measured.skipped.into_iter().map(move |skip| (number, skip))
    });
    skipped.collect()
}

/// Measures the environments of the work tree at `top` that no ignore rule covers: the rules name the sizes of these
/// only. Returns what could not be read.
pub fn measure_exposed(top: &Path, on_disk: &mut [DiskEnvironment]) -> Vec<Skip> {
    let exposed = on_disk.iter_mut().filter(|found| found.protection.is_none());
    let sizings = exposed.map(|found| Sizing::new(top, &mut found.environment)).collect();
    fill(sizings, &NoProgress).into_iter().map(|(_, skip)| skip).collect()
}
