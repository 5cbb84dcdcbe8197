//! Longer reading.

/// What the database holds, kind by kind, with an example of each.
pub mod records {
    #![doc = include_str!("../docs/records.md")]
}

/// One form for each e-mail address, phone number, web address, country and name, however it was typed.
pub mod normal_forms {
    #![doc = include_str!("../docs/normal-forms.md")]
}

/// Screens that know kinds and fields only from the catalogue: forms, lists, timelines.
pub mod frontends {
    #![doc = include_str!("../docs/frontends.md")]
}

/// Tables of other programs: mappings, plans, imports and their undoing.
pub mod importing {
    #![doc = include_str!("../docs/importing.md")]
}

/// Tables that come in and go out.
pub mod tables {
    #![doc = include_str!("../docs/tables.md")]
}

/// The segment language: grammar, operators, and what they mean.
pub mod language {
    #![doc = include_str!("../docs/language.md")]
}

/// Segments from many kinds of business, each with its reasons.
pub mod cookbook {
    #![doc = include_str!("../docs/cookbook.md")]
}

/// vCards and JSContact: what goes where, and what is kept.
pub mod cards {
    #![doc = include_str!("../docs/cards.md")]
}

/// What each preset brings.
pub mod presets {
    #![doc = include_str!("../docs/presets.md")]
}

/// A database as lines of JSON: backup, and the way out.
pub mod dump {
    #![doc = include_str!("../docs/dump.md")]
}

/// What stands where in a database file.
pub mod file_format {
    #![doc = include_str!("../docs/file-format.md")]
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
