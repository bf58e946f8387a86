//! The levels of `--quiet` and `--verbose`.

/// How much text output says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Only what affects the exit status.
    Quiet,
    /// The default.
    #[default]
    Normal,
    /// Also what was inspected, and the reasons.
    Verbose,
}
