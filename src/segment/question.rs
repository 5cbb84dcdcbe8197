//! A question as data that can be stored and sent, and what a question can be read from.

use std::fmt;
use std::num::NonZeroU64;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::checked::{AnyQuestion, AnySegment, Question, Segment};
use super::filter::Filter;
use super::stored::{Root, SegmentTree, Version};
use super::text::question_text;
use super::tree::{Condition, Order, Tree};
use crate::model::{Kind, Record};
use crate::schema::Catalogue;

/// A question as data: a [`SegmentTree`] with an order and a limit.
///
/// All that is said of a [`SegmentTree`] holds: stable ids, any self-describing format of `serde`, refused if a newer version
/// wrote it, and only data until [`Read::question`](crate::Read::question) has checked it. What a `SegmentTree` writes reads as
/// a question without order and limit.
///
/// The shape stands in [the guide](crate::guide::language#stored-segments).
///
/// ```
/// use contactdb::{Contact, Database, QuestionTree, Read};
/// let snapshot = Database::in_memory()?.read()?;
/// let question = snapshot.question::<Contact>("stage = customer order by family_name limit 100")?;
/// let json = serde_json::to_string(&question.to_tree())?;
/// let tree: QuestionTree = serde_json::from_str(&json)?;
/// assert_eq!(snapshot.question::<Contact>(&tree)?, question);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct QuestionTree {
    segment: SegmentTree,
    order: Vec<Order>,
    limit: Option<u64>,
}

impl QuestionTree {
    /// The version that this crate writes; that of the segment in it. It reads this one and all before it.
    pub const VERSION: u32 = SegmentTree::VERSION;

    pub(super) fn new(segment: SegmentTree, order: Vec<Order>, limit: Option<u64>) -> Self {
        Self { segment, order, limit }
    }

    /// The kind of record that it is about.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.segment.kind()
    }

    /// How many records are wanted at most; all if there is no limit.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// The question as text, unchecked: what the catalogue does not know is shown by its number, as `#16448`.
    pub(crate) fn to_text(&self, catalogue: &Catalogue) -> String {
        question_text(&self.segment.0, &self.order, self.limit, catalogue)
    }
}

impl fmt::Debug for QuestionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QuestionTree")
            .field("segment", &self.segment)
            .field("order", &self.order)
            .field("limit", &self.limit)
            .finish()
    }
}

#[derive(Serialize)]
struct Written<'t> {
    version: u32,
    kind: Kind,
    #[serde(rename = "where")]
    condition: &'t Condition,
    #[serde(skip_serializing_if = "<[Order]>::is_empty")]
    order: &'t [Order],
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
}

impl Serialize for QuestionTree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Tree { kind, condition } = &self.segment.0;
        let (order, limit) = (self.order.as_slice(), self.limit);
        Written { version: Self::VERSION, kind: *kind, condition, order, limit }.serialize(serializer)
    }
}

/// The members of a stored question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: Version,
    kind: Kind,
    #[serde(rename = "where")]
    condition: Root,
    #[serde(default)]
    order: Vec<Order>,
    #[serde(default)]
    limit: Option<NonZeroU64>,
}

impl<'de> Deserialize<'de> for QuestionTree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { version: Version, kind, condition: Root(condition), order, limit } =
            Stored::deserialize(deserializer)?;
        Ok(Self { segment: SegmentTree(Tree { kind, condition }), order, limit: limit.map(NonZeroU64::get) })
    }
}

/// What a question can be read from: a text, a [`QuestionTree`], a question that was read before, and, without order and limit,
/// a [`Filter`], a [`SegmentTree`] or a segment that was read before. Sealed.
///
/// All are checked alike, also what was checked before.
pub trait QuestionSource: sealed::Sealed {
    #[doc(hidden)]
    fn question_form(&self) -> QuestionForm<'_>;
}

/// A form of a question.
#[derive(Debug, Clone, Copy)]
pub struct QuestionForm<'s>(pub(super) Form<'s>);

/// The forms of a question.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'s> {
    Text(&'s str),
    Filter(&'s Filter),
    Tree { segment: &'s SegmentTree, order: &'s [Order], limit: Option<u64> },
}

mod sealed {
    pub trait Sealed {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
    impl Sealed for str {}
    impl Sealed for String {}
    impl Sealed for super::Filter {}
    impl Sealed for super::SegmentTree {}
    impl Sealed for super::QuestionTree {}
    impl Sealed for super::AnySegment {}
    impl Sealed for super::AnyQuestion {}
    impl<T: super::Record> Sealed for super::Segment<T> {}
    impl<T: super::Record> Sealed for super::Question<T> {}
}

impl<T: QuestionSource + ?Sized> QuestionSource for &T {
    fn question_form(&self) -> QuestionForm<'_> {
        T::question_form(self)
    }
}
impl QuestionSource for str {
    fn question_form(&self) -> QuestionForm<'_> {
        QuestionForm(Form::Text(self))
    }
}
impl QuestionSource for String {
    fn question_form(&self) -> QuestionForm<'_> {
        QuestionForm(Form::Text(self))
    }
}
impl QuestionSource for Filter {
    fn question_form(&self) -> QuestionForm<'_> {
        QuestionForm(Form::Filter(self))
    }
}
impl QuestionSource for SegmentTree {
    fn question_form(&self) -> QuestionForm<'_> {
        QuestionForm(Form::Tree { segment: self, order: &[], limit: None })
    }
}
impl QuestionSource for QuestionTree {
    fn question_form(&self) -> QuestionForm<'_> {
        QuestionForm(Form::Tree { segment: &self.segment, order: &self.order, limit: self.limit })
    }
}
impl QuestionSource for AnySegment {
    fn question_form(&self) -> QuestionForm<'_> {
        self.as_stored().question_form()
    }
}
impl<T: Record> QuestionSource for Segment<T> {
    fn question_form(&self) -> QuestionForm<'_> {
        self.as_any().question_form()
    }
}
impl QuestionSource for AnyQuestion {
    fn question_form(&self) -> QuestionForm<'_> {
        let segment = self.segment().as_stored();
        QuestionForm(Form::Tree { segment, order: self.order(), limit: self.limit() })
    }
}
impl<T: Record> QuestionSource for Question<T> {
    fn question_form(&self) -> QuestionForm<'_> {
        self.as_any().question_form()
    }
}
