//! Signals that end a process: deferred for a while, then delivered.
//!
//! The handlers are installed when they are first needed. Child programs never inherit them: `execve` resets handled
//! signals to their default (<https://pubs.opengroup.org/onlinepubs/9799919799/functions/exec.html>).

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::low_level::{emulate_default_handler, register};

use crate::ports::SignalGuard;

/// Ctrl-C, the end of the terminal, and what `kill` sends.
const SIGNALS: [c_int; 3] = [SIGINT, SIGHUP, SIGTERM];
/// One request to stop can arrive several times within this time: git forwards a Ctrl-C to its child, which already
/// got it from the terminal (`clean_on_exit` in <https://github.com/git/git/blob/master/run-command.c>), and `timeout`
/// signals its child first, then the process group.
const REPEAT_WINDOW: Duration = Duration::from_millis(500);

/// What happens on a signal: [`IMMEDIATE`] or [`DEFERRED`]. Once a deferred signal has arrived, this holds the
/// milliseconds from [`START`] to its arrival in the high bits and the number of the signal in the low bits.
static STATE: AtomicU64 = AtomicU64::new(IMMEDIATE);
/// A signal ends the process.
const IMMEDIATE: u64 = 0;
/// A signal is recorded. An arrived signal never has this value, because its time is at least 1.
const DEFERRED: u64 = 1;
/// The number of bits for the number of the signal.
const NUMBER_BITS: u32 = 8;

/// When the handlers were installed.
static START: OnceLock<Instant> = OnceLock::new();

/// The signals of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signals;

impl SignalGuard for Signals {
    fn defer(&self) {
        START.get_or_init(|| {
            install();
            Instant::now()
        });
        STATE.store(DEFERRED, Ordering::SeqCst);
    }

    fn is_pending(&self) -> bool {
        STATE.load(Ordering::SeqCst) > DEFERRED
    }

    fn deliver(&self) {
        let state = STATE.swap(IMMEDIATE, Ordering::SeqCst);
        if state > DEFERRED {
            terminate(signal_number(state));
        }
    }
}

/// The number of the signal that arrived while signals were deferred; `None` if there is none.
pub(super) fn pending() -> Option<c_int> {
    let state = STATE.load(Ordering::SeqCst);
    (state > DEFERRED).then(|| signal_number(state))
}

/// Installs a handler for each signal that is not ignored. If that fails, the signal keeps its default effect.
#[expect(unsafe_code, reason = "a signal handler may interrupt the program anywhere")]
fn install() {
    for signal in SIGNALS.into_iter().filter(|signal| !is_ignored(*signal)) {
        // SAFETY: the handler only does what is safe in one: it uses atomics, the clock and signal-hook.
        let _ = unsafe { register(signal, move || handle(signal)) };
    }
}

/// Lets a write fail that would make a file larger than the system allows (`ulimit -f`), instead of ending the process,
/// which would leave behind what it has begun. Child programs do not inherit this.
pub fn survive_file_size_limit() {
    if !is_ignored(SIGXFSZ) {
        // SAFETY: the handler does nothing.
        #[expect(unsafe_code, reason = "a signal handler may interrupt the program anywhere")]
        let _ = unsafe { register(SIGXFSZ, || {}) };
    }
}

/// Says whether the program was started with the signal ignored, as by `nohup` or `trap '' INT`. It stays ignored.
#[expect(unsafe_code, reason = "no safe interface returns the current action of a signal")]
pub(super) fn is_ignored(signal: c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action, `sigaction` changes nothing and writes the current action into memory of the right
    // size. If it fails, the zeros are a valid value as well.
    let action = unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr());
        action.assume_init()
    };
    action.sa_sigaction == libc::SIG_IGN
}

/// Handles a signal. This runs inside the signal handler.
fn handle(signal: c_int) {
    let now = START.get().map_or(1, |start| milliseconds(start.elapsed()).max(1));
    let first = (now << NUMBER_BITS) | u64::from(signal.unsigned_abs());
    match STATE.compare_exchange(DEFERRED, first, Ordering::SeqCst, Ordering::SeqCst) {
        Ok(_) => {}
        Err(IMMEDIATE) => terminate(signal),
        Err(before) if now.saturating_sub(before >> NUMBER_BITS) >= milliseconds(REPEAT_WINDOW) => {
            terminate(signal)
        }
        Err(_) => {}
    }
}

/// Ends the process with the default effect of the signal.
fn terminate(signal: c_int) {
    // This only fails for unknown signals, and these are known.
    let _ = emulate_default_handler(signal);
}

/// Extracts the number of the signal from the state.
fn signal_number(state: u64) -> c_int {
    c_int::from((state & ((1 << NUMBER_BITS) - 1)) as u8)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
