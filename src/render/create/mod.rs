//! What `create` has made, in each output format.

pub(super) mod json;
