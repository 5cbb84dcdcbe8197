//! What people are to one another, from whichever side it was noted.

use time::Date;

use crate::error::{ErrorKind, Result};
use crate::model::{Choice, Contact, Id, Kind, Relationship, inverse};
use crate::read::people::person;
use crate::read::view::View;
use crate::rows;

/// What another person is to somebody; from [`Read::relationships`](crate::Read::relationships).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Related {
    /// The other person.
    pub who: Id<Contact>,
    /// What the other one is to this one. `None` if nobody said so, or only the other one did, with a word that the business
    /// added: of such a word the opposite is not known.
    pub kind: Option<Choice>,
    /// What this one is to the other; `None` if it is not known.
    pub inverse: Option<Choice>,
    /// With whom it is noted.
    pub stated: StatedBy,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Anything else about it.
    pub note: Option<String>,
}

/// With whom a relationship is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatedBy {
    /// With the person who was asked about.
    This,
    /// With the other person.
    Other,
    /// With both.
    Both,
}

/// What others are to a person: first what is noted with the person, in that order, then what only others noted.
pub(crate) fn relationships(view: &dyn View, id: Id<Contact>) -> Result<Vec<Related>> {
    let source = view.tables().0;
    let row = rows::find(source, id.into())?.ok_or(ErrorKind::NotFound { id: id.into() })?;
    let own = person(view, row)?.record.related;
    let mut all: Vec<Related> = own.into_iter().map(this_side).collect();
    for link in rows::links_through(source, (Kind::CONTACT, row), Kind::CONTACT, Contact::RELATED) {
        let link = link?;
        if link.source == row {
            continue;
        }
        let other = person(view, link.source)?;
        for stated in other.record.related.into_iter().filter(|stated| stated.who == id) {
            let stated = other_side(other.id, stated);
            let exact = all.iter().position(|known| may_be(known, &stated) && known.kind == stated.kind);
            let known = exact.or_else(|| all.iter().position(|known| may_be(known, &stated) && fits(known, &stated)));
            match known.and_then(|at| all.get_mut(at)) {
                Some(known) => join(known, stated),
                None => all.push(stated),
            }
        }
    }
    Ok(all)
}

fn this_side(noted: Relationship) -> Related {
    let Relationship { who, kind, from, to, note, .. } = noted;
    Related { who, inverse: kind.as_ref().and_then(inverse), kind, stated: StatedBy::This, from, to, note }
}

fn other_side(who: Id<Contact>, noted: Relationship) -> Related {
    let Relationship { kind, from, to, note, .. } = noted;
    Related { who, kind: kind.as_ref().and_then(inverse), inverse: kind, stated: StatedBy::Other, from, to, note }
}

/// Whether both sides may speak of the same, the words aside: it is the same person, and there may have been a day of both.
fn may_be(known: &Related, stated: &Related) -> bool {
    let before = |end: Option<Date>, start: Option<Date>| end.zip(start).is_some_and(|(end, start)| end < start);
    known.stated == StatedBy::This
        && known.who == stated.who
        && !before(known.to, stated.from)
        && !before(stated.to, known.from)
}

/// Whether the words may mean the same: one side has none, or both have one whose opposite is not known.
fn fits(known: &Related, stated: &Related) -> bool {
    known.kind.is_none() || stated.inverse.is_none() || known.inverse.is_none() && stated.kind.is_none()
}

/// Adds what the other side says to what this one says.
fn join(known: &mut Related, stated: Related) {
    known.stated = StatedBy::Both;
    known.kind = known.kind.take().or(stated.kind);
    known.inverse = stated.inverse.or(known.inverse.take());
    known.from = known.from.or(stated.from);
    known.to = known.to.or(stated.to);
    known.note = known.note.take().or(stated.note);
}
