//! What happened with people and companies.

use time::OffsetDateTime;

use super::BuiltInDefault::Now;
use super::macros::record;
use super::setters;
use super::{AttributeId, Choice, ExternalId, Id, Kind, Money, OnDelete, Participant, RecordId, choices};

record! {
    /// Something that happened with people or companies: a call, a letter, a survey, a donation.
    ///
    /// ```
    /// use contactdb::{Contact, Id, Interaction, choices::direction};
    /// # let ada: Id<Contact> = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
    /// let call = Interaction::call(ada).outcome("asked for an offer").direction(direction::INBOUND);
    /// assert_eq!(call.kind.as_ref().map(|kind| kind.key()), Some("call"));
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    pub struct Interaction = Kind::INTERACTION, "interaction" "interactions", worked out &[], {
        /// What happened; see [`choices::interaction`]. Required.
        16 "kind" "Kind" kind: Option<Choice> { title: 1, options: choices::interaction::OPTIONS, required: true, help: "What happened: a call, a meeting, an e-mail" },
        /// When it happened; the moment of the write if not given.
        17 "at" "At" at: Option<OffsetDateTime> { time: true, default: Some(Now), help: "When it happened" },
        /// Who began it; see [`choices::direction`].
        18 "direction" "Direction" direction: Option<Choice> { options: choices::direction::OPTIONS, help: "Who began it" },
        /// The contacts and companies that took part.
        19 "participant" "Participant" participants: Vec<Participant> { prefix: "participant_", about: true, on_delete: OnDelete::Cascade, help: "The people and companies that took part" },
        /// How long it took, in seconds.
        20 "duration" "Duration in seconds" duration: Option<i64> { help: "How long it took, in seconds" },
        /// Subject.
        21 "subject" "Subject" subject: Option<String> { title: 1, help: "What it was about" },
        /// The whole text, of any length.
        22 "body" "Text" body: Option<String> { long: true, help: "The whole text" },
        /// What came of it.
        23 "outcome" "Outcome" outcome: Option<String> { help: "What came of it" },
        /// The score of a survey.
        24 "score" "Score" score: Option<i64> { help: "The score of a survey" },
        /// The amount of a donation.
        25 "amount" "Amount" amount: Option<Money> { help: "The amount of a donation" },
        /// What a donation is for.
        26 "fund" "Fund" fund: Option<String> { help: "What a donation is for" },
        /// How often a donation comes again; see [`choices::recurrence`].
        27 "recurrence" "Recurrence" recurrence: Option<Choice> { options: choices::recurrence::OPTIONS, help: "How often a donation comes again" },
        /// Where a recording is kept.
        28 "recording" "Recording" recording: Option<String> { help: "Where a recording is kept" },
        /// What this answers.
        29 "reply_to" "Reply to" reply_to: Option<Id<Interaction>> { acyclic: true, help: "What this answers" },
        /// The conversation it belongs to: the mail program's or messenger's own id.
        30 "thread" "Thread" thread: Option<String> { help: "The conversation it belongs to" },
        /// The campaign it belongs to, by name.
        31 "campaign" "Campaign" campaign: Option<String> { help: "The campaign it belongs to" },
        /// When to come back to it.
        32 "follow_up" "Follow-up" follow_up: Option<OffsetDateTime> { help: "When to come back to it" },
        /// Whose it is: a name or key of the program's own users.
        33 "owner" "Owner" owner: Option<String> { help: "Whose it is" },
        /// The event, form, page or network it happened at.
        34 "place" "Place" place: Option<String> { help: "The event, form, page or network it happened at" },
        /// The numbers of this interaction in other systems.
        35 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of it in other systems" },
    }
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $constant:ident;)*) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name(who: impl Into<RecordId>) -> Self {
            Self::new(choices::interaction::$constant, who)
        }
    )*};
}

impl Interaction {
    /// Who took part.
    pub(crate) const PARTICIPANT: AttributeId = AttributeId::property(19).part(1);

    /// Something of that kind with a contact or a company. Every kind of
    /// [`choices::interaction`] and every option that the business added serves.
    #[must_use]
    pub fn new(kind: impl Into<Choice>, who: impl Into<RecordId>) -> Self {
        Self { kind: Some(kind.into()), ..Self::default() }.with(who)
    }

    kinds! {
        /// A call.
        call = CALL;
        /// An e-mail.
        email = EMAIL;
        /// A letter.
        letter = LETTER;
        /// A meeting.
        meeting = MEETING;
        /// A message by messenger or text.
        message = MESSAGE;
        /// A note about somebody.
        note = NOTE;
        /// A presentation.
        presentation = PRESENTATION;
        /// An offer that was sent.
        offer = OFFER;
    }

    /// A donation of that amount.
    #[must_use]
    pub fn donation(who: impl Into<RecordId>, amount: Money) -> Self {
        Self { amount: Some(amount), ..Self::new(choices::interaction::DONATION, who) }
    }

    /// Adds somebody who took part.
    #[must_use]
    pub fn with(mut self, who: impl Into<RecordId>) -> Self {
        self.participants.push(Participant::new(who));
        self
    }

    /// Sets how long it took; parts of a second are cut off.
    #[must_use]
    pub fn lasting(mut self, duration: time::Duration) -> Self {
        self.duration = Some(duration.whole_seconds());
        self
    }

    setters! {
        /// Sets when it happened.
        set at: OffsetDateTime;
        /// Sets who began it; see [`choices::direction`].
        set direction: Choice;
        /// Sets the subject.
        set subject: String;
        /// Sets the whole text.
        set body: String;
        /// Sets what came of it.
        set outcome: String;
        /// Sets the score of a survey.
        set score: i64;
        /// Sets the amount of a donation.
        set amount: Money;
        /// Sets what a donation is for.
        set fund: String;
        /// Sets how often a donation comes again; see [`choices::recurrence`].
        set recurrence: Choice;
        /// Sets where a recording is kept.
        set recording: String;
        /// Sets what this answers.
        set reply_to: Id<Interaction>;
        /// Sets the conversation it belongs to.
        set thread: String;
        /// Sets the event, form, page or network it happened at.
        set place: String;
        /// Adds somebody who took part, with a role.
        add participant -> participants: Participant;
        /// Sets the campaign.
        set campaign: String;
        /// Sets when to come back to it.
        set follow_up: OffsetDateTime;
        /// Sets whose it is.
        set owner: String;
        /// Adds the number of this interaction in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}
