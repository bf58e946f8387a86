//! Runs work on as many threads as the machine has processors, and on fewer where the system refuses them, as in a
//! container with a limit on processes. rayon's own pool ends the program then.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rayon::{Scope, ThreadPool, ThreadPoolBuilder};

/// The number of pieces that items are handed out in: enough that no thread is left with the last large one.
const PIECES: usize = 128;

/// Calls a function with each item, several at a time, and returns what it returned in the order of the items. The
/// function may do the same with parts of its item: a thread without work takes those.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], call: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    let longest = items.len().div_ceil(PIECES).max(1);
    install(|| items.par_iter().with_max_len(longest).map(call).collect())
}

/// Work that goes on beside its owner, and ends when that is dropped.
#[derive(Debug)]
pub struct Background {
    /// The numbers below this one are left.
    left: Arc<AtomicUsize>,
}

impl Background {
    /// Calls a function with each number below `count` once, the greatest first, on all processors but one, which is left to
    /// the owner.
    pub fn start(count: usize, call: impl Fn(usize) + Send + Sync + 'static) -> Self {
        let (left, call) = (Arc::new(AtomicUsize::new(count)), Arc::new(call));
        if let Some(pool) = pool() {
            for _ in 1..pool.current_num_threads() {
                let (left, call) = (Arc::clone(&left), Arc::clone(&call));
                pool.spawn(move || {
                    let next = || left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).ok();
                    while let Some(left) = next() {
                        call(left.saturating_sub(1));
                    }
                });
            }
        }
        Self { left }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.left.store(0, Relaxed);
    }
}

/// Runs work that spawns more work, and waits for all of it.
pub(super) fn scope<'s>(work: impl FnOnce(&Scope<'s>) + Send) {
    match pool() {
        Some(pool) => pool.scope(work),
        None => rayon::scope(work),
    }
}

/// Runs work that uses rayon's iterators.
pub(super) fn install<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match pool() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// The threads; `None` cannot happen, because the last resort is the thread that asks, which starts none.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let build = || {
        let many = ThreadPoolBuilder::new().build();
        let one = || ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        many.or_else(|_| one()).ok()
    };
    POOL.get_or_init(build).as_ref()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn background_work_is_done_once() {
        let threads = pool().map_or(1, ThreadPool::current_num_threads);
        let (send, received) = mpsc::channel();
        let background = Background::start(100, move |number| send.send(number).expect("a receiver"));
        // The sender is dropped with the last thread that works.
        let mut done: Vec<usize> = received.iter().collect();
        done.sort_unstable();
        let all: Vec<usize> = if threads > 1 { (0..100).collect() } else { Vec::new() };
        assert_eq!(done, all);
        drop(background);
    }

    #[test]
    fn background_work_ends_with_its_owner() {
        let (begin, begun) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(wait);
        let threads = pool().map_or(1, ThreadPool::current_num_threads);
        let background = Background::start(1000, move |number| {
            begin.send(number).expect("a receiver");
            // Every call waits until the owner is gone.
            drop(wait.lock().map(|wait| wait.recv()));
        });
        if threads > 1 {
            assert_eq!(begun.recv().ok(), Some(999));
        }
        drop(background);
        drop(go_on);
        let more = begun.iter().count();
        assert!(more < threads, "{more} more calls, {threads} threads");
    }
}
