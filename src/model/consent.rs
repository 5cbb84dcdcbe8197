//! What a person agreed to and objected to, and what follows from it.

use std::fmt;

use time::{Date, OffsetDateTime};

use super::choices::consent as state;
use super::macros::group;
use super::setters;
use super::{Choice, Contact, UnknownParts, choices};
use crate::clock::Moment;

group! {
    /// What a person said about being reached on a channel for a purpose: that it is granted, withdrawn, objected to or refused.
    ///
    /// Without a channel it is about every channel, without a purpose about every purpose. Entries are added and not changed, so
    /// that the record shows what was said when; [`Contact::may`] and the condition `may email for newsletter` of segments say
    /// what follows from all of them.
    ///
    /// ```
    /// use contactdb::{Consent, Contact, choices::{basis, channel, purpose}};
    /// # let at = time::OffsetDateTime::UNIX_EPOCH;
    /// let ada = Contact::named("Ada", "Lovelace").consent(
    ///     Consent::granted(channel::EMAIL)
    ///         .for_purpose(purpose::NEWSLETTER)
    ///         .basis(basis::CONSENT)
    ///         .at(at)
    ///         .source("sign-up form"),
    /// );
    /// assert_eq!(ada.consents[0].purpose, Some(purpose::NEWSLETTER));
    /// ```
    #[derive(Debug, Clone, PartialEq)]
    pub struct Consent {
        /// The channel; every channel if none is given. See [`choices::channel`].
        1 "channel" "Channel" channel: Option<Choice> = choices::channel::OPTIONS,
        /// The purpose; every purpose if none is given. See [`choices::purpose`].
        2 "purpose" "Purpose" purpose: Option<Choice> = choices::purpose::OPTIONS,
        /// What was said; see [`choices::consent`]. Whatever is not granted is refused.
        3 "" "Consent" state: Choice = choices::consent::OPTIONS,
        /// The legal basis; see [`choices::basis`].
        4 "basis" "Legal basis" basis: Option<Choice> = choices::basis::OPTIONS,
        /// When it was said. An entry without is older than every other; one that lies ahead is not heeded yet.
        5 "at" "At" at: Option<OffsetDateTime>,
        /// The last day on which a grant holds. What is refused does not run out.
        6 "until" "Until" until: Option<Date>,
        /// Where it was said: a form, a call, an import.
        7 "source" "Source" source: Option<String>,
        /// What shows it: the wording agreed to, the number of a document.
        8 "note" "Note" note: Option<String>,
    }
}

impl Consent {
    /// The parts that a question of consent names.
    pub(crate) const CHANNEL: u8 = 1;
    pub(crate) const PURPOSE: u8 = 2;

    /// An entry with that state, about every channel and every purpose; see [`choices::consent`].
    #[must_use]
    pub fn new(state: impl Into<Choice>) -> Self {
        Self {
            channel: None,
            purpose: None,
            state: state.into(),
            basis: None,
            at: None,
            until: None,
            source: None,
            note: None,
            unknown: UnknownParts::default(),
        }
    }

    /// Agreed to being reached on a channel, for every purpose unless one is set.
    #[must_use]
    pub fn granted(channel: impl Into<Choice>) -> Self {
        Self::new(state::GRANTED).on(channel)
    }

    /// Took back what was granted on a channel, for every purpose unless one is set.
    #[must_use]
    pub fn withdrawn(channel: impl Into<Choice>) -> Self {
        Self::new(state::WITHDRAWN).on(channel)
    }

    /// Was asked, and did not agree to being reached on a channel, for every purpose unless one is set.
    #[must_use]
    pub fn refused(channel: impl Into<Choice>) -> Self {
        Self::new(state::REFUSED).on(channel)
    }

    /// Objected, on every channel and for every purpose unless they are set (GDPR, article 21).
    #[must_use]
    pub fn objected() -> Self {
        Self::new(state::OBJECTED)
    }

    setters! {
        /// Sets the channel.
        set on -> channel: Choice;
        /// Sets the purpose.
        set for_purpose -> purpose: Choice;
        /// Sets the legal basis, such as [`basis::CONSENT`](choices::basis::CONSENT).
        set basis: Choice;
        /// Sets when it was said.
        set at: OffsetDateTime;
        /// Sets the last day on which a grant holds.
        set until: Date;
    }

