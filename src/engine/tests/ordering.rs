use super::world::{World, set};
use crate::model::{Company, Kind, ValueType};

#[test]
fn a_limit_without_an_order_stops_early_and_keeps_the_order_of_insertion() {
    let mut world = World::new();
    for name in ["c", "a", "b"] {
        let _id = world.person(name, |contact| contact);
    }
    assert_eq!(world.select("all", "", Some(2)), "c a");
    assert_eq!(world.select("all", "", Some(0)), "");
    assert_eq!(world.select("all", "given_name", Some(0)), "");
    assert_eq!(world.select("given_name != c", "", Some(1)), "a");
    assert_eq!(world.count("all"), 3);
    assert_eq!(world.count("given_name in [a, c]"), 2);
}

#[test]
fn the_first_few_in_order_are_those_of_the_whole_order() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "score", "Score", ValueType::Integer, false);
    let mut random = fastrand::Rng::with_seed(7);
    for index in 0..60 {
        let score = random.i64(0..8);
        let _id =
            world.person(
                &format!("p{index}"),
                |contact| {
                    if score == 0 { contact } else { contact.set_value("score", score) }
                },
            );
    }
    for keys in ["score", "score desc", "score desc, given_name", "job_title, score"] {
        let whole = world.select("all", keys, None);
        let whole: Vec<&str> = whole.split(' ').collect();
        assert_eq!(whole.len(), 60);
        for limit in [1, 5, 59, 60, 100] {
            let first = world.select("all", keys, Some(limit));
            let first: Vec<&str> = first.split(' ').collect();
            assert_eq!(first, whole[..whole.len().min(usize::try_from(limit).unwrap())], "{keys} {limit}");
        }
    }
}

#[test]
fn records_sort_by_what_they_lead_to() {
    let mut world = World::new();
    let acme = world.insert(&Company::new("Acme").employees(5));
    let bolt = world.insert(&Company::new("Bolt").employees(3));
    let _ada = world.person("Ada", |ada| ada.works_at(acme, ""));
    let _grace = world.person("Grace", |grace| grace.works_at(bolt, ""));
    let _hedy = world.person("Hedy", set("job_title", "x"));
    assert_eq!(world.select("all", "company.employees", None), "Grace Ada Hedy");
    assert_eq!(world.select("all", "company.name desc", None), "Grace Ada Hedy");
}
