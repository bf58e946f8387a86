//! The appearance of text output.

use std::ops::Deref;

use super::detail::Detail;
use super::paint::Paint;
use super::screen::Screen;
use crate::message::Message;
use crate::model::InvocationDirectory;
use crate::path::RepoPath;

/// The appearance of text output.
pub struct Style<'p> {
    /// The colours.
    pub paint: &'p dyn Paint,
    /// The level of detail.
    pub detail: Detail,
    /// The width of the terminal.
    pub screen: Screen,
    /// The directory that paths are seen from. It is looked up when the first path is written: a clean gate has no time for
    /// it.
    pub here: &'p dyn Deref<Target = InvocationDirectory>,
    /// Returns the command line with which the shell in use runs what `git pyenv activate` prints.
    pub evaluate: &'p dyn Fn() -> &'static str,
}

/// A message for who is in this directory, which is looked up only if the message names a path.
#[must_use]
pub fn said(message: &Message, here: &dyn Deref<Target = InvocationDirectory>) -> String {
    if message.is_text() { message.seen_from_root() } else { message.seen_from(here.shown_from()) }
}

impl Style<'_> {
    /// A message for the reader of this output.
    #[must_use]
    pub fn said(&self, message: &Message) -> String {
        said(message, self.here)
    }

    /// A path for the reader of this output.
    #[must_use]
    pub fn shown(&self, path: &RepoPath) -> String {
        path.seen_from(self.here.shown_from())
    }

    /// Returns the command that activates the environment that these options of `git pyenv activate` name, in the shell in
    /// use.
    pub(super) fn activation(&self, options: &str) -> String {
        let command = "git pyenv activate";
        (self.evaluate)().replacen(command, &format!("{command}{options}"), 1)
    }
}
