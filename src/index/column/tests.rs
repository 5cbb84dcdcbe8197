//! Columns are what was written, whatever it is.

use proptest::prelude::*;

use super::*;
use crate::cases::cases;
use crate::index::Element;

fn cell() -> impl Strategy<Value = Vec<Cell>> {
    let number =
        prop_oneof![any::<i64>(), -3_i64..3, (0_i64..9).prop_map(|n| n * 86_400_000_000)].prop_map(Cell::Number);
    let amount = |currencies: Vec<Option<Currency>>| {
        let currency = prop::sample::select(currencies);
        (prop_oneof![-500_i128..500, any::<i64>().prop_map(i128::from)], 0_u32..4, currency).prop_map(
            |(mantissa, scale, currency)| {
                let number = rust_decimal::Decimal::from_i128_with_scale(mantissa, scale).normalize();
                Cell::Amount { mantissa: number.mantissa(), scale: number.scale(), currency }
            },
        )
    };
    let text = prop_oneof![
        "[a-c]{0,3}",
        "[A-Za-z]{1,8} [A-Z][a-z]{0,5}",
        "\\PC{0,9}",
        "\\+[0-9]{2,9}\0[A-Z]{2}",
        Just("\u{c9}cole".to_owned())
    ]
    .prop_map(Cell::Text);
    let range = (0_i64..9).prop_map(|from| {
        let range = crate::model::ValueRange::at_least(rust_decimal::Decimal::from(from));
        Cell::Bytes(crate::store::encode_value(&crate::Value::NumberRange(range)))
    });
    let some = |one: BoxedStrategy<Cell>| prop::collection::vec(one, 1..200);
    prop_oneof![
        some(number.boxed()),
        some(amount(vec![None]).boxed()),
        some(amount(vec![Some(Currency::EUR), Some(Currency::USD)]).boxed()),
        some(prop_oneof![9 => text, 1 => Just(Cell::Long)].boxed()),
        some(range.boxed()),
    ]
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn a_column_is_what_was_written(
        cells in cell(), gaps in prop::collection::vec(0_u32..20, 200), dense in 0_u32..4, phones in any::<bool>(), rows in any::<bool>(),
    ) {
        let mut next = 0;
        let places: Vec<u32> = cells.iter().zip(&gaps).map(|(_, gap)| {
            // Sometimes without gaps, sometimes with a few, sometimes several values of one place.
            let at = next + if gap % 4 < dense { gap % 3 } else { 0 };
            next = at + u32::from(dense != 3 || gap % 5 > 0);
            at
        }).collect();
        let phones = phones && cells.iter().all(|cell| matches!(cell, Cell::Text(text) if text.contains('\0')));
        let written = Column::write(&places, Some(cells.iter().collect()), phones, rows);
        let column = Column::read(&written.bytes).unwrap();
        prop_assert_eq!(column.all_places(written.present.as_ref()), places.clone());
        prop_assert_eq!(column.cells(written.present.as_ref()), cells.clone());
        prop_assert_eq!(&Column::write(&places, Some(column.cells(written.present.as_ref()).iter().collect()), phones, rows), &written);
        if let Data::Texts(texts) = &column.data {
            for (entry, text) in texts.each_typed().enumerate() {
                prop_assert_eq!(&texts.typed(entry), &text);
                prop_assert_eq!(texts.each_folded().nth(entry), Some(texts.folded(entry)));
            }
            for (place, _) in texts.folded.char_indices() {
                let (entry, end) = texts.entry_at(place);
                prop_assert!(end > place && end - texts.folded(entry).len() <= place);
            }
        }
        if let Data::Numbers(numbers) = &column.data {
            let (low, high) = (i128::from(numbers.get(0)) - 1, i128::from(numbers.get(column.len / 2)) + 1);
            let mut found = vec![0; column.len.div_ceil(64)];
            numbers.within(None, low, high, &mut found);
            for at in 0..column.len {
                prop_assert_eq!(found[at / 64] >> (at % 64) & 1 == 1, (low..=high).contains(&i128::from(numbers.get(at))));
            }
        }
    }

    #[test]
    fn numbers_changed_in_place_are_written_as_cells_are(
        cells in cell(), others in cell(), gaps in prop::collection::vec(0_u32..4, 200),
        changed in prop::collection::btree_map(0_u32..250, 0_usize..3, 0..30),
    ) {
        let mut next = 0;
        let places: Vec<u32> = cells.iter().zip(&gaps).map(|(_, gap)| {
            next += u32::from(*gap > 0) + u32::from(*gap > 2);
            next
        }).collect();
        let written = Column::write(&places, Some(cells.iter().collect()), false, true);
        let column = Column::read(&written.bytes).unwrap();
        let present = written.present.as_ref();
        let Some(mut flat) = Flat::of(&column, present) else {
            prop_assert!(!matches!(&column.data, Data::Numbers(numbers) if numbers.currencies.len() < 2));
            return Ok(());
        };
        // Values of its own among them, so that not all changes are refused.
        let mut values = cells.iter().rev().take(100).chain(&others).cycle().cloned();
        let changes: Vec<(u32, Vec<Element>)> = changed.into_iter()
            .map(|(place, count)| (place, values.by_ref().take(count).map(Element::One).collect())).collect();
        let kept = places.iter().copied().zip(cells.clone()).filter(|(at, _)| changes.iter().all(|(place, _)| place != at));
        let put = changes.iter().flat_map(|(place, elements)| elements.iter().map(|element| match element {
            Element::One(cell) => (*place, cell.clone()),
            Element::Parts(_) => unreachable!(),
        }));
        let mut after: Vec<(u32, Cell)> = kept.chain(put).collect();
        after.sort_by_key(|(place, _)| *place);
        let (new_places, new_cells): (Vec<u32>, Vec<Cell>) = after.into_iter().unzip();
        if let Some(differs) = flat.change(changes.iter().map(|(place, elements)| (*place, elements.as_slice()))) {
            prop_assert_eq!(differs, new_places != places || new_cells != cells);
            let expected = (!new_places.is_empty()).then(|| Column::write(&new_places, Some(new_cells.iter().collect()), false, true));
            prop_assert_eq!(flat.write(), expected);
        }
    }

    #[test]
    fn bytes_from_anywhere_are_a_column_or_an_error(cells in cell(), flip in any::<(u16, u8)>(), cut in any::<u16>()) {
        let places: Vec<u32> = (0..).take(cells.len()).collect();
        let mut bytes = Column::write(&places, Some(cells.iter().collect()), false, true).bytes;
        let at = usize::from(flip.0) % bytes.len();
        bytes[at] ^= flip.1;
        if usize::from(cut) < bytes.len() {
            bytes.truncate(usize::from(cut));
        }
        if let Ok(column) = Column::read(&bytes) && column.len < 1_000 {
            column.all_places(None);
            column.cells(Some(&Posting::new()));
            if let Data::Texts(texts) = &column.data {
                (0..texts.entries().min(300)).for_each(|entry| drop(texts.typed(entry)));
                texts.entry_at(7);
            }
        }
    }
}
