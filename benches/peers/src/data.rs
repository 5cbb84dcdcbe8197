//! The data: each contact and company follows from the seed and its number alone, so neither side has to hold them.

use contactdb::PartialDate;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::Outcome;
use crate::names::{self, Name};

pub(crate) const STAGES: [&str; 6] = ["subscriber", "lead", "qualified", "opportunity", "customer", "advocate"];
pub(crate) const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];
pub(crate) const SOURCES: [&str; 12] = [
    "website",
    "referral",
    "advertising",
    "event",
    "social",
    "cold_call",
    "newsletter",
    "partner",
    "import",
    "walk_in",
    "search",
    "other",
];
pub(crate) const PLANS: [&str; 4] = ["free", "team", "pro", "enterprise"];
pub(crate) const TAGS: u32 = 40;
/// The tags that a quarter of the contacts have.
pub(crate) const QUARTERS: u32 = 4;
pub(crate) const INDUSTRIES: u32 = 20;
const COUNTRIES: &str = "US GB DE FR ES IT PL NL SE NO DK FI BE AT CH PT IE CZ HU RO GR BG HR RS UA TR IL EG MA NG GH KE \
    ZA IN PK BD LK CN JP KR TW VN TH MY SG ID PH AU NZ CA MX BR AR CL CO PE UY EC BO CR";
const LANGUAGES: [&str; 12] = ["en", "de", "fr", "es", "it", "pl", "pt-BR", "ru", "el", "zh", "ar", "hi"];
const TITLES: [&str; 16] = [
    "Engineer",
    "Head of Sales",
    "Buyer",
    "Managing Director",
    "Accountant",
    "Sales Manager",
    "Consultant",
    "Architect",
    "Office Manager",
    "Head of Marketing",
    "Analyst",
    "Project Manager",
    "Founder",
    "Nurse",
    "Teacher",
    "Lawyer",
];
/// 2024-01-01T00:00Z.
const BEGIN: i64 = 1_704_067_200;
const TWO_YEARS: i64 = 2 * 365 * 86_400;
const JULIAN_2026: i32 = 2_461_042;

/// A contact as plain values; both sides store all of them.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) at: u64,
    pub(crate) id: Uuid,
    pub(crate) given: String,
    pub(crate) family: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) company: u64,
    pub(crate) title: &'static str,
    pub(crate) stage: usize,
    pub(crate) priority: usize,
    pub(crate) owner: u32,
    pub(crate) source: usize,
    pub(crate) country: &'static str,
    pub(crate) city: String,
    pub(crate) language: &'static str,
    pub(crate) birthday: (i16, u8, u8),
    /// Seconds since 1970, as the next one.
    pub(crate) created: i64,
    pub(crate) last_seen: i64,
    pub(crate) score: i64,
    pub(crate) budget: i64,
    pub(crate) plan: usize,
    /// A Julian day.
    pub(crate) renewal: i32,
    pub(crate) active: bool,
    pub(crate) tags: Vec<u32>,
}

impl Person {
    pub(crate) fn born(&self) -> Outcome<PartialDate> {
        let (year, month, day) = self.birthday;
        Ok(PartialDate::new(Some(year), Some(month), Some(day))?)
    }

    pub(crate) fn renewed(&self) -> Outcome<Date> {
        Ok(Date::from_julian_day(self.renewal)?)
    }

    pub(crate) fn seen(&self) -> Outcome<OffsetDateTime> {
        Ok(OffsetDateTime::from_unix_timestamp(self.last_seen)?)
    }
}

/// A company as plain values.
#[derive(Debug, Clone)]
pub(crate) struct Firm {
    pub(crate) at: u64,
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) industry: u32,
    pub(crate) size: i64,
    pub(crate) revenue: i64,
    pub(crate) country: &'static str,
    pub(crate) parent: Option<u64>,
}

/// Draws with weights.
#[derive(Debug, Clone)]
struct Skew(Vec<f64>);

impl Skew {
    /// As many weights, falling as one over the rank; the greater `flat`, the less they differ.
    fn new(count: usize, flat: f64) -> Self {
        let mut sum = 0.0;
        let mut rank = flat;
        let weights = (0..count).map(|_| {
            rank += 1.0;
            sum += 1.0 / rank;
            sum
        });
        Self(weights.collect())
    }

    fn draw(&self, random: &mut fastrand::Rng) -> usize {
        let at = random.f64() * self.0.last().copied().unwrap_or_default();
        self.0.partition_point(|sum| *sum < at).min(self.0.len().saturating_sub(1))
    }
}

/// Makes the data, and draws what is asked about them.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    pub(crate) contacts: u64,
    seed: u64,
    given: Vec<Name>,
    family: Vec<Name>,
    countries: Vec<&'static str>,
    by_given: Skew,
    by_family: Skew,
    by_country: Skew,
    by_city: Skew,
    tags: Vec<f64>,
}

impl Generator {
    pub(crate) fn new(contacts: u64, seed: u64) -> Self {
        let (given, family) = (names::given(), names::family());
        let countries = COUNTRIES.split_whitespace().collect::<Vec<_>>();
        let quarters = std::iter::repeat_n(0.25, 4);
        // From 11 % down to 0.01 %, slowly at first, so that a contact has four or five.
        let others = (0..36).map(|rank| 0.0001 + 0.1099 * (1.0 - (f64::from(rank) / 35.0).powi(8)));
        Self {
            contacts,
            seed,
            by_given: Skew::new(given.len(), 10.0),
            by_family: Skew::new(family.len(), 8.0),
            by_country: Skew::new(countries.len(), 2.0),
            by_city: Skew::new(2_000, 20.0),
            given,
            family,
            countries,
            tags: quarters.chain(others).collect(),
        }
    }

