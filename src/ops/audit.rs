//! `audit`: known vulnerabilities of packages, as a program says that knows them.

use std::path::PathBuf;

use crate::backends::{audit_with_pip_audit, audit_with_uv, help_of_uv_audit};
use crate::delegate::{ProgramQuestion, program_on_path};
use crate::error::{Error, Result};
use crate::formats::tool_answers::{self, AuditAnswer, FoundVulnerability};
use crate::inspect::installed::site_packages;
use crate::message::{Message, message};
use crate::model::{KnownVulnerability, VulnerabilityReport};
use crate::order::Arrange as _;
use crate::project::{existing_selection, project_here};
use crate::python::normalised;
use crate::session::{Ports, Session};

/// Why `pip-audit` skips what no vulnerability can be known of.
const NOT_PUBLISHED: &str = "not found";

/// Asks for the known vulnerabilities of the project's lock or of the environment, or of `named`.
///
/// # Errors
/// Usage or settings if there is no environment; action if no program knows vulnerabilities; undecided if that one fails.
pub fn run(ports: Ports<'_>, named: Option<&str>) -> Result<VulnerabilityReport> {
    let session = Session::open(ports, Vec::new())?;
    let project = project_here(&session)?;
    let question = |name| ProgramQuestion {
        ports,
        name,
        directory: &project.directory,
        environment: None,
        doing: "asking for known vulnerabilities",
        asked: "whether there are known vulnerabilities",
    };
    let uv = program_on_path(session.env, "uv").filter(|_| named.is_none() && project.has_file("uv.lock"));
    let knows_audit = |uv: &PathBuf| question("uv").ask(&help_of_uv_audit(uv), &[0], |_| Some(())).is_ok();
    if let Some(uv) = uv.filter(knows_audit) {
        let answer = question("uv").ask(&audit_with_uv(&uv), &[0, 1], tool_answers::uv_audit)?;
        let lock = project.path.join("uv.lock").map(|lock| message!("`{}`", lock)).unwrap_or_default();
        return Ok(report(&session, "uv", lock, answer));
    }
    let settings = session.work_tree_settings()?;
    let selection = existing_selection(&session, &settings, named)?;
    let program = program_on_path(session.env, "pip-audit").ok_or_else(|| {
        Error::action("there is no program that knows vulnerabilities")
            .cause("there is no `pip-audit` on PATH, and no lock of uv with a uv that has `uv audit`")
            .hint("install pip-audit with `uv tool install pip-audit` or `pipx install pip-audit`")
    })?;
    let sites: Vec<PathBuf> =
        site_packages(&selection.directory).sites.into_iter().map(|site| site.directory).collect();
    if sites.is_empty() {
        return Err(Error::undecided(message!("{} has no directory of packages", selection.label())));
    }
    let command = audit_with_pip_audit(&program, &sites);
    let answer = question("pip-audit").ask(&command, &[0, 1], tool_answers::pip_audit)?;
    Ok(report(&session, "pip-audit", selection.label(), answer))
}

fn report(
    session: &Session<'_>,
    tool: &'static str,
    subject: Message,
    answer: AuditAnswer,
) -> VulnerabilityReport {
    let known = |found: FoundVulnerability| KnownVulnerability {
        package: found.name,
        version: found.version,
        id: found.id,
        aliases: found.aliases,
        summary: found.summary,
        fixed_in: found.fixed_in,
    };
    let mut vulnerabilities: Vec<KnownVulnerability> =
        answer.vulnerabilities.into_iter().map(known).collect();
    vulnerabilities.arrange_by_key(|found| (normalised(&found.package), found.id.clone()));
    let (unpublished, undecided): (Vec<_>, Vec<_>) =
        answer.skipped.into_iter().partition(|(_, reason)| reason.contains(NOT_PUBLISHED));
    let sentence = |(name, reason): (String, String)| format!("`{name}`: {reason}");
    VulnerabilityReport {
        repository: session.label(),
        tool,
        subject,
        audited: answer.audited,
        vulnerabilities,
        undecided: undecided.into_iter().map(sentence).collect(),
        notes: unpublished.into_iter().map(|skipped| sentence(skipped).into()).collect(),
    }
}
