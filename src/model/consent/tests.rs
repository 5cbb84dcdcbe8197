use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use super::*;
use crate::cases::cases;
use crate::model::Shape;
use crate::model::choices::{channel, purpose};
use crate::model::shape::FieldType;

fn day(number: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(number)
}

/// The answer of someone who said all that, for the newsletter by e-mail, at noon of day 100.
fn newsletter(said: &[Consent]) -> PermissionReason {
    let contact = Contact { consents: said.to_vec(), ..Contact::default() };
    let permission = contact.may(channel::EMAIL, purpose::NEWSLETTER, &Moment::at(day(100) + Duration::hours(12)));
    assert_eq!(permission.allowed, matches!(permission.reason, PermissionReason::Granted { .. }));
    permission.reason
}

use PermissionReason::{Granted, NothingSaid, Refused, Restricted, RunOut};

#[test]
fn what_is_granted_is_allowed_and_nothing_else() {
    assert_eq!(newsletter(&[]), NothingSaid);
    let email = Consent::granted(channel::EMAIL);
    assert_eq!(newsletter(&[email.clone().for_purpose(purpose::NEWSLETTER).at(day(1))]), Granted { entry: 0 });
    assert_eq!(newsletter(std::slice::from_ref(&email)), Granted { entry: 0 });
    assert_eq!(newsletter(&[Consent::new(state::GRANTED)]), Granted { entry: 0 });
    assert_eq!(newsletter(&[Consent::new(state::GRANTED).for_purpose(purpose::NEWSLETTER)]), Granted { entry: 0 });
    assert_eq!(newsletter(&[email.for_purpose(purpose::OFFERS)]), NothingSaid);
    assert_eq!(newsletter(&[Consent::granted(channel::PHONE)]), NothingSaid);
}

#[test]
fn of_several_grants_the_latest_decides_and_then_the_most_specific() {
    let email = Consent::granted(channel::EMAIL);
    let exact = email.clone().for_purpose(purpose::NEWSLETTER);
    assert_eq!(newsletter(&[email.clone().at(day(5)), email.clone(), email.clone().at(day(4))]), Granted { entry: 0 });
    assert_eq!(newsletter(&[exact.at(day(5)), email.at(day(5))]), Granted { entry: 0 });
}

#[test]
fn a_grant_holds_on_its_last_day_and_not_after_it() {
    let email = Consent::granted(channel::EMAIL);
    assert_eq!(newsletter(&[email.clone().until(day(100).date())]), Granted { entry: 0 });
    assert_eq!(newsletter(&[email.clone().until(day(99).date())]), RunOut { entry: 0 });
    let said = [email.clone().until(day(98).date()), email.clone().until(day(99).date())];
    assert_eq!(newsletter(&said), RunOut { entry: 1 });
    assert_eq!(newsletter(&[email.clone().until(day(98).date()), email]), Granted { entry: 1 });
}

#[test]
fn what_was_refused_stands_until_a_later_grant() {
    for refusal in [Consent::withdrawn(channel::EMAIL), Consent::refused(channel::EMAIL), Consent::objected()] {
        let granted = |at: i64| Consent::granted(channel::EMAIL).at(day(at));
        assert_eq!(newsletter(std::slice::from_ref(&refusal)), Refused { entry: 0 });
        assert_eq!(newsletter(&[granted(1), refusal.clone().at(day(2))]), Refused { entry: 1 });
        assert_eq!(newsletter(&[refusal.clone().at(day(2)), granted(3)]), Granted { entry: 1 });
        // The order in which they stand does not matter, and at equal times the refusal counts.
        assert_eq!(newsletter(&[granted(3), refusal.clone().at(day(2))]), Granted { entry: 0 });
        assert_eq!(newsletter(&[refusal.clone().at(day(2)), granted(2)]), Refused { entry: 0 });
        // Without a time it is older than every other.
        assert_eq!(newsletter(&[refusal.clone(), granted(-10_000)]), Granted { entry: 1 });
        assert_eq!(newsletter(&[refusal.clone(), Consent::granted(channel::EMAIL)]), Refused { entry: 0 });
        assert_eq!(newsletter(&[Consent::granted(channel::EMAIL), refusal.at(day(2))]), Refused { entry: 1 });
    }
}

