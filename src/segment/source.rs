//! What a segment can be read from.

use super::filter::Filter;
use super::stored::SegmentTree;

/// What a segment can be read from: a text, a [`Filter`] that a program built, a stored [`SegmentTree`]. Sealed.
///
/// All three say the same and are checked alike; each converts into the others.
pub trait SegmentSource: sealed::Sealed {
    #[doc(hidden)]
    fn source(&self) -> Source<'_>;
}

/// The forms of a segment.
#[derive(Debug, Clone, Copy)]
pub enum Source<'s> {
    #[doc(hidden)]
    Text(&'s str),
    #[doc(hidden)]
    Filter(&'s Filter),
    #[doc(hidden)]
    Tree(&'s SegmentTree),
}

mod sealed {
    pub trait Sealed {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
    impl Sealed for str {}
    impl Sealed for String {}
    impl Sealed for super::Filter {}
    impl Sealed for super::SegmentTree {}
}

impl<T: SegmentSource + ?Sized> SegmentSource for &T {
    fn source(&self) -> Source<'_> {
        T::source(self)
    }
}
impl SegmentSource for str {
    fn source(&self) -> Source<'_> {
        Source::Text(self)
    }
}
impl SegmentSource for String {
    fn source(&self) -> Source<'_> {
        Source::Text(self)
    }
}
impl SegmentSource for Filter {
    fn source(&self) -> Source<'_> {
        Source::Filter(self)
    }
}
impl SegmentSource for SegmentTree {
    fn source(&self) -> Source<'_> {
        Source::Tree(self)
    }
}
