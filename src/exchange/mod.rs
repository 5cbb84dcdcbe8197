//! What comes in from other programs and goes out to them.

pub mod jscontact;
pub mod vcard;
