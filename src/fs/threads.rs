//! Runs work on as many threads as the machine has processors, and on fewer where the system refuses them, as in a
//! container with a limit on processes. rayon's own pool ends the program then.

use std::sync::OnceLock;

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