    /// Sets where it was said. An empty text is none.
    #[must_use]
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into()).filter(|source| !source.is_empty());
        self
    }

    /// Sets what shows it. An empty text is none.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into()).filter(|note| !note.is_empty());
        self
    }

    fn is_grant(&self) -> bool {
        self.state == state::GRANTED
    }

    /// Whether the entry is about the channel and the purpose, and no longer lies ahead.
    fn applies(&self, asked: &Asked<'_>) -> bool {
        self.channel.as_ref().is_none_or(|channel| channel == asked.channel)
            && self.purpose.as_ref().is_none_or(|purpose| purpose == asked.purpose)
            && self.at.is_none_or(|at| at <= asked.now)
    }

    fn has_run_out(&self, today: Date) -> bool {
        self.until.is_some_and(|last| last < today)
    }

    /// What of channel and purpose the entry names.
    fn names(&self) -> (bool, bool) {
        (self.channel.is_some(), self.purpose.is_some())
    }
}

/// What is asked, and when.
pub(crate) struct Asked<'a> {
    pub(crate) channel: &'a Choice,
    pub(crate) purpose: &'a Choice,
    pub(crate) now: OffsetDateTime,
    /// The day of `now` in the zone of the question.
    pub(crate) today: Date,
}

/// Whether a person may be reached on a channel for a purpose, and what decides it; from [`Contact::may`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permission {
    /// Whether it is allowed.
    pub allowed: bool,
    /// What decides it.
    pub reason: PermissionReason,
}

/// What decides whether a person may be reached. `entry` is a place in [`Contact::consents`], counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PermissionReason {
    /// A grant holds, and nothing that was refused still stands. Of several, the latest.
    Granted {
        /// The grant.
        entry: usize,
    },
    /// The person's data are restricted.
    Restricted {
        /// Since when.
        since: OffsetDateTime,
    },
    /// It was withdrawn, objected to or refused, and not granted since. Of several, the latest.
    Refused {
        /// What was refused.
        entry: usize,
    },
    /// It was granted for a time that is over. Of several, the grant that held last.
    RunOut {
        /// The grant.
        entry: usize,
    },
    /// Nobody said anything about it.
    NothingSaid,
}

impl fmt::Display for PermissionReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Granted { .. } => "it was granted",
            Self::Restricted { .. } => "the person's data are restricted",
            Self::Refused { .. } => "it was refused and not granted since",
            Self::RunOut { .. } => "what was granted has run out",
            Self::NothingSaid => "nothing was said about it",
        })
    }
}

impl Permission {
    fn allowed(reason: PermissionReason) -> Self {
        Self { allowed: true, reason }
    }

    fn forbidden(reason: PermissionReason) -> Self {
        Self { allowed: false, reason }
    }
}

