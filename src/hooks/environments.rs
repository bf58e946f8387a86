//! Adds the environments of the work tree to what a commit is judged by, if the setting `hooks.checkEnvironments` asks for
//! that: they do not belong to the commit.

use crate::error::Result;
use crate::fs::is_link;
use crate::model::{DiskEnvironment, PackageCheck, Report, RuleGroup, Selection, Severity};
use crate::project;
use crate::report::{AskedFacts, enabled_rules};
use crate::scan::Scanned;
use crate::session::Session;

/// Adds what the rules about environments (PYE3xx) and about what is installed in them (PYE4xx) need: of the environment that
/// each project selects, as it is on the disk, compared with what the work tree asks for. The work tree is not searched.
///
/// # Errors
/// Settings, for a rule that does not exist; undecided if the index cannot be read.
pub(super) fn add(session: &Session<'_>, scanned: &mut Scanned) -> Result<()> {
    let is_asked = scanned.settings.hooks.check_environments.value;
    if !is_asked || session.repository.layout().work_tree.is_none() {
        return Ok(());
    }
    let asked = AskedFacts::of(&enabled_rules(&scanned.settings)?, PackageCheck::Quick);
    if !asked.requirements && !asked.repairs {
        return Ok(());
    }
    let projects = project::projects(session)?;
    let mut found: Vec<DiskEnvironment> = Vec::new();
    for project in &projects {
        let selected = on_disk(&project::selection_of(session, &scanned.settings, project));
        let is_new =
            |new: &DiskEnvironment| !found.iter().any(|known| known.environment.root == new.environment.root);
        found.extend(selected.filter(is_new));
    }
    scanned.facts.on_disk = found;
    // Those are of the index, and the environment is compared with the files of the work tree.
    let derived = std::mem::take(&mut scanned.facts.derived);
    project::add_facts(session, scanned, &projects, false, asked.packages)?;
    project::add_syncs(session, scanned, &projects, Vec::new());
    if asked.requirements {
        project::add_undecided(scanned);
    }
    if asked.repairs {
        project::add_suggestions(session, scanned);
    }
    // Nobody asked which ignore rules cover them.
    scanned.facts.on_disk.clear();
    scanned.facts.derived = derived;
    Ok(())
}

/// The selected environment, if it lies in the work tree. One behind a link is found by who follows the link.
fn on_disk(selection: &Selection) -> Option<DiskEnvironment> {
    let root = selection.path.clone().filter(|_| !is_link(&selection.directory))?;
    let mut environment = project::environment_at(&selection.directory)?;
    environment.root = root;
    Some(DiskEnvironment { environment, protection: None, link_protection: None, tracked_files: 0 })
}

/// Drops what does not stop a commit and is about environments: in each commit it would be said again.
pub(super) fn keep_what_counts(report: &mut Report) {
    report.findings.retain(|finding| {
        let is_of_environment =
            matches!(finding.rule.group, RuleGroup::Environment | RuleGroup::Requirements);
        !is_of_environment || finding.severity > Severity::Info
    });
}
