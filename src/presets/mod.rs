//! Ready-made kinds, fields, pipelines and saved questions for eight sorts of business.
//!
//! A [`Preset`] is data: look at it, change it, join it with others, and [apply](crate::Transaction::apply_preset) it. It is a
//! beginning and no cage: what it added is the business's own and can be renamed, archived and extended like everything
//! else. What each of them brings stands in [`guide::presets`](crate::guide::presets).
//!
//! Money is in the one currency that the caller names.
//!
//! ```
//! use contactdb::{AnyRecord, Contact, Currency, Database, Read, presets};
//! let db = Database::in_memory()?;
//! let mut tx = db.write()?;
//! tx.apply_preset(&presets::basic())?;
//! let applied = tx.apply_preset(&presets::estate_agent(Currency::EUR))?;
//! println!("{} things were added", applied.added.len());
//!
//! let property = tx.catalogue().kind_named("property").expect("of the preset").kind;
//! tx.insert(&AnyRecord::new(property).set_value("name", "3 Mill Lane").set_value("price", 350_000))?;
//! tx.insert(&Contact::named("Ada", "Lovelace").set_value("client_role", "buyer"))?;
//! # Ok::<(), contactdb::Error>(())
//! ```

mod applied;
mod b2b;
mod b2c;
mod basic;
mod estate_agent;
mod nonprofit;
mod preset;
mod retail;
mod saas;
mod shared;

pub use applied::{Applied, PresetConflict, PresetEntry, PresetProblem};
pub use b2b::b2b;
pub use b2c::{b2c, hybrid};
pub use basic::basic;
pub use estate_agent::estate_agent;
pub use nonprofit::nonprofit;
pub use preset::{Preset, PresetField, PresetOption, PresetQuestion};
pub use retail::retail;
pub use saas::saas;

use crate::model::Currency;

/// All presets, the basic one first. They go together in one database.
#[must_use]
pub fn all(currency: Currency) -> Vec<Preset> {
    vec![
        basic(),
        b2b(currency),
        b2c(currency),
        hybrid(currency),
        nonprofit(currency),
        estate_agent(currency),
        saas(currency),
        retail(currency),
    ]
}

/// The preset with that key; `None` if there is none.
///
/// ```
/// use contactdb::{Currency, presets};
/// let saas = presets::named("saas", Currency::EUR).expect("one of the eight");
/// assert_eq!(saas.label, "Software as a service");
/// assert!(presets::named("circus", Currency::EUR).is_none());
/// ```
#[must_use]
pub fn named(key: &str, currency: Currency) -> Option<Preset> {
    all(currency).into_iter().find(|preset| preset.key == key)
}
