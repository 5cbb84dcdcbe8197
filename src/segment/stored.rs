//! A segment as data that can be stored and sent: versioned, in stable ids.
//!
//! Conditions are arrays that begin with their connective, `["and", a, b]`, as in the filter expressions of the Mapbox style
//! specification: each level of nesting is one level of the format, so that the deepest segment fits in the 128 levels that
//! JSON readers commonly allow. Reading is bounded in depth and size; what was read is only data until a catalogue has
//! checked it.

use std::cell::Cell;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeSeq as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits::SyntaxLimits;
use super::syntax::Quantifier;
use super::tree::{AttributeTest, Block, Condition, MayTest, Path, TagTest, Tree};
use crate::model::Kind;

/// A segment as data: what a program stores, sends to a frontend, or lets a frontend build.
///
/// It holds the stable ids of fields, options and tags instead of their names, so it asks the same after a rename; it belongs
/// to the database whose ids they are. It is written and read by any self-describing format of `serde`, such as JSON. Reading
/// refuses what has another shape, was written by a newer version, or is nested deeper than
/// [`SyntaxLimits::DEPTH_BOUND`]; [`Read::segment`](crate::Read::segment) then checks it as it checks a text.
///
/// The shape stands in [the guide](crate::guide::language#stored-segments).
///
/// ```
/// use contactdb::{Database, Read, SegmentTree};
/// let snapshot = Database::in_memory()?.read()?;
/// let segment = snapshot.segment("stage = customer and not (job_title is set)")?;
/// let json = serde_json::to_string(&segment.to_tree())?;
/// let tree: SegmentTree = serde_json::from_str(&json)?;
/// assert_eq!(snapshot.segment(&tree)?, segment);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct SegmentTree(pub(super) Tree);

impl SegmentTree {
    /// The version that this crate writes. It reads this one and all before it.
    pub const VERSION: u32 = 1;

    /// The kind of record that it is about.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }
}

impl fmt::Debug for SegmentTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Serialize)]
struct Written<'t> {
    version: u32,
    kind: Kind,
    #[serde(rename = "where")]
    condition: &'t Condition,
}

impl Serialize for SegmentTree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Tree { kind, condition } = &self.0;
        Written { version: Self::VERSION, kind: *kind, condition }.serialize(serializer)
    }
}

/// The members of a stored segment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: Version,
    kind: Kind,
    #[serde(rename = "where")]
    condition: Root,
}

pub(super) struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            SegmentTree::VERSION => Ok(Self),
            found => Err(D::Error::custom(format!(
                "found a segment of version {found}, expected version {}; it was written by a newer version of contactdb",
                SegmentTree::VERSION
            ))),
        }
    }
}

pub(super) struct Root(pub(super) Condition);

impl<'de> Deserialize<'de> for Root {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let nodes = Cell::new(0);
        Nested { depth: 0, nodes: &nodes }.deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for SegmentTree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { version: Version, kind, condition: Root(condition) } = Stored::deserialize(deserializer)?;
        Ok(Self(Tree { kind, condition }))
    }
}

const ALL: &str = "all";
const AND: &str = "and";
const OR: &str = "or";
const NOT: &str = "not";
const ANY: &str = "any";
const EVERY: &str = "every";
const NO: &str = "no";

/// A condition without conditions inside.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Leaf {
    Test(Box<AttributeTest>),
    Tag(TagTest),
    May(Box<MayTest>),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum LeafRef<'t> {
    Test(&'t AttributeTest),
    Tag(&'t TagTest),
    May(&'t MayTest),
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let list = |serializer: S, word: &str, operands: &[Self]| {
            let mut list = serializer.serialize_seq(Some(1 + operands.len()))?;
            list.serialize_element(word)?;
            for operand in operands {
                list.serialize_element(operand)?;
            }
            list.end()
        };
        match self {
            Self::All => serializer.serialize_str(ALL),
            Self::And(operands) => list(serializer, AND, operands),
            Self::Or(operands) => list(serializer, OR, operands),
            Self::Not(operand) => list(serializer, NOT, std::slice::from_ref(operand)),
            Self::Attribute(test) => LeafRef::Test(test).serialize(serializer),
            Self::Tag(test) => LeafRef::Tag(test).serialize(serializer),
            Self::May(test) => LeafRef::May(test).serialize(serializer),
            Self::Block(block) => {
                let mut list = serializer.serialize_seq(Some(3))?;
                list.serialize_element(match block.quantifier {
                    Quantifier::Any => ANY,
                    Quantifier::Every => EVERY,
                    Quantifier::No => NO,
                })?;
                list.serialize_element(&block.path)?;
                list.serialize_element(&block.condition)?;
                list.end()
            }
        }
    }
}

/// Reads a condition that stands at some depth. It recurses as deep as the bound allows and no deeper.
#[derive(Clone, Copy)]
struct Nested<'n> {
    depth: usize,
    nodes: &'n Cell<usize>,
}

