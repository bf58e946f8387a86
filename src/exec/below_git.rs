//! Runs a program as a child of this process where git has started this one.
//!
//! A terminal sends Ctrl-C to all processes that run on it, and git passes it on to its child once more (`clean_on_exit` in
//! <https://github.com/git/git/blob/master/run-command.c>): a program that took the place of this process would get it
//! twice. So this process stays between them, and passes on only what did not come from the terminal.

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::low_level::emulate_default_handler;

use super::signals::{is_ignored, milliseconds};

/// What a terminal, git and `kill` send.
const SIGNALS: [c_int; 4] = [SIGINT, SIGQUIT, SIGHUP, SIGTERM];
/// A signal that comes again within this time is the same request.
const REPEAT_WINDOW: Duration = Duration::from_millis(500);

/// The child; 0 as long as there is none.
static CHILD: AtomicI32 = AtomicI32::new(0);
/// A signal for the child that arrived before its number was known; 0 for none.
static EARLY: AtomicI32 = AtomicI32::new(0);
/// When the child last got a signal, in milliseconds from [`START`]; 0 for never.
static LAST: AtomicU64 = AtomicU64::new(0);
/// When the handlers were installed.
static START: OnceLock<Instant> = OnceLock::new();

/// Starts the program, waits for its end, and returns its exit status. If a signal ended it, this process ends by the same.
///
/// # Errors
/// The program cannot be started.
pub(super) fn to_its_end(start: impl FnOnce() -> io::Result<Child>) -> io::Result<u8> {
    START.get_or_init(Instant::now);
    SIGNALS.into_iter().filter(|signal| !is_ignored(*signal)).for_each(listen);
    let mut child = start()?;
    CHILD.store(i32::try_from(child.id()).unwrap_or_default(), Ordering::SeqCst);
    send(EARLY.swap(0, Ordering::SeqCst));
    let status = child.wait()?;
    CHILD.store(0, Ordering::SeqCst);
    let code = status.signal().map_or(status.code(), |signal| {
        // It only returns for a signal that ends no process, and for one that the system does not have.
        let _ = emulate_default_handler(signal);
        Some(128 + signal)
    });
    Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(2))
}

/// Installs the handler of a signal. If that fails, the signal keeps its default effect.
#[expect(unsafe_code, reason = "only this way a handler learns who sent the signal")]
fn listen(signal: c_int) {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: zeros are a valid value, and the handler only does what is safe in one: atomics, the clock and `kill`.
    unsafe {
        let action = action.assume_init_mut();
        action.sa_sigaction = handle as *const () as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        libc::sigaction(signal, action, std::ptr::null_mut());
    }
}

/// Handles a signal. This runs inside the signal handler.
#[expect(unsafe_code, reason = "the system passes a pointer to what it knows of the signal")]
extern "C" fn handle(signal: c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
    // SAFETY: with `SA_SIGINFO` the pointer is valid while the handler runs.
    let is_sent_by_process = unsafe { (*info).si_code } == libc::SI_USER;
    let now = START.get().map_or(1, |start| milliseconds(start.elapsed()).max(1));
    let last = LAST.swap(now, Ordering::SeqCst);
    if is_passed_on(is_sent_by_process, now, last) {
        EARLY.store(signal, Ordering::SeqCst);
        if CHILD.load(Ordering::SeqCst) > 0 {
            send(EARLY.swap(0, Ordering::SeqCst));
        }
    }
}

/// Sends a signal to the child, if there is one: 0 is none.
#[expect(unsafe_code, reason = "a handler may call nothing else")]
fn send(signal: c_int) {
    let child = CHILD.load(Ordering::SeqCst);
    if child > 0 && signal > 0 {
        // SAFETY: `kill` is safe in a handler. The child is not waited for yet, so its number is not another's.
        let _ = unsafe { libc::kill(child, signal) };
    }
}

/// Whether the child still has to be told of a signal that arrives now; `last` is when the one before arrived.
fn is_passed_on(is_sent_by_process: bool, now: u64, last: u64) -> bool {
    let is_repeated = last > 0 && now.saturating_sub(last) < milliseconds(REPEAT_WINDOW);
    is_sent_by_process && !is_repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_child_does_not_have_is_passed_on() {
        // Ctrl-C, which git repeats at once; then `kill`, some time later, which git repeats as well.
        let events = [(false, 1000), (true, 1003), (true, 9000), (true, 9001), (false, 20_000)];
        let mut last = 0;
        let passed = events.map(|(is_sent_by_process, now)| {
            is_passed_on(is_sent_by_process, now, std::mem::replace(&mut last, now))
        });
        assert_eq!(passed, [false, false, true, false, false]);
    }
}
