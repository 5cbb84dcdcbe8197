//! Plain values go through JSON and come back.

use proptest::prelude::*;
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::{Form, TYPES};
use crate::cases::cases;
use crate::model::{Currency, Money, Value, ValueRange};
use crate::schema::{Catalogue, Limits, type_of};

fn back(value: &Value) -> Value {
    let (catalogue, limits) = (Catalogue::new(), Limits::default());
    let form = Form { catalogue: &catalogue, limits: &limits };
    let text = form.plain_to_json(value).unwrap().to_string();
    let json = serde_json::from_str(&text).unwrap();
    let tagged = form.tagged_of_json(&form.tagged_to_json(value)).unwrap();
    assert_eq!(tagged, *value);
    form.plain_of_json(type_of(value), &json).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

fn decimals() -> impl Strategy<Value = Decimal> {
    let most = Decimal::MAX.mantissa();
    (-most..=most, 0_u32..=28).prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn numbers_dates_and_texts_come_back(
        number in any::<i64>(),
        decimal in decimals(),
        day in Date::MIN.to_julian_day()..=Date::MAX.to_julian_day(),
        micros in 0_i64..86_400_000_000,
        text in any::<String>(),
    ) {
        let date = Date::from_julian_day(day).unwrap();
        let at = OffsetDateTime::new_utc(date, time::Time::MIDNIGHT) + time::Duration::microseconds(micros);
        let money = Money::new(decimal, Currency::EUR);
        for value in [
            Value::Integer(number),
            Value::Decimal(decimal),
            Value::Money(money),
            Value::Date(date),
            Value::DateTime(at),
            Value::Text(text),
            Value::NumberRange(ValueRange::at_least(decimal)),
            Value::MoneyRange(ValueRange::new(money, money)),
            Value::DateRange(ValueRange::at_most(date)),
        ] {
            prop_assert_eq!(&back(&value), &value);
            // The scale of a number is part of it, though numbers of two scales are equal.
            prop_assert_eq!(back(&value).to_string(), value.to_string());
        }
    }

    #[test]
    fn any_json_is_a_value_or_a_problem(text in "[0-9TZ:.+{}\\[\\]\",a-z-]{0,40}") {
        let (catalogue, limits) = (Catalogue::new(), Limits::default());
        let form = Form { catalogue: &catalogue, limits: &limits };
        let json = serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text));
        for (_, value_type) in TYPES {
            if let Ok(value) = form.plain_of_json(value_type, &json) {
                prop_assert!(form.plain_to_json(&value).is_some());
            }
        }
        prop_assert!(form.tagged_of_json(&json).is_ok() || !json.to_string().is_empty());
    }
}
