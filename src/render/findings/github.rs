//! Workflow commands of GitHub Actions: an annotation for each finding.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::io::{self, Write};

use super::findings_format::FindingsFormat;
use super::place::{AnnotatedPlace, message};
use crate::error::Error;
use crate::message::Message;
use crate::model::{Finding, Report, Severity};

/// The name of the program, where no rule is the title.
const PROGRAM: &str = "git-pyenv";

pub(super) static FORMAT: GitHub = GitHub;

/// The format.
pub(super) struct GitHub;

impl FindingsFormat for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn write_report(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        report.findings.iter().try_for_each(|finding| write_finding(finding, out))?;
        for skip in &report.skipped {
            let reason = skip.reason.escaped().seen_from_root();
            let text = format!("could not check `{}`: {reason}", skip.path.seen_from_root());
            command("error", Some(&AnnotatedPlace::of_skip(skip)), PROGRAM, &text, out)?;
        }
        for suppression in report.suppressed.iter().filter(|suppression| suppression.from_repository) {
            let [what, why] = [&suppression.finding, &suppression.because].map(said);
            command("notice", None, PROGRAM, &format!("{what} is {why}"), out)?;
        }
        Ok(())
    }

    fn write_error(&self, error: &Error, out: &mut dyn Write) -> io::Result<()> {
        let causes = error.causes().iter().map(|cause| format!("\ncause: {}", said(cause)));
        let hints = error.hints().iter().map(|hint| format!("\nhint: {}", said(hint)));
        let text = said(error.message()) + &causes.chain(hints).collect::<String>();
        command("error", None, PROGRAM, &text, out)
    }
}

fn said(message: &Message) -> String {
    message.escaped().seen_from_root()
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let title = format!("{PROGRAM} {} {}", finding.rule.code, finding.rule.name);
    command(name, Some(&AnnotatedPlace::of(finding)), &title, &message(finding), out)
}

/// Writes one command. What a file is called cannot begin another one: line breaks are escaped.
fn command(
    name: &str,
    place: Option<&AnnotatedPlace>,
    title: &str,
    text: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = place.filter(|place| !place.path.is_root());
    let file = place.map(|place| format!("file={},", property(&place.text()))).unwrap_or_default();
    let line = place.and_then(|place| place.line).map(|line| format!("line={line},")).unwrap_or_default();
    writeln!(out, "::{name} {file}{line}title={}::{}", property(title), data(text))
}

/// As `escapeData` of GitHub's toolkit
/// (<https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As its `escapeProperty`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_means_the_same() {
        assert_eq!(data("50%\r\n::error::x, y"), "50%25%0D%0A::error::x, y");
        assert_eq!(property("%3A\n::x,y"), "%253A%0A%3A%3Ax%2Cy");
    }
}
