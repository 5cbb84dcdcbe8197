//! Normal forms: what is the same, however it was typed. What was typed is never changed; these are worked out from it.

mod address;
mod countries;
mod country;
mod domain;
mod email;
#[cfg(feature = "phone")]
mod metadata;
mod name_case;
mod name_parts;
mod name_words;
mod phone;
mod punycode;
#[cfg(test)]
mod tests;
mod web;

pub use country::Country;
#[cfg(feature = "phone")]
pub use metadata::PhoneMetadata;
pub use phone::PhoneNormalizer;

pub(crate) use email::fold_email;
pub(crate) use phone::{DIGITS, Phones};
