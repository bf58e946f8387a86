//! `cleanup --create-venv`: an environment is deleted, created again and filled.

use super::command::Context;
use crate::error::Result;
use crate::model::{
    Cleanup, CleanupStep, Creation, PlanBasis, PlannedRemoval, RecordPaths, RemovedItem, Renewal,
};
use crate::ops::cleanup::{CleanupRequest, PlannedCleanup as _, PreparedCleanup};
use crate::ops::create::{self, CreateRequest};
use crate::ops::install::{self, InstallationRequest};

/// Carries a request out, or says what it would do.
///
/// # Errors
/// As `cleanup` and `create`.
pub(super) fn renewed(
    context: &Context<'_>,
    request: &CleanupRequest,
    prepared: PreparedCleanup<'_>,
) -> Result<Renewal> {
    let has_something = !prepared.plan().plan.is_empty();
    if has_something && !prepared.has_work() {
        let cleanup = if request.dry_run { prepared.as_dry_run() } else { prepared.carry_out(&|_| true)? };
        return Ok(Renewal { cleanup, creation: None, basis: PlanBasis::default() });
    }
    let environment = request.names.first().cloned();
    let create =
        CreateRequest { environment: environment.clone(), is_cleaned: true, ..CreateRequest::default() };
    if request.dry_run || !request.force {
        let creation = create::run(context.ports, &CreateRequest { dry_run: true, ..create.clone() })?;
        let basis = install::basis(context.ports, environment.as_deref())?;
        let plan = Renewal { cleanup: prepared.plan().clone(), creation: Some(creation), basis };
        if request.dry_run {
            return Ok(Renewal { cleanup: prepared.as_dry_run(), ..plan });
        }
        // Where nothing is deleted nobody has to be asked.
        if has_something && !is_renewal_confirmed(context, &prepared, &plan)? {
            return Ok(Renewal { cleanup: prepared.ended(CleanupStep::Unconfirmed), ..plan });
        }
    }
    let cleanup = prepared.plan().clone();
    let creation = create::replace(context.ports, &create, prepared.into_removal()?)?;
    Ok(with_installation(context, cleanup, creation, create.environment))
}

/// Whether the person at the terminal says yes to the plan.
fn is_renewal_confirmed(
    context: &Context<'_>,
    prepared: &PreparedCleanup<'_>,
    plan: &Renewal,
) -> Result<bool> {
    if let Some(error) = prepared.forbidden() {
        return Err(error.hint("delete all the same with `--force`"));
    }
    let env = context.ports.env;
    if !env.stdin_is_terminal || !env.stderr_is_terminal {
        return Ok(false);
    }
    context.output.to_stderr(plan);
    Ok(context.questions.ask("delete it and create it again?", "yn") == Some('y'))
}

/// Installs into what was created, and says what became of the environment before it.
fn with_installation(
    context: &Context<'_>,
    mut cleanup: Cleanup,
    mut creation: Creation,
    environment: Option<String>,
) -> Renewal {
    cleanup.step = CleanupStep::Done;
    for attempt in &mut creation.attempts {
        let Ok(made) = &attempt.result else { continue };
        made.warnings.iter().for_each(|warning| context.output.warning(warning));
        let record = made.replaced.as_ref().and_then(|replaced| replaced.record.as_ref());
        let snapshot = record.map(RecordPaths::snapshot_id);
        if let Some((item, snapshot)) = cleanup.plan.first().zip(snapshot.clone()) {
            let PlannedRemoval { path, files, freed_bytes, .. } = item.clone();
            let archive = record.and_then(|record| record.archive.clone());
            let (snapshot, mount_point_stays) = (Some(snapshot), false);
            let removed = RemovedItem { path, snapshot, archive, files, freed_bytes, mount_point_stays };
            cleanup.removed.push(removed);
        }
        let request = InstallationRequest {
            environment: environment.clone(),
            may_be_empty: true,
            ..InstallationRequest::default()
        };
        let installed = install::run(context.ports, &request).map_err(|error| match &snapshot {
            Some(id) => error.hint(format!("what was in it before is recorded in the snapshot {id}")),
            None => error,
        });
        attempt.installation = Some(installed);
    }
    Renewal { cleanup, creation: Some(creation), basis: PlanBasis::default() }
}