    pub(crate) fn companies(&self) -> u64 {
        (self.contacts / 20).max(1)
    }

    pub(crate) fn random(&self, salt: u64) -> fastrand::Rng {
        fastrand::Rng::with_seed(mix(self.seed ^ mix(salt)))
    }

    pub(crate) fn contact_id(&self, at: u64) -> Uuid {
        ordered(created(at), self.random(at))
    }

    pub(crate) fn company_id(&self, at: u64) -> Uuid {
        ordered(BEGIN, self.random(at | 1 << 62))
    }

    pub(crate) fn person(&self, at: u64) -> Person {
        let mut random = self.random(at | 1 << 61);
        let random = &mut random;
        let given = one(&self.given, self.by_given.draw(random));
        let family = one(&self.family, self.by_family.draw(random));
        let company = random.u64(..self.companies());
        let mut tags = (0..TAGS).zip(&self.tags).filter(|(_, share)| random.f64() < **share).map(|(tag, _)| tag);
        let tags = tags.by_ref().collect();
        Person {
            at,
            id: self.contact_id(at),
            email: format!("{}.{}{at}@c{company}.example", plain(given), plain(family)),
            given: written(given),
            family: written(family),
            phone: format!("+44 20 7946 0{:03}", random.u32(..1_000)),
            company,
            title: pick(random, &TITLES),
            stage: random.usize(..STAGES.len()),
            priority: random.usize(..PRIORITIES.len()),
            owner: random.u32(..50),
            source: random.usize(..SOURCES.len()),
            country: one(&self.countries, self.by_country.draw(random)).copied().unwrap_or_default(),
            city: format!("City {}", self.by_city.draw(random)),
            language: pick(random, &LANGUAGES),
            birthday: (1950 + random.i16(0..55), random.u8(1..=12), random.u8(1..=28)),
            created: created(at),
            last_seen: BEGIN + random.i64(0..TWO_YEARS),
            score: random.i64(0..1_000_000),
            budget: random.i64(0..100_000),
            plan: random.usize(..PLANS.len()),
            renewal: JULIAN_2026 + random.i32(0..730),
            active: random.bool(),
            tags,
        }
    }

    pub(crate) fn firm(&self, at: u64) -> Firm {
        let mut random = self.random(at | 1 << 60);
        let random = &mut random;
        let parent = (at > 0 && random.u8(..10) == 0).then(|| random.u64(..at.max(1)));
        Firm {
            at,
            id: self.company_id(at),
            name: format!("Company {at}"),
            domain: format!("c{at}.example"),
            industry: random.u32(..INDUSTRIES),
            size: random.i64(0..1_000),
            revenue: random.i64(0..1_000) * 100_000,
            country: one(&self.countries, self.by_country.draw(random)).copied().unwrap_or_default(),
            parent,
        }
    }

    /// Five inner letters of a frequent family name.
    pub(crate) fn needle(&self, random: &mut fastrand::Rng) -> String {
        let name = plain(one(&self.family, random.usize(..12))).to_owned();
        name.chars().skip(1).take(5).collect()
    }
}

/// When a contact was created: one after the other.
pub(crate) fn created(at: u64) -> i64 {
    BEGIN + i64::try_from(at).unwrap_or_default() * 37
}

/// One of a list, drawn.
pub(crate) fn pick(random: &mut fastrand::Rng, of: &[&'static str]) -> &'static str {
    one(of, random.usize(..of.len().max(1))).copied().unwrap_or_default()
}

fn one<T>(of: &[T], at: usize) -> Option<&T> {
    of.get(at)
}

fn written(name: Option<&Name>) -> String {
    name.map(|name| name.written.clone()).unwrap_or_default()
}

fn plain(name: Option<&Name>) -> &str {
    name.map_or("", |name| name.plain.as_str())
}

/// A UUID of version 7 (RFC 9562, section 5.7) of that second.
fn ordered(seconds: i64, mut random: fastrand::Rng) -> Uuid {
    let milliseconds = u128::from(seconds.unsigned_abs() * 1_000);
    let bits = random.u128(..);
    let low = bits & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000;
    let middle = (bits >> 64) & 0x0FFF | 0x7000;
    Uuid::from_u128(milliseconds << 80 | middle << 64 | low)
}

/// The finaliser of SplitMix64: neighbours become strangers.
fn mix(seed: u64) -> u64 {
    let seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    seed ^ (seed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_follows_from_the_seed_and_its_number() {
        let (one, other) = (Generator::new(1_000, 1), Generator::new(2_000, 1));
        assert_eq!(one.contact_id(7), other.contact_id(7));
        assert_eq!(one.person(7).given, Generator::new(1_000, 1).person(7).given);
        assert_ne!(one.contact_id(7), Generator::new(1_000, 2).contact_id(7));
    }

    #[test]
    fn shares_are_as_the_readme_says() {
        let generator = Generator::new(10_000, 1);
        let people = (0..10_000).map(|at| generator.person(at)).collect::<Vec<_>>();
        let count = |holds: &dyn Fn(&Person) -> bool| people.iter().filter(|person| holds(person)).count();
        for tag in 0..QUARTERS {
            assert!((2_300..2_700).contains(&count(&|person| person.tags.contains(&tag))));
        }
        let tags = people.iter().map(|person| person.tags.len()).sum::<usize>();
        assert!((40_000..50_000).contains(&tags), "{tags} tags");
        assert!((2_800..3_200).contains(&count(&|person| (20_000..50_000).contains(&person.budget))));
        let mut random = generator.random(1);
        for _ in 0..20 {
            let needle = generator.needle(&mut random);
            let found = count(&|person| person.family.contains(&needle) || person.email.contains(&needle));
            assert!((100..400).contains(&found), "{needle} has {found}");
        }
    }
}
