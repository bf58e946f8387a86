//! The text of `plugin`.

use std::io::{self, Write};

use crate::model::{PlugInReport, PlugInState, PlugInStep, ReportedPlugIn};
use crate::path::{display, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::size;

impl WriteText for PlugInReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        for plug_in in &self.plug_ins {
            write_plug_in(plug_in, style, out)?;
        }
        let name = printable(self.named.as_deref().unwrap_or_default().as_bytes());
        match self.step {
            PlugInStep::Listed if self.plug_ins.is_empty() => writeln!(out, "no plug-ins on PATH"),
            PlugInStep::Listed => Ok(()),
            PlugInStep::Trusted => writeln!(out, "`{name}` is trusted now, until its content changes"),
            PlugInStep::AlreadyTrusted => writeln!(out, "`{name}` is trusted already"),
            PlugInStep::WouldTrust => {
                writeln!(out, "once you trust it, it can do whatever you can do: look at it first")
            }
            PlugInStep::Untrusted => writeln!(out, "`{name}` is no longer trusted"),
            PlugInStep::WouldUntrust => writeln!(out, "`{name}` would no longer be trusted"),
            PlugInStep::NotTrusted => writeln!(out, "`{name}` was not trusted"),
        }
    }
}

fn write_plug_in(plug_in: &ReportedPlugIn, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (role, state) = match plug_in.state {
        PlugInState::Trusted => (Role::Info, "trusted"),
        PlugInState::Changed => (Role::Warning, "changed since it was trusted"),
        PlugInState::Untrusted => (Role::Warning, "not trusted"),
        PlugInState::Unread => (Role::Error, "cannot be read"),
    };
    let name = style.paint.paint(Role::Heading, &printable(plug_in.name.as_bytes()));
    writeln!(out, "{name}: {}", style.paint.paint(role, state))?;
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    if let Some(reason) = &plug_in.reason {
        return writeln!(out, "  {}", style.said(&reason.escaped()));
    }
    let bytes = plug_in.bytes.map(|bytes| format!(" ({})", size(bytes))).unwrap_or_default();
    writeln!(out, "  program: {}{bytes}", display(&plug_in.program))?;
    writeln!(out, "  sha256: {}", plug_in.sha256.as_deref().unwrap_or_default())?;
    if !plug_in.markers.is_empty() {
        writeln!(out, "  its environments have: {}", plug_in.markers.join(", "))?;
    }
    Ok(())
}
