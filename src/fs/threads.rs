//! Runs work on as many threads as the machine has processors, and on fewer where the system refuses them, as in a
//! container with a limit on processes. rayon's own pool ends the program then.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

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

/// Work that goes on beside its owner, and has ended when that is dropped.
#[derive(Debug)]
pub struct Background(Arc<Numbers>);

/// Which numbers are left to do, and how many are being done.
#[derive(Debug)]
struct Numbers {
    /// Those below the first are left; the second are being done.
    state: Mutex<(usize, usize)>,
    is_done: Condvar,
}

impl Background {
    /// Calls a function with each number below `count` once, the greatest first, on all processors but one, which is left to
    /// the owner. When that is dropped, what was begun is waited for, and nothing more begins.
    pub fn start(count: usize, call: impl Fn(usize) + Send + Sync + 'static) -> Self {
        let numbers = Arc::new(Numbers { state: Mutex::new((count, 0)), is_done: Condvar::new() });
        let call = Arc::new(call);
        if let Some(pool) = pool() {
            for _ in 1..pool.current_num_threads() {
                let (numbers, call) = (Arc::clone(&numbers), Arc::clone(&call));
                pool.spawn(move || numbers.do_all(&*call));
            }
        }
        Self(numbers)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.0 = 0;
        while state.1 > 0 {
            state = self.0.is_done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Numbers {
    fn lock(&self) -> MutexGuard<'_, (usize, usize)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn do_all(&self, call: &impl Fn(usize)) {
        while let Some(number) = self.next() {
            call(number);
            self.lock().1 -= 1;
            self.is_done.notify_all();
        }
    }

    fn next(&self) -> Option<usize> {
        let mut state = self.lock();
        state.0 = state.0.checked_sub(1)?;
        state.1 += 1;
        Some(state.0)
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
    fn background_work_has_ended_when_its_owner_is_dropped() {
        let (begin, begun) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let threads = pool().map_or(1, ThreadPool::current_num_threads);
        let background = Background::start(1000, move |number| {
            begin.send(number).expect("a receiver");
            end.send(number).expect("a receiver");
        });
        if threads > 1 {
            assert!(begun.recv().is_ok_and(|first| first + threads > 1000));
        }
        drop(background);
        // Every thread that began is done with it, and a sender may be left in one that has not begun.
        let (more, done) = (begun.try_iter().count(), ended.try_iter().count());
        assert_eq!(done, more + usize::from(threads > 1));
    }
}
