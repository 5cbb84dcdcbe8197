pub(crate) mod against;
mod asking;
mod consent;
mod meaning;
mod ordering;
mod properties;
mod types;
mod values;
pub(crate) mod world;
