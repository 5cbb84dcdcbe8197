mod meaning;
mod ordering;
mod properties;
mod types;
pub(crate) mod world;
