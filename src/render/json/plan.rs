//! What a dry run shows, and the id of that plan.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::escaped;
use crate::model::{self, PlanBasis};
use crate::render::command_result::{ShownPlan, WriteJson};

/// The only field of a result that is read again.
#[derive(Deserialize)]
struct Identified {
    plan_id: Option<String>,
}

impl WriteJson for ShownPlan<'_> {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        self.result.write_json(out)
    }
}

/// Returns the id of the plan that a result shows; `None` if it is not that of a dry run, or there is nothing to do.
#[must_use]
pub fn plan_id(result: &(impl WriteJson + ?Sized)) -> Option<String> {
    let mut document = Vec::new();
    result.write_json(&mut document).ok()?;
    serde_json::from_slice::<Identified>(&document).ok()?.plan_id
}

/// The id of a plan that shows this content.
pub(super) fn id_of(content: &impl Serialize, basis: &PlanBasis) -> Option<String> {
    let mut bytes = Vec::new();
    escaped::write(content, &mut bytes).ok()?;
    Some(model::plan_id(&bytes, basis))
}
