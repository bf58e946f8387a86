//! The system's allocator, which ends the program with an error where there is no more memory. Rust would abort it, which
//! looks like a crash, and for a hook like an answer that is none of the documented ones.
#![expect(unsafe_code, reason = "an allocator is made of unsafe functions")]

use std::alloc::{GlobalAlloc, Layout, System};

/// What is said, in the form of all errors.
const MESSAGE: &[u8] =
    b"error: out of memory\n  cause: the system, or a limit such as `ulimit -v`, allows no more\n";
/// Could not determine.
const STATUS: i32 = 3;

/// Allocates with [`System`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Allocator;

// SAFETY: every function passes its arguments on to `System` and returns what it returns, unless the process ends.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the rules of this function, which are those of `System`.
        present(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        present(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        present(unsafe { System.realloc(old, layout, size) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[inline(always)]
fn present(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        out_of_memory();
    }
    memory
}

/// Ends the process. Nothing here allocates, and no destructor runs.
#[cold]
fn out_of_memory() {
    // SAFETY: the message is memory of its own length, and both functions may be called anywhere.
    unsafe {
        libc::write(libc::STDERR_FILENO, MESSAGE.as_ptr().cast(), MESSAGE.len());
        libc::_exit(STATUS);
    }
}
