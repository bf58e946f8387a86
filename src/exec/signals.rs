//! Signals that end a process: kept for a while, then obeyed.
//!
//! The handlers are installed when they are first needed. A program that is started never has them (`execve` gives
//! back what a signal does, <https://pubs.opengroup.org/onlinepubs/9799919799/functions/exec.html>).

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::{emulate_default_handler, register};

use crate::ports::Interruption;

/// Ctrl-C, the end of the terminal, and what `kill` sends.
const SIGNALS: [c_int; 3] = [SIGINT, SIGHUP, SIGTERM];
/// So long one wish may take to come several times: git passes a Ctrl-C on to what it runs, which has had it from the
/// terminal already (`clean_on_exit` in <https://github.com/git/git/blob/master/run-command.c>), and `timeout` signals
/// first its child, then its group.
const ECHO: Duration = Duration::from_millis(500);

/// What is to be done about a signal: [`AT_ONCE`], [`HELD`], or the milliseconds from [`START`] to the first that came
/// and its number, in this order from the highest bit.
static STATE: AtomicU64 = AtomicU64::new(AT_ONCE);
/// It ends the process.
const AT_ONCE: u64 = 0;
/// It is kept. With the time, which is never 0, no signal makes so small a number.
const HELD: u64 = 1;
/// How many bits the number has.
const NUMBER: u32 = 8;

/// When the handlers were installed.
static START: OnceLock<Instant> = OnceLock::new();

/// The signals of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signals;

impl Interruption for Signals {
    fn hold(&self) {
        START.get_or_init(|| {
            install();
            Instant::now()
        });
        STATE.store(HELD, Ordering::SeqCst);
    }

    fn is_asked(&self) -> bool {
        STATE.load(Ordering::SeqCst) > HELD
    }

    fn obey(&self) {
        let state = STATE.swap(AT_ONCE, Ordering::SeqCst);
        if state > HELD {
            end(number(state));
        }
    }
}

/// Installs the handler of each signal that is not ignored. Where that fails, the signal goes on ending the process.
#[expect(unsafe_code, reason = "a handler runs between any two steps of the program")]
fn install() {
    for signal in SIGNALS.into_iter().filter(|signal| !is_ignored(*signal)) {
        // SAFETY: it does nothing but what may be done there: atomics, the clock, and what is made for it.
        let _ = unsafe { register(signal, move || arrive(signal)) };
    }
}

/// Says whether the program was started with a signal ignored, as by `nohup` or `trap '' INT`. It stays so.
#[expect(unsafe_code, reason = "no other interface tells what a signal does")]
fn is_ignored(signal: c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action nothing is changed; the present one is written where there is room for it, and where
    // it is not, zeros are one too.
    let action = unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr());
        action.assume_init()
    };
    action.sa_sigaction == libc::SIG_IGN
}

/// A signal has come. This runs in the handler.
fn arrive(signal: c_int) {
    let now = START.get().map_or(1, |start| milliseconds(start.elapsed()).max(1));
    let first = (now << NUMBER) | u64::from(signal.unsigned_abs());
    match STATE.compare_exchange(HELD, first, Ordering::SeqCst, Ordering::SeqCst) {
        Ok(_) => {}
        Err(AT_ONCE) => end(signal),
        Err(before) if now.saturating_sub(before >> NUMBER) >= milliseconds(ECHO) => end(signal),
        Err(_) => {}
    }
}

/// Ends the process as the signal does that nobody handles.
fn end(signal: c_int) {
    // It only fails for signals that it does not know, and it knows these.
    let _ = emulate_default_handler(signal);
}

/// The number of the signal in a state.
fn number(state: u64) -> c_int {
    c_int::from((state & ((1 << NUMBER) - 1)) as u8)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
