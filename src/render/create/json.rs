//! The `create` object of the JSON envelope.

use schemars::JsonSchema;
use serde::Serialize;

use crate::render::json::{Environment, Failure};

/// What `create` made: one environment, or with `--all` one for each that the settings name.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::render) enum CreateSection {
    One(Box<Made>),
    All(Vec<Made>),
}

/// One environment.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render) struct Made {
    /// Its name in the settings, or as it was asked for; null for the one that is meant without a name.
    pub(in crate::render) name: Option<String>,
    /// The environment as it is now, or would be; null if it could not be made.
    pub(in crate::render) environment: Option<Environment>,
    /// It was made; false if it was there and is as asked for, or nothing was to be changed.
    pub(in crate::render) created: bool,
    /// Nothing was to be changed.
    pub(in crate::render) dry_run: bool,
    /// Why it could not be made.
    pub(in crate::render) error: Option<Failure>,
}

impl CreateSection {
    /// Takes over what was made.
    pub(in crate::render) fn of(mut made: Vec<Made>, all: bool) -> Option<Self> {
        if all { Some(Self::All(made)) } else { made.pop().map(|one| Self::One(Box::new(one))) }
    }
}
