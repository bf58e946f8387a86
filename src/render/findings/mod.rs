//! Output formats that only make sense for findings, such as those of code scanning services: one file per format, with
//! a `static FORMAT`, and one row here.

mod findings_format;

pub use findings_format::FindingsFormat;

/// The output formats that can only show findings. There is none yet.
pub static FINDING_FORMATS: &[&dyn FindingsFormat] = &[];
