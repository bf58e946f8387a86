//! The paths that show an environment of a type, as the record holds them that its plug-in is trusted.

use crate::error::{Error, Result};
use crate::formats::trust_record::TrustRecord;
use crate::path::RepoPath;

/// The markers that a record holds.
pub(super) fn markers_of(record: &TrustRecord) -> Result<Vec<RepoPath>> {
    let name = &record.subject.name;
    let damaged = || {
        Error::action(format!("the record that the plug-in for `{name}` is trusted is damaged"))
            .suggest("trust it no longer with", format!("git pyenv plugin untrust {name}"))
    };
    let markers = record.markers.iter().map(|marker| RepoPath::new(marker.as_bytes()).map_err(|_| damaged()));
    let markers = markers.collect::<Result<Vec<_>>>()?;
    if markers.is_empty() { Err(damaged()) } else { Ok(markers) }
}
