//! `plugin`: the plug-ins for types of environments that the user has, and which of them are trusted.

use crate::env::Env;
use crate::error::{Error, Result};
use crate::model::{PlugInReport, PlugInState, PlugInStep, ReportedPlugIn};
use crate::path::{display, printable};
use crate::plug_ins::{self, PlugIn, PlugInTypes};
use crate::session::{Ports, Session};

/// A plug-in that is about to be trusted.
pub struct PreparedPlugIn {
    plug_in: PlugIn,
    /// What it is, for who decides.
    pub report: PlugInReport,
}

/// Lists the plug-ins of the user. Nothing is run.
///
/// # Errors
/// Action if the records of what is trusted cannot be read.
pub fn list(ports: Ports<'_>) -> Result<PlugInReport> {
    let session = Session::open(ports, Vec::new()).ok();
    let layout = session.as_ref().map(|session| session.repository.layout());
    let plug_ins = plug_ins::all(ports.env, layout).into_iter();
    let plug_ins =
        plug_ins.map(|(name, read)| reported(ports.env, name, read)).collect::<Result<Vec<_>>>()?;
    Ok(PlugInReport { step: PlugInStep::Listed, named: None, plug_ins })
}

/// Reads a plug-in that may be trusted; with a digest, only if that is its own.
///
/// # Errors
/// As [`PlugIn::find`]; action if it has another digest.
pub fn prepare(ports: Ports<'_>, name: &str, digest: Option<&str>) -> Result<PreparedPlugIn> {
    let session = Session::open(ports, Vec::new()).ok();
    let layout = session.as_ref().map(|session| session.repository.layout());
    let plug_in = PlugIn::find(ports.env, layout, name)?;
    if let Some(expected) = digest.filter(|expected| !expected.eq_ignore_ascii_case(&plug_in.sha256)) {
        let program = display(&plug_in.program);
        return Err(Error::action(format!("`{program}` has another content than `--digest` says"))
            .cause(format!("its digest is {}", plug_in.sha256))
            .cause(format!("`--digest` is {}", printable(expected.as_bytes()))));
    }
    let report = described(ports.env, &plug_in)?;
    let step = match report.state {
        PlugInState::Trusted => PlugInStep::AlreadyTrusted,
        _ => PlugInStep::WouldTrust,
    };
    let report = PlugInReport { step, named: Some(name.to_owned()), plug_ins: vec![report] };
    Ok(PreparedPlugIn { plug_in, report })
}

impl PreparedPlugIn {
    /// It is trusted already, with this content.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.report.step == PlugInStep::AlreadyTrusted
    }

    /// Leaves it as it is.
    #[must_use]
    pub fn ended(self, step: PlugInStep) -> PlugInReport {
        PlugInReport { step, ..self.report }
    }

    /// The error where nobody can be asked.
    #[must_use]
    pub fn unasked(&self) -> Error {
        let error = self.refused();
        let error =
            error.cause("to trust it needs an answer at a terminal, or the digest of what is trusted");
        self.plug_in.with_trust_command(error)
    }

    /// The error where the person at the terminal did not say yes.
    #[must_use]
    pub fn refused(&self) -> Error {
        Error::action(format!("the plug-in `{}` is not trusted", display(&self.plug_in.program)))
    }

    /// Trusts it. It is run once, to say how its environments are recognised.
    ///
    /// # Errors
    /// As [`PlugIn::trust`].
    pub fn carry_out(self, ports: Ports<'_>) -> Result<PlugInReport> {
        let trusted = self.plug_in.trust(ports)?;
        let plug_in = described(ports.env, &trusted.plug_in)?;
        Ok(PlugInReport { step: PlugInStep::Trusted, plug_ins: vec![plug_in], ..self.report })
    }
}

/// Trusts the plug-in for a type no longer, whatever its content, and wherever it is.
///
/// # Errors
/// Action if a record cannot be read or deleted.
pub fn untrust(ports: Ports<'_>, name: &str, dry_run: bool) -> Result<PlugInReport> {
    let is_known = PlugInTypes::of_user(ports.env)?.has(name);
    let step = match (is_known, dry_run) {
        (false, _) => PlugInStep::NotTrusted,
        (true, true) => PlugInStep::WouldUntrust,
        (true, false) => {
            plug_ins::forget(ports.env, name)?;
            PlugInStep::Untrusted
        }
    };
    Ok(PlugInReport { step, named: Some(name.to_owned()), plug_ins: Vec::new() })
}

fn reported(env: &Env, name: String, read: Result<PlugIn>) -> Result<ReportedPlugIn> {
    match read {
        Ok(plug_in) => described(env, &plug_in),
        Err(error) => Ok(ReportedPlugIn {
            program: Default::default(),
            name,
            sha256: None,
            bytes: None,
            state: PlugInState::Unread,
            markers: Vec::new(),
            reason: Some(error.summary()),
        }),
    }
}

fn described(env: &Env, plug_in: &PlugIn) -> Result<ReportedPlugIn> {
    let markers = plug_in.markers(env)?;
    let state = match &markers {
        Some(_) => PlugInState::Trusted,
        None if plug_in.was_trusted(env)? => PlugInState::Changed,
        None => PlugInState::Untrusted,
    };
    let markers = markers.unwrap_or_default();
    Ok(ReportedPlugIn {
        name: plug_in.name.clone(),
        program: plug_in.program.clone(),
        sha256: Some(plug_in.sha256.clone()),
        bytes: Some(plug_in.size()),
        state,
        markers: markers.iter().map(|marker| marker.seen_from_root()).collect(),
        reason: None,
    })
}
