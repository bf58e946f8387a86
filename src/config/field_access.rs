//! How a setting is written into its field of [`super::settings::Settings`], and what its text must satisfy.

use super::allow::Allowed;
use crate::setting::Setting;

/// The field of a setting, by type.
#[derive(Debug)]
pub(super) enum FieldAccess<T> {
    /// Text that is always there.
    Text(TextCheck, fn(&mut T) -> &mut Setting<String>),
    /// Text that may be absent: `null` or the empty text removes it.
    Optional(TextCheck, fn(&mut T) -> &mut Setting<Option<String>>),
    /// A boolean.
    Boolean(fn(&mut T) -> &mut Setting<bool>),
    /// A list of text.
    List(TextCheck, fn(&mut T) -> &mut Setting<Vec<String>>),
    /// The allow list.
    Allow(fn(&mut T) -> &mut Setting<Allowed>),
    /// The named environments, each a table of [`ENVIRONMENT_KEYS`].
    Environments,
}

/// What text must satisfy beyond being text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextCheck {
    /// Any text that is not empty and holds no control characters.
    Plain,
    /// A path; a committed one stays inside the repository.
    Path,
    /// A version request; only the user may name an executable instead.
    Python,
    /// One of these words.
    OneOf(&'static [&'static str]),
}
