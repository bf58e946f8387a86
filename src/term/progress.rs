//! Progress of long work: a bar on a terminal, or a line per phase.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::path::printable;
use crate::ports::Progress;
use crate::text;

/// Shorter work shows no bar.
const PATIENCE: Duration = Duration::from_millis(250);
/// The time between two redraws of the bar.
const REDRAW: Duration = Duration::from_millis(100);
/// The bar with a known total, and without.
const TEMPLATES: [&str; 2] =
    ["{msg} [{bar:24}] {human_pos}/{human_len}{size}", "{spinner} {msg} {human_pos}{size}"];

/// Writes one line to standard error at the start of each phase, without control characters.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lines;

impl Progress for Lines {
    fn phase(&self, name: &str, total: Option<u64>) {
        let _ = io::stderr().lock().write_all(line(name, total).as_bytes());
    }

    fn advance(&self, _: u64, _: u64) {}
    fn finish(&self) {}
}

/// Writes one line to standard error when another process is waited for, and nothing about the work.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waits;

impl Progress for Waits {
    fn phase(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64, _: u64) {}
    fn finish(&self) {}

    fn waiting(&self, why: &str) {
        Lines.phase(why, None);
    }
}

/// Formats a line such as `unpacking pip (612)`.
fn line(name: &str, total: Option<u64>) -> String {
    let total = total.map(|total| format!(" ({})", text::grouped(total))).unwrap_or_default();
    format!("{}{total}\n", printable(name.as_bytes()))
}

/// Draws a progress bar on standard error when a phase takes long, and clears it when the phase ends. The cursor is
/// never hidden, so that an interrupted program leaves the terminal as it was.
#[derive(Default)]
pub struct Bar {
    phase: Mutex<Option<Phase>>,
}

impl Bar {
    fn lock(&self) -> MutexGuard<'_, Option<Phase>> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Bar {
    fn phase(&self, name: &str, total: Option<u64>) {
        let mut phase = self.lock();
        // Clear the bar of the last phase before the next one is drawn.
        drop(phase.take());
        *phase = Some(Phase::start(name, total));
    }

    fn advance(&self, things: u64, bytes: u64) {
        if let Some(phase) = &*self.lock() {
            phase.bytes.fetch_add(bytes, Ordering::Relaxed);
            phase.bar.inc(things);
        }
    }

    fn finish(&self) {
        drop(self.lock().take());
    }
}

/// A running phase; dropping it clears its bar.
struct Phase {
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
    /// The thread that shows the bar after [`PATIENCE`], and the sender whose drop ends it early.
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Phase {
    fn start(name: &str, total: Option<u64>) -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden())
            .with_style(style(total.is_some(), Arc::clone(&bytes)))
            .with_message(printable(name.as_bytes()));
        let (end, ended) = mpsc::channel();
        let shown = bar.clone();
        let show = move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(REDRAW);
            }
        };
        // If no thread can be started, the work continues without a bar.
        let thread = std::thread::Builder::new().spawn(show).ok();
        Self { bar, bytes, waiting: thread.map(|thread| (end, thread)) }
    }
}

impl Drop for Phase {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.waiting.take() {
            drop(end);
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

/// The bar's template; the size is left out while it is 0.
fn style(has_total: bool, bytes: Arc<AtomicU64>) -> ProgressStyle {
    let template = if has_total { TEMPLATES[0] } else { TEMPLATES[1] };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let size = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
        let bytes = bytes.load(Ordering::Relaxed);
        if bytes > 0 {
            // Failing to draw a bar must not stop the work.
            let _ = write!(out, ", {}", text::size(bytes));
        }
    };
    style.with_key("size", size).progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_the_phase_and_its_total() {
        assert_eq!(line("unpacking pip", Some(1612)), "unpacking pip (1,612)\n");
        assert_eq!(line("asking", None), "asking\n");
        assert_eq!(line("a\x1b[2Jb\nc", None), "a\\033[2Jb\\nc\n");
    }

    #[test]
    fn the_templates_can_be_read() {
        for template in TEMPLATES {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn phases_follow_one_another_and_end() {
        let bar = Bar::default();
        bar.advance(1, 1);
        bar.phase("first", Some(2));
        bar.advance(1, 10);
        bar.advance(1, 5);
        let seen = bar.lock().as_ref().map(|p| (p.bar.position(), p.bytes.load(Ordering::Relaxed)));
        assert_eq!(seen, Some((2, 15)));
        bar.phase("second", None);
        let seen = bar.lock().as_ref().map(|p| (p.bar.position(), p.bar.is_hidden()));
        assert_eq!(seen, Some((0, true)));
        bar.finish();
        bar.finish();
        assert!(bar.lock().is_none());
    }
}