impl Nested<'_> {
    fn inside(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = Condition;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Condition, D::Error> {
        self.nodes.set(self.nodes.get() + 1);
        if self.depth > SyntaxLimits::DEPTH_BOUND {
            return Err(D::Error::custom(format!("found conditions nested deeper than {}", SyntaxLimits::DEPTH_BOUND)));
        }
        if self.nodes.get() > SyntaxLimits::NODES_BOUND {
            return Err(D::Error::custom(format!("found more than {} conditions", SyntaxLimits::NODES_BOUND)));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = Condition;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a condition: \"all\", an object with `test`, `tag` or `may`, or an array such as [\"and\", ..]")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Condition, E> {
        if word == ALL { Ok(Condition::All) } else { Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)) }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Condition, A::Error> {
        Ok(match Leaf::deserialize(MapAccessDeserializer::new(map))? {
            Leaf::Test(test) => Condition::Attribute(test),
            Leaf::Tag(test) => Condition::Tag(test),
            Leaf::May(test) => Condition::May(test),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Condition, A::Error> {
        self.read_list(list)
    }
}

/// What is asked of the operands of a list.
enum Head {
    Group { and: bool },
    Not,
    Block(Quantifier),
}

// The functions of the recursion are small, so that the deepest tree needs little stack.
impl Nested<'_> {
    fn read_list<'de, A: SeqAccess<'de>>(self, mut list: A) -> Result<Condition, A::Error> {
        match self.read_head(&mut list)? {
            Head::Group { and } => self.read_group(list, and),
            Head::Not => self.read_last(list).map(|condition| Condition::Not(Box::new(condition))),
            Head::Block(quantifier) => self.read_block(list, quantifier),
        }
    }

    fn read_head<'de, A: SeqAccess<'de>>(self, list: &mut A) -> Result<Head, A::Error> {
        let word: String = list.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        Ok(match word.as_str() {
            AND => Head::Group { and: true },
            OR => Head::Group { and: false },
            NOT => Head::Not,
            ANY => Head::Block(Quantifier::Any),
            EVERY => Head::Block(Quantifier::Every),
            NO => Head::Block(Quantifier::No),
            other => return Err(A::Error::unknown_variant(other, &[AND, OR, NOT, ANY, EVERY, NO])),
        })
    }

    fn read_group<'de, A: SeqAccess<'de>>(self, mut list: A, and: bool) -> Result<Condition, A::Error> {
        let mut operands = Vec::new();
        while let Some(operand) = list.next_element_seed(self.inside())? {
            operands.push(operand);
        }
        Ok(if and { Condition::And(operands) } else { Condition::Or(operands) })
    }

    fn read_block<'de, A: SeqAccess<'de>>(self, mut list: A, quantifier: Quantifier) -> Result<Condition, A::Error> {
        let path: Box<Path> = list.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
        let condition = self.read_last(list)?;
        Ok(Condition::Block(Box::new(Block { quantifier, path: *path, condition })))
    }

    /// The one condition that is left in the list.
    fn read_last<'de, A: SeqAccess<'de>>(self, mut list: A) -> Result<Condition, A::Error> {
        let condition = list.next_element_seed(self.inside())?;
        self.at_end(&mut list, condition)
    }

    fn at_end<'de, A: SeqAccess<'de>>(self, list: &mut A, condition: Option<Condition>) -> Result<Condition, A::Error> {
        let condition = condition.ok_or_else(|| A::Error::invalid_length(1, &self))?;
        match list.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(condition),
            Some(_) => Err(A::Error::custom("found more than one condition where one belongs")),
        }
    }
}

/// Dates as `"2026-01-31"`.
pub(super) mod as_date {
    use super::super::{numeral, print, token::TokenKind};
    use super::{Deserialize, Deserializer, Serializer, Shown, fmt};
    use time::Date;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
    pub(in crate::segment) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Shown(|out: &mut fmt::Formatter<'_>| print::write_date(out, *date)))
    }

    pub(in crate::segment) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        match numeral::read_whole(&text) {
            Some(TokenKind::Date(date)) => Ok(date),
            _ => Err(serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &"a date such as 2026-01-31")),
        }
    }
}

/// Instants as `"2026-01-31T10:00Z"`.
pub(super) mod as_instant {
    use super::super::{numeral, print, token::TokenKind};
    use super::{Deserialize, Deserializer, Serializer, Shown, fmt};
    use time::OffsetDateTime;

    pub(in crate::segment) fn serialize<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Shown(|out: &mut fmt::Formatter<'_>| print::write_instant(out, *at)))
    }

    pub(in crate::segment) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<OffsetDateTime, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let Some(TokenKind::DateTime(at)) = numeral::read_whole(&text) else {
            let unexpected = serde::de::Unexpected::Str(&text);
            return Err(serde::de::Error::invalid_value(unexpected, &"an instant such as 2026-01-31T10:00Z"));
        };
        Ok(at)
    }
}

/// Something that a function writes.
struct Shown<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for Shown<F> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(out)
    }
}
