//! How a setting reaches its field of [`super::settings::Settings`], and how its text is validated.

use super::allow::Allowed;
use crate::setting::Setting;

/// Access to the field of a setting, by its type.
#[derive(Debug)]
pub(super) enum FieldAccess<T> {
    /// Text that always has a value.
    Text(TextCheck, fn(&mut T) -> &mut Setting<String>),
    /// Optional text: `null` or empty text unsets it.
    Optional(TextCheck, fn(&mut T) -> &mut Setting<Option<String>>),
    /// A boolean.
    Boolean(fn(&mut T) -> &mut Setting<bool>),
    /// A list of text.
    List(TextCheck, fn(&mut T) -> &mut Setting<Vec<String>>),
    /// The allow list.
    Allow(fn(&mut T) -> &mut Setting<Allowed>),
    /// The named environments, each a table of `ENVIRONMENT_KEYS`.
    Environments,
}

/// How text is validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextCheck {
    /// Any text that is not empty and has no control characters.
    Plain,
    /// A path; a committed one must stay inside the repository.
    Path,
    /// A Python version request; only users themselves may name an executable instead.
    Python,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The name of a type of environments, which ends the name of a program.
    TypeName,
    /// A number without a sign.
    Count,
    /// A number and a unit of time, as [`crate::text::quantity::age`] reads them.
    Age,
    /// A number and a unit of size, as [`crate::text::quantity::size`] reads them.
    Size,
}
