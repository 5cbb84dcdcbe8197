//! The people of a company.

use time::Date;

use crate::error::{ErrorKind, Result, until_error};
use crate::model::{Affiliation, Choice, Company, Contact, Id, Kind, Stored};
use crate::read::view::View;
use crate::rows;
use crate::store::{StoreError, Table};

/// Who belongs to a company, as what and when; from [`Read::people_of`](crate::Read::people_of).
///
/// ```
/// use contactdb::{Affiliation, Company, Contact, Database, Read, choices::role};
/// use time::{Date, Month};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let acme = tx.insert(&Company::new("Acme"))?;
/// let day = |year| Date::from_calendar_date(year, Month::January, 1).expect("a day");
/// let belongs = Affiliation::with(acme).title("CTO").role(role::DECISION_MAKER).from(day(2020));
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").affiliation(belongs))?;
/// let grace = tx.insert(&Contact::named("Grace", "Hopper").affiliation(Affiliation::with(acme).to(day(2015))))?;
/// tx.commit()?;
///
/// let snapshot = db.read()?;
/// for member in snapshot.people_of(acme).on(day(2026)).each()? {
///     let member = member?;
///     assert_eq!((member.person.id, member.affiliation.title.as_deref()), (ada, Some("CTO")));
/// }
/// assert_eq!(snapshot.people_of(acme).with_role(role::DECISION_MAKER).each()?.count(), 1);
/// let former = snapshot.people_of(acme).former(day(2026)).each()?.next().expect("one left")?;
/// assert_eq!(former.person.id, grace);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[must_use = "nothing is read before each"]
#[derive(Clone)]
pub struct People<'s> {
    view: &'s dyn View,
    company: Id<Company>,
    wanted: Wanted,
}

/// Which affiliations are wanted.
#[derive(Debug, Clone, Default)]
struct Wanted {
    /// One of these roles.
    roles: Vec<Choice>,
    any_role: bool,
    on: Option<Date>,
    ended_before: Option<Date>,
}

/// A person who belongs or belonged to a company.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// The person.
    pub person: Stored<Contact>,
    /// As what, and from when to when. Somebody who left and came back is there twice.
    pub affiliation: Affiliation,
    /// Whether this is the company meant when only one of the person's is: it is marked so, or none is and it is the first.
    pub primary: bool,
}

impl std::fmt::Debug for People<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("People").field("company", &self.company).field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl<'s> People<'s> {
    pub(crate) fn new(view: &'s dyn View, company: Id<Company>) -> Self {
        Self { view, company, wanted: Wanted::default() }
    }

    /// Leaves only who has the role there; said several times, one of the roles. See [`choices::role`](crate::choices::role).
    pub fn with_role(mut self, role: impl Into<Choice>) -> Self {
        self.wanted.roles.push(role.into());
        self
    }

    /// Leaves only who has any role there: the key people.
    pub fn with_any_role(mut self) -> Self {
        self.wanted.any_role = true;
        self
    }

    /// Leaves only who belonged to the company on a day; an end that is not known is open.
    pub fn on(mut self, day: Date) -> Self {
        self.wanted.on = Some(day);
        self
    }

    /// Leaves only who had left by a day: the last day lies before it.
    pub fn former(mut self, day: Date) -> Self {
        self.wanted.ended_before = Some(day);
        self
    }

    /// The people, those who were inserted last first. Reads each person of the company once, whatever is asked for (a few
    /// look-ups), and nobody else; holds one at a time.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) if there is no such company; [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    /// The iterator ends after an error.
    pub fn each(&self) -> Result<impl Iterator<Item = Result<Member>> + use<'s>> {
        let (view, company, wanted) = (self.view, self.company, self.wanted.clone());
        let source = view.tables().0;
        let row = rows::find(source, company.into())?.ok_or(ErrorKind::NotFound { id: company.into() })?;
        let links = rows::links_through(source, (Kind::COMPANY, row), Kind::CONTACT, Contact::COMPANY);
        let people = links.map(move |link| person(view, link?.source));
        Ok(until_error(people.flat_map(move |person| match person {
            Ok(person) => members(&person, company, &wanted).into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        })))
    }
}

/// The person of a row to which a link leads.
pub(crate) fn person(view: &dyn View, row: u32) -> Result<Stored<Contact>> {
    let loaded = rows::load(view.tables().0, view.catalogue_now(), Kind::CONTACT, row)?;
    let loaded = loaded.ok_or_else(|| {
        StoreError::corrupt(Table::Records, &rows::row_key(Kind::CONTACT, row), "a link without its record")
    })?;
    Ok(rows::to_stored(view.catalogue_now(), loaded)?)
}

fn members(person: &Stored<Contact>, company: Id<Company>, wanted: &Wanted) -> Vec<Member> {
    let all = &person.record.affiliations;
    let primary = all.iter().position(|one| one.primary == Some(true)).unwrap_or(0);
    let wanted = (0..).zip(all).filter(|(_, one)| one.company == company && wanted.has(one));
    let member = |(at, one): (usize, &Affiliation)| Member {
        person: person.clone(),
        affiliation: one.clone(),
        primary: at == primary,
    };
    wanted.map(member).collect()
}

impl Wanted {
    fn has(&self, affiliation: &Affiliation) -> bool {
        let roles = &affiliation.roles;
        (self.roles.is_empty() || roles.iter().any(|role| self.roles.contains(role)))
            && !(self.any_role && roles.is_empty())
            && self.on.is_none_or(|day| affiliation.holds_on(day))
            && self.ended_before.is_none_or(|day| affiliation.to.is_some_and(|last| last < day))
    }
}
