//! The part of the text of `hook run` that is about a push that arrives: git shows it to whoever pushes, who has a clone on
//! another machine.

use std::io::{self, Write};

use crate::model::{HistoryChange, InvocationDirectory, ReceivedPush};
use crate::path::printable;
use crate::render::role::Role;
use crate::render::style::Style;

/// Says that settings of the pushed commits do not count.
pub(super) fn write_unaccepted(
    received: &ReceivedPush,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some((first, rest)) = received.unaccepted.split_first() else { return Ok(()) };
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    let head = style.paint.paint(Role::Info, "note:");
    let first = style.said(&first.escaped());
    writeln!(
        out,
        "{head} {first}{more} does not count: this server does not accept settings of pushed commits"
    )
}

/// Returns what whoever pushes can do about what was found (`it` or `them`), and the command that does it.
pub(super) fn remedy_of_pusher(
    them: &str,
    received: &ReceivedPush,
    directory: &InvocationDirectory,
) -> (String, String) {
    let Some(fix) = &received.fix else {
        let text =
            format!("remove {them} from the commits named above and push again; these are the commits:");
        return (text, "git log --oneline --stat @{upstream}..".to_owned());
    };
    let branches: Vec<String> =
        received.branches.iter().map(|name| format!("`{}`", printable(name.as_bytes()))).collect();
    let checked_out = match branches.as_slice() {
        [] => String::new(),
        [one] => format!(", with {one} checked out"),
        [first, rest @ ..] => format!(", with {first} checked out, then {}", rest.join(", ")),
    };
    let text = match &fix.change {
        HistoryChange::Amend => format!(
            "to remove {them} from the last commit but keep {them} on disk, run this at the top of your clone{checked_out};\n\
             then push again:"
        ),
        HistoryChange::Rewrite { first, .. } => format!(
            "history has {them} from commit {first} on. This rewrites the commits without {them} and keeps {them} on disk;\n\
             commit or stash other changes first. Run it at the top of your clone{checked_out}; then push again:"
        ),
    };
    (text, fix.command(directory))
}
