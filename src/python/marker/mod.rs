//! Environment markers, evaluated with three values
//! (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers>).

mod alike;
mod environment;
mod evaluate;
mod expression;
mod markers;
mod parse;
mod variable;

pub use alike::DecisiveEnvironment;
pub use environment::{ActiveNames, MarkerEnvironment};
pub use markers::Marker;

#[cfg(test)]
mod tests;
