//! Requirements.
#![no_main]

use git_pyenv::python::{Requirement, Wanted};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let line = Requirement::parse(text);
    if let (Ok(line), Ok(standard)) = (&line, &Requirement::parse_standard(text)) {
        // Only the end of a URL is read differently.
        if matches!(line.wanted, Wanted::Version(_)) {
            assert_eq!(
                (&line.name, &line.extras, &line.wanted),
                (&standard.name, &standard.extras, &standard.wanted)
            );
        }
    }
    if let Ok(line) = line {
        assert_eq!(Requirement::parse(&line.text).as_ref(), Ok(&line));
    }
});
