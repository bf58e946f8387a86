//! How large environments on the disk are.

use std::path::Path;

use crate::fs::{MeasuringJob, measure};
use crate::model::{Environment, Skip};
use crate::ports::Progress;

/// An environment to measure.
pub(super) struct Sizing<'e> {
    environment: &'e mut Environment,
    job: MeasuringJob,
}

impl<'e> Sizing<'e> {
    /// Measures an environment that was found below `top`.
    pub(super) fn new(top: &Path, environment: &'e mut Environment) -> Self {
        let paths = environment.contents.parts.iter().map(|part| part.path.clone()).collect();
        Self { environment, job: MeasuringJob { top: top.to_path_buf(), paths } }
    }
}

/// Measures environments, all at once, and returns what could not be read, each with the number of the sizing.
pub(super) fn fill(sizings: Vec<Sizing<'_>>, progress: &dyn Progress) -> Vec<(usize, Skip)> {
    let (environments, jobs): (Vec<_>, Vec<_>) =
        sizings.into_iter().map(|sizing| (sizing.environment, sizing.job)).unzip();
    let measured = measure(&jobs, progress).into_iter().zip(environments);
    let skipped = measured.enumerate().flat_map(|(number, (measured, environment))| {
        environment.contents.measure = Some(measured.measure);
        measured.skipped.into_iter().map(move |skip| (number, skip))
    });
    skipped.collect()
}
