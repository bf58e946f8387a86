//! `installed_files` of [`git_pyenv_fuzz::PARSERS`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| git_pyenv_fuzz::check("installed_files", bytes));
