//! Whether a lock still matches what it was made from.

/// Whether a lock matches its manifest, as far as their bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// It does.
    Fresh,
    /// It does not, and why: a lower-case fragment.
    Stale(String),
    /// It cannot be known, and why: a lower-case fragment.
    Unknown(String),
}
