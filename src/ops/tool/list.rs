//! `tool list`.

use super::found::ToolGround;
use crate::error::Result;
use crate::formats::trust_record::{TrustRecord, TrustedKind};
use crate::model::{ListedTool, ToolListing, TrustListing, TrustedItem};
use crate::session::Ports;
use crate::trust::TrustStore;

/// Lists the tools of the repository.
///
/// # Errors
/// As opening the repository; settings for a malformed registry; action if what the user trusts cannot be read.
pub fn list(ports: Ports<'_>) -> Result<ToolListing> {
    let ground = ToolGround::open(ports)?;
    let store = ground.store()?;
    let listed = |name: &String| ListedTool {
        name: name.clone(),
        tool: ground.find(name).and_then(|tool| ground.details(&tool, &store)),
    };
    let tools = ground.registry.tools().iter().map(|entry| listed(&entry.name)).collect();
    Ok(ToolListing { repository: ground.session.label(), tools })
}

/// Lists what the user trusts, in any repository.
///
/// # Errors
/// Action if a record cannot be read.
pub fn trusted(ports: Ports<'_>) -> Result<TrustListing> {
    let (records, damaged) = TrustStore::of_user(ports.env)?.all()?;
    Ok(TrustListing { items: records.into_iter().map(item).collect(), damaged })
}

fn item(record: TrustRecord) -> TrustedItem {
    let subject = record.subject;
    TrustedItem {
        name: subject.name,
        kind: match subject.kind {
            TrustedKind::Tool => "tool",
            TrustedKind::EnvironmentType => "environment type",
        },
        origin: subject.origin.to_path(),
        files: subject.files.into_iter().map(|file| (file.path.to_path(), file.sha256)).collect(),
        trusted_at: record.trusted_at,
    }
}
