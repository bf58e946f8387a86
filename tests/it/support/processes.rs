//! Other processes, as Linux describes them, to wait for what they have done instead of for a time.

use std::fs;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};

use rustix::process::{Pid, Signal, getpid};
use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};

/// What ignores a signal hands that on to all that it starts, and a shell starts so what runs in the background. From here
/// on, signals have their default effect in what this process starts; itself it does nothing about what it ignored.
pub(crate) fn start_with_default_signals() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        let ignored = set(getpid(), "SigIgn");
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ] {
            if ignored & signal_bit(signal) != 0 {
                signal_hook::flag::register(signal, Arc::<AtomicBool>::default()).expect("a handler");
            }
        }
    });
}

/// Waits for something that another process does for certain.
pub(crate) fn until(is_done: impl Fn() -> bool) {
    while !is_done() {
        std::thread::yield_now();
    }
}

/// The first child that a process has.
pub(crate) fn child_of(parent: Pid) -> Option<Pid> {
    let parent = parent.as_raw_nonzero().to_string();
    let processes = fs::read_dir("/proc").expect("processes").filter_map(Result::ok);
    let mut numbers =
        processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Pid::from_raw);
    numbers.find(|process| field(*process, "PPid").is_some_and(|number| number == parent))
}

/// Whether a process is stopped.
pub(crate) fn is_stopped(process: Pid) -> bool {
    field(process, "State").is_some_and(|state| state.starts_with('T'))
}

/// Whether a process sleeps. It does not as long as it has a signal to handle.
pub(crate) fn rests(process: Pid) -> bool {
    field(process, "State").is_some_and(|state| state.starts_with('S'))
}

/// Whether a process sleeps within its handler of a signal, which is blocked there.
pub(crate) fn rests_in_handler(process: Pid, signal: Signal) -> bool {
    set(process, "SigBlk") & signal_bit(signal.as_raw()) != 0 && rests(process)
}

/// The bit of a signal in a [`set`].
fn signal_bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

/// The field of a process that is a set of signals; empty if there is no such process.
fn set(process: Pid, name: &str) -> u64 {
    field(process, name).map_or(0, |bits| u64::from_str_radix(&bits, 16).expect("a number"))
}

/// A field of <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>; `None` if there is no such process.
fn field(process: Pid, name: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.as_raw_nonzero())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().to_owned())
}