#[test]
fn a_refusal_is_answered_by_a_grant_at_least_as_specific() {
    let all = || Consent::new(state::GRANTED).at(day(9));
    let email = || Consent::granted(channel::EMAIL).at(day(9));
    let letter = || all().for_purpose(purpose::NEWSLETTER);
    let exact = || email().for_purpose(purpose::NEWSLETTER);
    let no = |consent: Consent| Consent { state: state::WITHDRAWN, at: Some(day(5)), ..consent };
    for (refusal, answers, does_not) in [
        (no(all()), vec![all(), email(), letter(), exact()], vec![]),
        (no(email()), vec![email(), exact()], vec![all(), letter()]),
        (no(letter()), vec![letter(), exact()], vec![all(), email()]),
        (no(exact()), vec![exact()], vec![all(), email(), letter()]),
    ] {
        for grant in answers {
            assert_eq!(newsletter(&[refusal.clone(), grant.clone()]), Granted { entry: 1 }, "{refusal:?} {grant:?}");
        }
        for grant in does_not {
            assert_eq!(newsletter(&[refusal.clone(), grant.clone()]), Refused { entry: 0 }, "{refusal:?} {grant:?}");
        }
    }
    // Two refusals may want two grants, or one that answers both.
    let said = [no(email()), no(letter()), email(), letter()];
    assert_eq!(newsletter(&said), Granted { entry: 2 });
    assert_eq!(newsletter(&said[..3]), Refused { entry: 1 });
    assert_eq!(newsletter(&[no(email()), no(letter()), exact()]), Granted { entry: 2 });
}

#[test]
fn a_refusal_elsewhere_changes_nothing() {
    let granted = Consent::granted(channel::EMAIL).at(day(1));
    for refusal in [
        Consent::withdrawn(channel::PHONE),
        Consent::objected().for_purpose(purpose::PROFILING),
        Consent::withdrawn(channel::EMAIL).for_purpose(purpose::OFFERS),
    ] {
        assert_eq!(newsletter(&[granted.clone(), refusal.at(day(2))]), Granted { entry: 0 });
    }
}

#[test]
fn what_lies_ahead_is_not_heeded_yet() {
    let noon = Duration::hours(12);
    let granted = Consent::granted(channel::EMAIL);
    assert_eq!(newsletter(&[granted.clone().at(day(101))]), NothingSaid);
    assert_eq!(newsletter(&[granted.clone().at(day(100) + noon)]), Granted { entry: 0 });
    assert_eq!(newsletter(&[granted.clone(), Consent::objected().at(day(101))]), Granted { entry: 0 });
    assert_eq!(newsletter(&[Consent::objected().at(day(1)), granted.at(day(101))]), Refused { entry: 0 });
}

#[test]
fn a_grant_that_has_run_out_answers_nothing_and_a_refusal_does_not_run_out() {
    let over = Consent::granted(channel::EMAIL).at(day(5)).until(day(50).date());
    assert_eq!(newsletter(&[Consent::objected().at(day(1)), over.clone()]), Refused { entry: 0 });
    let refusal = Consent::objected().at(day(6)).until(day(50).date());
    assert_eq!(newsletter(&[Consent::granted(channel::EMAIL).at(day(5)), refusal]), Refused { entry: 1 });
}

#[test]
fn a_state_that_is_not_understood_refuses() {
    let granted = Consent::granted(channel::EMAIL).at(day(1));
    assert_eq!(newsletter(&[granted.clone(), Consent::new("#77").at(day(2))]), Refused { entry: 1 });
    assert_eq!(newsletter(&[granted, Consent::new("Granted").at(day(2))]), Refused { entry: 1 });
}

#[test]
fn a_restriction_that_has_begun_forbids_everything() {
    let contact = Contact::new().consent(Consent::new(state::GRANTED).at(day(1))).restricted(day(50));
    let at = |number| contact.may(channel::EMAIL, purpose::SERVICE, &Moment::at(day(number)));
    assert_eq!(at(49), Permission { allowed: true, reason: Granted { entry: 0 } });
    assert_eq!(at(50), Permission { allowed: false, reason: Restricted { since: day(50) } });
}

#[test]
fn a_last_day_is_a_day_in_the_zone_of_the_question() {
    let contact = Contact::new().consent(Consent::granted(channel::EMAIL).until(day(100).date()));
    let late = day(100) + Duration::hours(23);
    let east = crate::clock::FixedZone(time::UtcOffset::from_hms(2, 0, 0).unwrap());
    assert!(contact.may(channel::EMAIL, purpose::OFFERS, &Moment::at(late)).allowed);
    assert!(!contact.may(channel::EMAIL, purpose::OFFERS, &Moment::at(late).in_zone(east)).allowed);
}

