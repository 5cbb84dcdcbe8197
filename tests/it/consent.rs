//! What people agreed to and objected to, as a program keeps and asks it.

use contactdb::choices::{basis, channel, purpose};
use contactdb::filter::may;
use contactdb::{
    AnySegment, Choice, Consent, Contact, Database, Kind, Moment, PermissionReason, Read, Segment, SegmentTree,
};
use time::Duration;

use crate::common::{Counter, Watch, date, file, options};

#[test]
fn consent_given_withdrawn_and_given_again_is_all_kept_and_the_last_counts() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let newsletter = |consent: Consent| consent.for_purpose(purpose::NEWSLETTER).basis(basis::CONSENT);
    let mut tx = db.write().unwrap();
    let sign_up = newsletter(Consent::granted(channel::EMAIL)).at(watch.step(0)).source("sign-up form");
    let ada = tx.insert(&Contact::named("Ada", "Example").consent(sign_up)).unwrap();
    tx.commit().unwrap();
    let asked = |wanted: bool, reason: PermissionReason| {
        let snapshot = db.read().unwrap();
        let stored = snapshot.get(ada).unwrap().unwrap().record;
        let found = stored.may("email", "newsletter", &Moment::at(watch.step(0)));
        assert_eq!((found.allowed, found.reason), (wanted, reason));
        let segment = snapshot.segment("may email for newsletter").unwrap();
        assert_eq!(snapshot.count(&segment).unwrap(), u64::from(wanted));
    };
    let said = |consent: Consent| {
        let mut tx = db.write().unwrap();
        tx.update(ada, |ada: &mut Contact| ada.consents.push(consent)).unwrap();
        tx.commit().unwrap();
    };
    asked(true, PermissionReason::Granted { entry: 0 });
    said(newsletter(Consent::withdrawn(channel::EMAIL)).at(watch.step(60)));
    asked(false, PermissionReason::Refused { entry: 1 });
    said(newsletter(Consent::granted(channel::EMAIL)).at(watch.step(60)).until(date(2026, 11, 30)));
    asked(true, PermissionReason::Granted { entry: 2 });
    watch.step(7 * 24 * 3600);
    asked(true, PermissionReason::Granted { entry: 2 });
    watch.step(24 * 3600);
    asked(false, PermissionReason::Refused { entry: 1 });
    said(newsletter(Consent::granted(channel::EMAIL)).at(watch.step(0)));
    asked(true, PermissionReason::Granted { entry: 3 });
    let since = watch.step(60);
    let mut tx = db.write().unwrap();
    tx.update(ada, |ada: &mut Contact| ada.restricted = Some(since)).unwrap();
    tx.commit().unwrap();
    asked(false, PermissionReason::Restricted { since });
    assert_eq!(db.read().unwrap().get(ada).unwrap().unwrap().record.consents.len(), 4);
}

#[test]
fn channels_and_purposes_of_the_business_are_asked_like_those_of_the_crate() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    tx.edit_field(Kind::CONTACT, "consent_purpose").unwrap().add_option("loyalty", "Loyalty programme").unwrap();
    tx.edit_field(Kind::CONTACT, "consent_channel").unwrap().add_option("fax", "Fax").unwrap();
    let ada =
        tx.insert(&Contact::named("Ada", "Example").consent(Consent::granted("fax").for_purpose("loyalty"))).unwrap();
    let by_key: Segment<Contact> = tx.segment("may fax for loyalty").unwrap();
    assert_eq!(tx.segment("may Fax for \"loyalty programme\"").unwrap(), by_key);
    assert_eq!(tx.segment(may("fax", Choice::from("loyalty"))).unwrap(), by_key);
    assert_eq!(tx.segment(by_key.to_filter()).unwrap(), by_key);
    let json = serde_json::to_string(&by_key.to_tree()).unwrap();
    tx.commit().unwrap();
    db.close().unwrap();

    let db = Database::open(&path).unwrap();
    let mut tx = db.write().unwrap();
    let tree: SegmentTree = serde_json::from_str(&json).unwrap();
    let segment: Segment<Contact> = tx.segment(&tree).unwrap();
    assert_eq!(tx.select(&segment).ids().unwrap(), [ada]);
    // What is archived can't be set anew; what was said with it stays and can be asked about.
    tx.edit_field(Kind::CONTACT, "consent_purpose").unwrap().archive_option("loyalty").unwrap();
    assert!(tx.insert(&Contact::new().consent(Consent::objected().for_purpose("loyalty"))).is_err());
    assert_eq!(tx.count(tx.segment("may fax for loyalty").unwrap()).unwrap(), 1);
    assert_eq!(tx.count(&segment).unwrap(), 1);
}

#[test]
fn what_can_be_said_is_not_for_the_business_to_extend() {
    let db = options(&Watch::new(), &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    assert!(tx.edit_field(Kind::CONTACT, "consent").is_err());
}

#[test]
fn a_segment_names_what_it_depends_on() {
    let db = options(&Watch::new(), &Counter::default()).in_memory().unwrap();
    let snapshot = db.read().unwrap();
    let catalogue = snapshot.catalogue();
    let segment: AnySegment = snapshot.any_segment("stage = lead and not may email for newsletter").unwrap();
    let found = segment.dependencies(catalogue);
    let keys: Vec<&str> = found
        .attributes
        .iter()
        .filter_map(|(kind, id)| catalogue.attribute_by_id(*kind, *id))
        .map(|attribute| &*attribute.key)
        .collect();
    assert_eq!(keys, ["stage", "consent", "consent_channel", "consent_purpose", "restricted"]);
    let options: Vec<&str> = found.options.iter().map(|(_, _, option)| option.key()).collect();
    assert_eq!(options, ["lead", "email", "newsletter"]);
}

#[test]
fn a_contact_that_was_never_stored_says_the_same() {
    let now = time::OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    let ada = Contact::named("Ada", "Example").consent(Consent::granted(channel::POST).at(now));
    assert!(ada.may(channel::POST, purpose::OFFERS, &Moment::at(now)).allowed);
    assert!(!ada.may(channel::POST, purpose::OFFERS, &Moment::at(now - Duration::SECOND)).allowed);
    assert_eq!(PermissionReason::NothingSaid.to_string(), "nothing was said about it");
}
