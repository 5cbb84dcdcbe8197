//! What a property is besides its type: one entry of each line of a `record!` list.

use super::{BuiltInOption, Shape, StageOf};

/// What an attribute is besides its type.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own; any of them go together")]
pub(crate) struct Traits {
    /// What one of several is called in the segment language; the attribute's key if empty.
    pub(crate) item: &'static str,
    /// Stands before the keys of the parts.
    pub(crate) prefix: &'static str,
    pub(crate) options: &'static [BuiltInOption],
    pub(crate) long: bool,
    pub(crate) required: bool,
    /// The record is about what this refers to: without any such reference left it means nothing.
    pub(crate) about: bool,
    /// What becomes of the record when what it refers to is deleted as defined.
    pub(crate) on_delete: OnDelete,
    /// A reference of this kind may not lead back to the record.
    pub(crate) acyclic: bool,
    /// The values themselves are keys, compared exactly, and no two records share one.
    pub(crate) exact_key: bool,
    /// The instant by which records of the kind are ordered in a timeline.
    pub(crate) time: bool,
    /// The least and the most of a number.
    pub(crate) within: Option<(i64, i64)>,
    /// The number of the choice whose history this is; the database adds to it by itself. 0 if it is none.
    pub(crate) tracks: u32,
    /// The database notes here when a choice took one of some options.
    pub(crate) stamp: Option<Stamp>,
    /// The number of the property that ends it: until that is set, the record stands in the agenda at this time. 0 if it
    /// never does.
    pub(crate) agenda: u32,
    /// The record belongs to what this refers to, from a day to a day.
    pub(crate) belongs: Option<Belongs>,
    /// The choice is a stage in a pipeline.
    pub(crate) stage_of: Option<StageOf>,
    /// What the person agreed and objected to: values of [`Consent`](super::Consent).
    pub(crate) consent: bool,
    /// The instant from which the record is kept and not used.
    pub(crate) restriction: bool,
    pub(crate) default: Option<BuiltInDefault>,
    /// What a record is called by in a list: the attributes of rank 1 together, without any those of rank 2, and so on. 0 if
    /// it says nothing of that.
    pub(crate) title: u8,
    /// A short text that a quick search looks into. Names, addresses and long texts are searched without it.
    pub(crate) searched: bool,
    /// Kept for others, such as lines of a card: no quick search looks into it.
    pub(crate) carried: bool,
    /// A sentence for forms, without its full stop.
    pub(crate) help: &'static str,
}

impl Traits {
    pub(crate) const NONE: Self = Self {
        item: "",
        prefix: "",
        options: &[],
        long: false,
        required: false,
        about: false,
        on_delete: OnDelete::Detach,
        acyclic: false,
        exact_key: false,
        time: false,
        within: None,
        tracks: 0,
        stamp: None,
        agenda: 0,
        belongs: None,
        stage_of: None,
        consent: false,
        restriction: false,
        default: None,
        title: 0,
        searched: false,
        carried: false,
        help: "",
    };
}

/// When the database notes the time of a write: as a choice takes one of these options. It is taken away when the choice
/// leaves them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    /// The number of the choice.
    pub(crate) of: u32,
    pub(crate) when: &'static [&'static str],
}

/// The parts of a structured value that say to what a record belongs, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belongs {
    /// What it belongs to.
    pub(crate) to: u8,
    /// The first day.
    pub(crate) since: u8,
    /// The last day.
    pub(crate) until: u8,
}

/// What becomes of a record when something that it refers to is deleted
/// [`AsDefined`](crate::OnReferences::AsDefined).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnDelete {
    /// It loses the reference: the attribute, or the whole entry of a list.
    #[default]
    Detach,
    /// What it refers to is not deleted.
    Refuse,
    /// It goes too; a record that is about several others only once none of them is left.
    Cascade,
}

impl OnDelete {
    /// The stable code by which files name it.
    pub(crate) const fn code(self) -> i64 {
        match self {
            Self::Detach => 0,
            Self::Refuse => 1,
            Self::Cascade => 2,
        }
    }

    /// The rule of a code; of one that this version does not know, the careful one.
    pub(crate) const fn of_code(code: i64) -> Self {
        match code {
            0 => Self::Detach,
            2 => Self::Cascade,
            _ => Self::Refuse,
        }
    }
}

/// What a built-in attribute gets when nothing is given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BuiltInDefault {
    /// An option.
    Option(&'static str),
    /// The moment of the write.
    Now,
}

/// A property of a built-in kind.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    pub(crate) number: u32,
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) shape: Shape,
    pub(crate) traits: Traits,
}
