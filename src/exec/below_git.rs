//! Runs a program as a child of this process where git has started this one.
//!
//! A terminal sends Ctrl-C to all processes that run on it, and git passes it on to its child once more (`clean_on_exit` in
//! <https://github.com/git/git/blob/master/run-command.c>): a program that took the place of this process would get it
//! twice. So this process stays between them, and passes on only what did not come from the terminal.

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::{ExitStatusExt, parent_id};
use std::process::Child;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::low_level::emulate_default_handler;

use super::signals::is_ignored;

/// What a terminal, git and `kill` send.
const SIGNALS: [c_int; 4] = [SIGINT, SIGQUIT, SIGHUP, SIGTERM];

/// The child; 0 as long as there is none.
static CHILD: AtomicI32 = AtomicI32::new(0);
/// A signal that arrived before the number of the child was known; 0 for none.
static EARLY: AtomicI32 = AtomicI32::new(0);
/// Git, which has started this process.
static GIT: AtomicI32 = AtomicI32::new(0);
/// The signals that others than git have sent, as bits.
static RECEIVED: AtomicU64 = AtomicU64::new(0);

/// Who has sent a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// The terminal, which sends it to all processes on it.
    Terminal,
    /// Git, which passes each signal on once.
    Git,
    /// Another process.
    Process,
}

/// Starts the program, waits for its end, and returns its exit status. If a signal ended it, this process ends by the same.
///
/// # Errors
/// The program cannot be started.
pub(super) fn to_its_end(start: impl FnOnce() -> io::Result<Child>) -> io::Result<u8> {
    GIT.store(i32::try_from(parent_id()).unwrap_or_default(), Ordering::SeqCst);
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
    // SAFETY: zeros are a valid value, and the handler only does what is safe in one: atomics and `kill`.
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
    let info = unsafe { &*info };
    let sender = match info.si_code {
        // What comes from the system itself, as a terminal's keys do, has a positive code:
        // https://man7.org/linux/man-pages/man2/sigaction.2.html
        1.. => Sender::Terminal,
        // SAFETY: what a process has sent contains the number of the process.
        _ if unsafe { info.si_pid() } == GIT.load(Ordering::SeqCst) => Sender::Git,
        _ => Sender::Process,
    };
    let bit = 1_u64.checked_shl(signal.unsigned_abs()).unwrap_or_default();
    let received = match sender {
        Sender::Git => RECEIVED.load(Ordering::SeqCst),
        Sender::Terminal | Sender::Process => RECEIVED.fetch_or(bit, Ordering::SeqCst),
    };
    if is_passed_on(sender, received & bit != 0) || !has_child() {
        EARLY.store(signal, Ordering::SeqCst);
        if CHILD.load(Ordering::SeqCst) > 0 {
            send(EARLY.swap(0, Ordering::SeqCst));
        }
    }
}

/// Whether the child exists, even if its number is not known yet; before, nothing can reach it. This runs inside the handler.
#[expect(unsafe_code, reason = "a handler may call little else")]
fn has_child() -> bool {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: it is one system call that changes nothing; what it writes is of the right size. It fails without children.
    unsafe { libc::waitid(libc::P_ALL, 0, info.as_mut_ptr(), options) == 0 }
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

/// Whether the child still has to be told of a signal; `is_known` if this process already had it from others than git.
fn is_passed_on(sender: Sender, is_known: bool) -> bool {
    match sender {
        Sender::Terminal => false,
        Sender::Git => !is_known,
        Sender::Process => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_child_does_not_have_is_passed_on() {
        let passed = |senders: &[Sender]| -> Vec<bool> {
            let known = |index: usize| senders[..index].iter().any(|sender| *sender != Sender::Git);
            senders.iter().enumerate().map(|(index, sender)| is_passed_on(*sender, known(index))).collect()
        };
        // Ctrl-C, which git repeats, however late; then once more, which git does not repeat.
        assert_eq!(passed(&[Sender::Terminal, Sender::Git, Sender::Terminal]), [false, false, false]);
        // `kill` of git, then of this process.
        assert_eq!(passed(&[Sender::Git, Sender::Process, Sender::Process]), [true, true, true]);
        // `kill` of all of them.
        assert_eq!(passed(&[Sender::Process, Sender::Git]), [true, false]);
    }
}
