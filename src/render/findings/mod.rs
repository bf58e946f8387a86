//! Output formats that only make sense for findings, such as those of code scanning services: one file per format, with
//! a `static FORMAT`, and one row here.

mod findings_format;
mod github;
mod gitlab;
mod place;
mod sarif;

pub use findings_format::FindingsFormat;

/// The output formats that can only show findings.
pub static FINDING_FORMATS: &[&dyn FindingsFormat] = &[&sarif::FORMAT, &github::FORMAT, &gitlab::FORMAT];
