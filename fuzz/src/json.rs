//! Changes of a JSON text that leave it one.

use serde_json::Value;

/// Numbers without end out of one: splitmix64.
struct Chance(u64);

impl Chance {
    /// A number below `bound`; 0 if that is 0.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % (bound.max(1) as u64)).unwrap_or(0)
    }

    fn one_of<'v, T: ?Sized>(&mut self, all: &[&'v T]) -> &'v T {
        all[self.below(all.len())]
    }
}

/// Checks, operands and conditions that take the place of others.
const PARTS: &[&str] = &[
    "\"all\"",
    "\"holds\"",
    "null",
    "true",
    "false",
    "\"\"",
    "\"and\"",
    "\"x\"",
    "[\"not\",\"all\"]",
    "[\"and\"]",
    "[\"or\"]",
    "[\"and\",\"all\"]",
    "[\"or\",[\"and\",\"all\",\"all\"]]",
    "[\"any\",{\"kind\":1,\"attribute\":608},\"all\"]",
    "[\"no\",{\"kind\":1,\"attribute\":800},\"all\"]",
    "{\"tag\":{\"tag\":{\"id\":1}}}",
    "{\"tag\":{\"under\":true,\"tag\":{\"branch\":\"customers\"}}}",
    "{\"tag\":{\"tag\":{\"parameter\":\"t\"}}}",
    "{\"is_set\":{\"negated\":true}}",
    "{\"within\":{\"negated\":true,\"period\":{\"last\":{\"amount\":1,\"unit\":\"month\"}}}}",
    "{\"within\":{\"negated\":false,\"period\":{\"previous\":{\"amount\":0,\"unit\":\"week\"}}}}",
    "{\"overlaps_period\":{\"negated\":false,\"period\":{\"this\":\"quarter\"}}}",
    "{\"in\":{\"negated\":false,\"values\":{\"list\":[]}}}",
    "{\"has\":{\"operator\":\"all\",\"values\":{\"parameter\":\"p\"}}}",
    "{\"between\":{\"low\":{\"number\":\"1\"},\"high\":{\"number\":\"0.50\"}}}",
    "{\"covers\":{\"negated\":false,\"value\":{\"relative\":\"now\"}}}",
    "{\"number\":\"-0\"}",
    "{\"number\":\"79228162514264337593543950335\"}",
    "{\"number\":\"0.0000000000000000000000000001\"}",
    "{\"money\":{\"amount\":\"1.0\",\"currency\":\"EUR\"}}",
    "{\"text\":\"\"}",
    "{\"text\":\" \\u0000\\n\\u00e9\\\"'\\\\`$\"}",
    "{\"text\":\"00000000-0000-0000-0000-000000000001\"}",
    "{\"text\":\"today\"}",
    "{\"boolean\":true}",
    "{\"date\":\"2026-02-28\"}",
    "{\"date\":\"0000-01-01\"}",
    "{\"date_time\":\"2026-02-28T10:00:00.5+02:00\"}",
    "{\"partial_date\":\"--02-29\"}",
    "{\"relative\":\"today\"}",
    "{\"weekday\":7}",
    "{\"option\":1}",
    "{\"tag\":1}",
    "{\"record\":\"00000000-0000-0000-0000-000000000001\"}",
    "{\"attribute\":{\"kind\":1,\"attribute\":704}}",
    "{\"parameter\":\"p\"}",
    "{\"parameter\":\"\"}",
    "{\"outer\":1,\"kind\":1,\"attribute\":704}",
];

/// The text with one of its values exchanged for another one: one that stands elsewhere in it, a well-known one, a near
/// number. `None` if it is no JSON or would become longer than `max_size`.
pub(crate) fn mutate(text: &[u8], seed: u32, max_size: usize) -> Option<Vec<u8>> {
    let mut root: Value = serde_json::from_slice(text).ok()?;
    let mut chance = Chance(u64::from(seed));
    for _ in 0..=chance.below(3) {
        let count = size(&root);
        let mut at = chance.below(count);
        let donor = {
            let mut from = chance.below(count);
            nth(&mut root, &mut from)?.clone()
        };
        change(nth(&mut root, &mut at)?, donor, &mut chance);
    }
    serde_json::to_vec(&root).ok().filter(|bytes| bytes.len() <= max_size)
}

fn change(value: &mut Value, donor: Value, chance: &mut Chance) {
    match (chance.below(8), value) {
        (0..=2, Value::Number(number)) => {
            let numbers: [u64; 8] = [0, 1, 2, 32, 255, 256, 4_294_967_295, u64::MAX];
            let near = number.as_u64().unwrap_or(0);
            let by = [1, 32, 1_024][chance.below(3)];
            *number = match chance.below(3) {
                0 => near.saturating_add(by).into(),
                1 => near.saturating_sub(by).into(),
                _ => numbers[chance.below(numbers.len())].into(),
            };
        }
        (0 | 1, Value::Array(values)) if !values.is_empty() => {
            values.remove(chance.below(values.len()));
        }
        (2, Value::Array(values)) => {
            let at = chance.below(values.len() + 1);
            values.insert(at, donor);
        }
        (3, Value::Array(values)) if !values.is_empty() => {
            let (one, other) = (chance.below(values.len()), chance.below(values.len()));
            values.swap(one, other);
        }
        (0, Value::Object(entries)) => {
            let key = entries.keys().nth(chance.below(entries.len())).cloned();
            if let Some(key) = key {
                entries.remove(&key);
            }
        }
        // Around a condition, so that it nests deeper.
        (1, value) => {
            let inner = value.take();
            let word = chance.one_of(&["and", "or", "not"]);
            *value = Value::Array(vec![word.into(), inner]);
        }
        (4 | 5, value) => {
            let part = chance.one_of(PARTS);
            *value = serde_json::from_str(part).unwrap_or(Value::Null);
        }
        (_, value) => *value = donor,
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(entries) => entries.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

/// The value that is the `at`th one, counted from the outside in.
fn nth<'v>(value: &'v mut Value, at: &mut usize) -> Option<&'v mut Value> {
    if *at == 0 {
        return Some(value);
    }
    *at -= 1;
    match value {
        Value::Array(values) => values.iter_mut().find_map(|value| nth(value, at)),
        Value::Object(entries) => entries.values_mut().find_map(|value| nth(value, at)),
        _ => None,
    }
}
