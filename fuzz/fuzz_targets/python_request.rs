//! Requests for a Python.
#![no_main]

use git_pyenv::python::{Build, Request, Specifiers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (text, specifiers) = texts;
    let Ok(request) = Request::parse(text) else { return };
    assert!(request.accepts(&Build::default()), "{text}");
    if let Ok(specifiers) = Specifiers::parse(specifiers) {
        let _ = request.contradicts(&specifiers);
    }
});