/// Whether a person who said all that may be reached. What is not understood never allows.
///
/// * A restriction that has begun forbids everything: restricted data are kept and not used (GDPR, article 18).
/// * An entry applies if it names the channel or none, the purpose or none, and was not said later than now.
/// * A grant holds up to its last day. Any other state refuses, one that a newer version wrote too, and does not run out:
///   an objection stands until the person says otherwise.
/// * It is allowed if an applying grant holds and each applying refusal is answered. A refusal is answered by a grant that
///   holds, was given later, and names the channel if the refusal does and the purpose if the refusal does.
///
/// So a refusal of the newsletter by e-mail is not lifted by a general "yes" to e-mail: who agrees to be written to has not
/// asked for the newsletter again. A grant for e-mail and newsletter does lift an earlier objection to everything, as far as it
/// goes. An entry without a time is older than every other, and at equal times the refusal counts: in doubt nobody is written to.
///
/// Takes time in proportion to the number of entries.
pub(crate) fn may(consents: &[Consent], restricted: Option<OffsetDateTime>, asked: &Asked<'_>) -> Permission {
    if let Some(since) = restricted.filter(|since| *since <= asked.now) {
        return Permission::forbidden(PermissionReason::Restricted { since });
    }
    let applying = || consents.iter().enumerate().filter(|(_, entry)| entry.applies(asked));
    let grants = || applying().filter(|(_, entry)| entry.is_grant());
    let holding = || grants().filter(|(_, entry)| !entry.has_run_out(asked.today));
    // `None` sorts before every time, which is what an entry without a time wants.
    let latest = |channel: bool, purpose: bool| {
        let names = |(_, entry): &(usize, &Consent)| {
            let (named_channel, named_purpose) = entry.names();
            named_channel >= channel && named_purpose >= purpose
        };
        holding().filter(names).map(|(_, entry)| entry.at).max()
    };
    let [any, of_purpose, of_channel, of_both] =
        [(false, false), (false, true), (true, false), (true, true)].map(|(channel, purpose)| latest(channel, purpose));
    let answered = |refusal: &Consent| {
        let grant = match refusal.names() {
            (false, false) => any,
            (false, true) => of_purpose,
            (true, false) => of_channel,
            (true, true) => of_both,
        };
        grant.is_some_and(|at| at > refusal.at)
    };
    let refusals = applying().filter(|(_, entry)| !entry.is_grant());
    if let Some((entry, _)) = refusals.filter(|(_, entry)| !answered(entry)).max_by_key(|(_, entry)| entry.at) {
        return Permission::forbidden(PermissionReason::Refused { entry });
    }
    if let Some((entry, _)) = holding().max_by_key(|(_, entry)| (entry.at, entry.names())) {
        return Permission::allowed(PermissionReason::Granted { entry });
    }
    match grants().max_by_key(|(_, entry)| entry.until) {
        Some((entry, _)) => Permission::forbidden(PermissionReason::RunOut { entry }),
        None => Permission::forbidden(PermissionReason::NothingSaid),
    }
}

impl Contact {
    /// Whether the person may be reached on a channel for a purpose at a moment, and what decides it. Channel and purpose are
    /// the keys of options, such as [`channel::EMAIL`](choices::channel::EMAIL) and
    /// [`purpose::NEWSLETTER`](choices::purpose::NEWSLETTER). Segments ask the same: `may email for newsletter`.
    ///
    /// * Once the data are [`restricted`](Contact::restricted), nothing is allowed.
    /// * It is allowed if it was granted, the grant has not run out, and nothing that was withdrawn, objected to or refused still
    ///   stands. A refusal stands until a later grant that is at least as specific: one for a channel is lifted by a grant for
    ///   that channel, one for a channel and a purpose by a grant for both.
    /// * Entries that lie ahead are not heeded yet; one without a time is older than every other; at equal times the refusal
    ///   counts.
    ///
    /// Takes time in proportion to the number of entries.
    ///
    /// ```
    /// use contactdb::{Consent, Contact, Moment, PermissionReason, choices::{channel, purpose}};
    /// use time::{Duration, OffsetDateTime};
    /// let day = |number| OffsetDateTime::UNIX_EPOCH + Duration::days(number);
    /// let mut ada = Contact::named("Ada", "Lovelace").consent(Consent::granted(channel::EMAIL).at(day(1)));
    /// let today = Moment::at(day(30));
    /// assert!(ada.may(channel::EMAIL, purpose::NEWSLETTER, &today).allowed);
    /// assert_eq!(ada.may(channel::PHONE, purpose::NEWSLETTER, &today).reason, PermissionReason::NothingSaid);
    ///
    /// ada.consents.push(Consent::withdrawn(channel::EMAIL).for_purpose(purpose::NEWSLETTER).at(day(20)));
    /// assert_eq!(ada.may(channel::EMAIL, purpose::NEWSLETTER, &today).reason, PermissionReason::Refused { entry: 1 });
    /// assert!(ada.may(channel::EMAIL, purpose::SERVICE, &today).allowed);
    /// ```
    #[must_use]
    pub fn may(&self, channel: impl Into<Choice>, purpose: impl Into<Choice>, moment: &Moment) -> Permission {
        let (channel, purpose) = (channel.into(), purpose.into());
        let asked = Asked { channel: &channel, purpose: &purpose, now: moment.now, today: moment.today() };
        may(&self.consents, self.restricted, &asked)
    }
}

#[cfg(test)]
mod tests;
