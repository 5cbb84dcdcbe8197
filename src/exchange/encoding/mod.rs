//! How the characters of texts from elsewhere stand in bytes: by name, guessed, and streams of UTF-16 as UTF-8.

mod detect;
mod letters;
mod named;
#[cfg(test)]
pub(crate) mod people_tests;
#[cfg(test)]
mod tests;
mod utf8;

pub use named::TextEncoding;

pub(crate) use detect::{code_page, encoding as guess};
pub(crate) use utf8::Utf8;
