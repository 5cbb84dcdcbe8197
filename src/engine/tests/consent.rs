//! Consent in segments, against the decision of the model.

use proptest::prelude::*;
use time::UtcOffset;

use super::world::{World, date, utc};
use crate::cases::cases;
use crate::clock::{FixedZone, Moment};
use crate::model::choices::{channel, purpose};
use crate::model::{Consent, Contact};

#[test]
fn may_asks_consent_objection_and_restriction() {
    let mut world = World::new();
    let email = || Consent::granted(channel::EMAIL).at(utc(2026, 1, 1, 0, 0));
    let _ada = world.person("Ada", |ada| ada.consent(email()));
    let _bea = world.person("Bea", |bea| bea.consent(email()).consent(Consent::objected().at(utc(2026, 2, 1, 0, 0))));
    let _carl = world.person("Carl", |carl| carl.consent(email()).restricted(utc(2026, 3, 1, 0, 0)));
    let _dora = world.person("Dora", |dora| dora.email("dora@example.com"));
    let _emil = world.person("Emil", |emil| {
        emil.consent(email())
            .consent(Consent::withdrawn(channel::EMAIL).for_purpose(purpose::NEWSLETTER).at(utc(2026, 2, 1, 0, 0)))
    });
    assert_eq!(world.found("may email for newsletter"), "Ada");
    assert_eq!(world.found("may email for \"newsletter\""), "Ada");
    assert_eq!(world.found("MAY \"E-mail\" FOR `newsletter`"), "Ada");
    assert_eq!(world.found("may email for service"), "Ada Emil");
    assert_eq!(world.found("may phone for newsletter"), "");
    assert_eq!(world.found("not may email for newsletter"), "Bea Carl Dora Emil");
    assert_eq!(world.found("may email for offers and not (may email for newsletter)"), "Emil");
    assert_eq!(world.count("companies where all"), 0);
}

#[test]
fn consent_is_that_of_the_moment_and_the_zone() {
    let mut world = World::new();
    let _ada = world.person("Ada", |ada| {
        ada.consent(Consent::granted(channel::EMAIL).at(utc(2026, 3, 1, 0, 0)).until(date(2026, 3, 31)))
    });
    assert_eq!(world.found("may email for newsletter"), "Ada");
    let world = world.with_moment(Moment::at(utc(2026, 2, 28, 0, 0)));
    assert_eq!(world.found("may email for newsletter"), "", "it was not granted yet");
    let late = Moment::at(utc(2026, 3, 31, 23, 0));
    let world = world.with_moment(late.clone());
    assert_eq!(world.found("may email for newsletter"), "Ada");
    let east = FixedZone(UtcOffset::from_hms(2, 0, 0).unwrap());
    let world = world.with_moment(late.in_zone(east));
    assert_eq!(world.found("may email for newsletter"), "", "there it is April");
}

#[test]
fn the_entries_are_asked_like_any_structured_value() {
    let mut world = World::new();
    let _ada = world.person("Ada", |ada| {
        ada.consent(
            Consent::granted(channel::EMAIL)
                .for_purpose(purpose::NEWSLETTER)
                .basis("consent")
                .at(utc(2026, 3, 1, 0, 0))
                .until(date(2026, 4, 10))
                .source("sign-up form"),
        )
    });
    let _bea = world.person("Bea", |bea| bea.consent(Consent::objected().for_purpose(purpose::PROFILING)));
    assert_eq!(world.found("consent = objected"), "Bea");
    assert_eq!(world.found("consent_source contains form and consent_basis = consent"), "Ada");
    assert_eq!(world.found("any consent (consent = granted and until in next 14 days)"), "Ada");
    assert_eq!(world.found("any consent (channel is not set and purpose = profiling)"), "Bea");
    assert_eq!(world.found("count(consent) = 1 and restricted is not set"), "Ada Bea");
}

#[test]
fn what_is_not_understood_never_allows() {
    let mut world = World::new();
    let granted = || Consent::granted(channel::EMAIL).at(utc(2026, 1, 1, 0, 0));
    let _ada = world.person("Ada", |ada| ada.consent(granted()).consent(Consent::new("#77").at(utc(2026, 2, 1, 0, 0))));
    let _bea = world.person("Bea", |bea| bea.consent(granted()));
    assert_eq!(world.found("may email for newsletter"), "Bea");
}

fn consents() -> impl Strategy<Value = Vec<Consent>> {
    let state = prop::sample::select(vec!["granted", "granted", "withdrawn", "objected", "refused"]);
    let channel = prop::sample::select(vec![None, Some("email"), Some("email"), Some("phone")]);
    let purpose = prop::sample::select(vec![None, Some("newsletter"), Some("newsletter"), Some("offers")]);
    let one = (state, channel, purpose, prop::option::of(1_u8..6), prop::option::weighted(0.2, 2_u8..5));
    let one = one.prop_map(|(state, channel, purpose, at, until)| Consent {
        channel: channel.map(Into::into),
        purpose: purpose.map(Into::into),
        at: at.map(|month| utc(2026, month, 1, 0, 0)),
        until: until.map(|month| date(2026, month, 1)),
        ..Consent::new(state)
    });
    prop::collection::vec(one, 0..5)
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_segment_finds_those_of_whom_the_contact_itself_says_so(
        people in prop::collection::vec((consents(), prop::option::weighted(0.1, 1_u8..6)), 1..8),
    ) {
        let mut world = World::new();
        let mut wanted = 0;
        let moment = world.moment.clone();
        for (consents, restricted) in people {
            let restricted = restricted.map(|month| utc(2026, month, 1, 0, 0));
            let contact = Contact { consents, restricted, ..Contact::named("Ada", "") };
            wanted += u64::from(contact.may("email", "newsletter", &moment).allowed);
            world.insert(&contact);
        }
        prop_assert_eq!(world.count("may email for newsletter"), wanted);
    }
}