#[test]
fn the_parts_that_a_question_names_are_those_of_the_entry() {
    let shape: Shape = Consent::SHAPE;
    let key = |number| shape.parts.iter().find(|part| part.number == number).unwrap().key;
    assert_eq!((key(Consent::CHANNEL), key(Consent::PURPOSE)), ("channel", "purpose"));
}

/// The rules once more, over plain numbers: each refusal looks through all grants.
fn allowed(said: &[Plain], restricted: Option<i64>, now: i64) -> bool {
    if restricted.is_some_and(|since| since <= now) {
        return false;
    }
    let said: Vec<&Plain> = said
        .iter()
        .filter(|one| one.channel != Some(1) && one.purpose != Some(1) && one.at.unwrap_or(i64::MIN) <= now)
        .collect();
    let grants: Vec<&Plain> =
        said.iter().copied().filter(|one| one.state == 0 && one.until.unwrap_or(i64::MAX) >= now).collect();
    let refusals = said.iter().filter(|one| one.state != 0);
    let answers = |refusal: &Plain, grant: &Plain| {
        grant.at.unwrap_or(i64::MIN) > refusal.at.unwrap_or(i64::MIN)
            && (refusal.channel.is_none() || grant.channel.is_some())
            && (refusal.purpose.is_none() || grant.purpose.is_some())
    };
    !grants.is_empty() && refusals.into_iter().all(|refusal| grants.iter().any(|grant| answers(refusal, grant)))
}

/// An entry in days; of channel and purpose 0 is asked about.
#[derive(Debug, Clone)]
struct Plain {
    channel: Option<u8>,
    purpose: Option<u8>,
    state: u8,
    at: Option<i64>,
    until: Option<i64>,
}

impl Plain {
    fn consent(&self) -> Consent {
        let states = [state::GRANTED, state::WITHDRAWN, state::OBJECTED, state::REFUSED];
        let channels = [channel::EMAIL, channel::PHONE];
        let purposes = [purpose::NEWSLETTER, purpose::OFFERS];
        Consent {
            channel: self.channel.map(|at| channels[usize::from(at)].clone()),
            purpose: self.purpose.map(|at| purposes[usize::from(at)].clone()),
            at: self.at.map(day),
            until: self.until.map(|until| day(until).date()),
            ..Consent::new(states[usize::from(self.state)].clone())
        }
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    use prop::option::of;
    (of(0_u8..2), of(0_u8..2), prop_oneof![Just(0_u8), 1_u8..4], of(0_i64..6), prop::option::weighted(0.3, 0_i64..6))
        .prop_map(|(channel, purpose, state, at, until)| Plain { channel, purpose, state, at, until })
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn the_decision_is_that_of_the_rules(
        said in prop::collection::vec(plain(), 0..6),
        restricted in prop::option::weighted(0.1, 0_i64..6),
        now in 0_i64..6,
    ) {
        let contact = Contact {
            consents: said.iter().map(Plain::consent).collect(),
            restricted: restricted.map(day),
            ..Contact::default()
        };
        let found = contact.may(channel::EMAIL, purpose::NEWSLETTER, &Moment::at(day(now)));
        prop_assert_eq!(found.allowed, allowed(&said, restricted, now));
        // What is said to decide is of the kind that could.
        match found.reason {
            Granted { entry } => prop_assert!(found.allowed && said[entry].state == 0),
            Refused { entry } => prop_assert!(!found.allowed && said[entry].state != 0),
            RunOut { entry } => prop_assert!(!found.allowed && said[entry].until.is_some_and(|until| until < now)),
            Restricted { since } => prop_assert!(!found.allowed && since <= day(now)),
            NothingSaid => prop_assert!(!found.allowed),
        }
    }

    #[test]
    fn more_refusals_never_allow_more(
        said in prop::collection::vec(plain(), 0..5),
        more in plain(),
        now in 0_i64..6,
    ) {
        let mut contact = Contact { consents: said.iter().map(Plain::consent).collect(), ..Contact::default() };
        let before = contact.may(channel::EMAIL, purpose::NEWSLETTER, &Moment::at(day(now))).allowed;
        contact.consents.push(Plain { state: 1, ..more }.consent());
        let after = contact.may(channel::EMAIL, purpose::NEWSLETTER, &Moment::at(day(now))).allowed;
        prop_assert!(before || !after);
    }
}
