//! What `fix` is going to do and has done, in each output format.

pub(super) mod json;
