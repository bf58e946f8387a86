//! `tool_answers` of [`git_pyenv_fuzz::PARSERS`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| git_pyenv_fuzz::check("tool_answers", bytes));
