//! The result of `plugin`.

use std::path::PathBuf;

use crate::message::Message;

/// Whether a plug-in may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlugInState {
    /// Its content is trusted.
    Trusted,
    /// Other content of it is.
    Changed,
    /// Nothing of it is.
    Untrusted,
    /// It could not be read.
    Unread,
}

/// A plug-in on `PATH`, or one that is trusted.
#[derive(Debug, Clone)]
pub struct ReportedPlugIn {
    /// The name of the type.
    pub name: String,
    /// The program, absolute.
    pub program: PathBuf,
    /// The SHA-256 of its content, if it could be read.
    pub sha256: Option<String>,
    /// Its size in bytes, if it could be read.
    pub bytes: Option<u64>,
    /// Whether it may run.
    pub state: PlugInState,
    /// The paths that show an environment of the type, if it is trusted.
    pub markers: Vec<String>,
    /// Why it could not be read.
    pub reason: Option<Message>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlugInStep {
    /// Nothing but looking.
    Listed,
    /// It is trusted from now on.
    Trusted,
    /// It was trusted before.
    AlreadyTrusted,
    /// It would be trusted.
    WouldTrust,
    /// It is trusted no longer.
    Untrusted,
    /// It would no longer be trusted.
    WouldUntrust,
    /// It was not trusted.
    NotTrusted,
}

/// The plug-ins that a command is about.
#[derive(Debug, Clone)]
pub struct PlugInReport {
    /// What was done.
    pub step: PlugInStep,
    /// The type that was named.
    pub named: Option<String>,
    /// The plug-ins, by name.
    pub plug_ins: Vec<ReportedPlugIn>,
}
