//! Postings: which rows of a block have something in common.

/// How many rows a block has. A little less than a power of two: what the store keeps of a block, with what goes before it,
/// then fills whole pages.
pub(crate) const BLOCK: u32 = 3_968;

/// How many words of 64 bits have a bit for each row of a block.
pub(crate) const WORDS: usize = BLOCK as usize / 64;

/// The forms in which a posting is written: rows one by one, runs of rows, one bit for each row.
const LIST: u8 = 0;
const RUNS: u8 = 1;
const BITS: u8 = 2;

/// A set of rows of one block, by their places in it: numbers below [`BLOCK`].
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Posting([u64; WORDS]);

/// The block of a row, and its place in it.
pub(crate) fn place_of(row: u32) -> (u32, u16) {
    (row / BLOCK, u16::try_from(row % BLOCK).unwrap_or(0))
}

impl FromIterator<u16> for Posting {
    fn from_iter<T: IntoIterator<Item = u16>>(places: T) -> Self {
        let mut posting = Self::new();
        for place in places {
            posting.insert(place);
        }
        posting
    }
}

impl Posting {
    pub(crate) const fn new() -> Self {
        Self([0; WORDS])
    }

    fn word(&mut self, place: u16) -> (Option<&mut u64>, u64) {
        (self.0.get_mut(usize::from(place) / 64), 1 << (place % 64))
    }

    /// Puts a place in; gives whether it was not there. One beyond the block is none.
    pub(crate) fn insert(&mut self, place: u16) -> bool {
        let (word, bit) = self.word(place);
        word.is_some_and(|word| {
            let added = *word & bit == 0;
            *word |= bit;
            added
        })
    }

    /// Takes a place out; gives whether it was there.
    pub(crate) fn remove(&mut self, place: u16) -> bool {
        let (word, bit) = self.word(place);
        word.is_some_and(|word| {
            let taken = *word & bit != 0;
            *word &= !bit;
            taken
        })
    }

    pub(crate) fn contains(&self, place: u16) -> bool {
        self.0.get(usize::from(place) / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
    }

    /// A bit for each place.
    pub(crate) const fn words(&self) -> &[u64; WORDS] {
        &self.0
    }

    pub(crate) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Puts in all that another has.
    pub(crate) fn unite(&mut self, other: &Self) {
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            *own |= more;
        }
    }

    /// Keeps what another has too.
    pub(crate) fn keep(&mut self, other: &Self) {
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            *own &= more;
        }
    }

    /// The places, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        (0_u16..).step_by(64).zip(&self.0).flat_map(|(base, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = u16::try_from(rest.trailing_zeros()).ok().filter(|bit| *bit < 64)?;
                rest &= rest - 1;
                Some(base + bit)
            })
        })
    }

    /// How many runs of neighbouring places there are.
    fn runs(&self) -> u32 {
        let mut before = 0;
        let mut runs = 0;
        for word in &self.0 {
            // A run begins where a bit is set and the one before it is not.
            runs += (word & !(word << 1 | before)).count_ones();
            before = word >> 63;
        }
        runs
    }

    /// The bytes: the form, then what takes the least space.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let (rows, runs) = (self.len() as usize * 2, self.runs() as usize * 4);
        let size = rows.min(runs).min(WORDS * 8);
        let mut out = Vec::with_capacity(1 + size);
        if size == rows {
            out.push(LIST);
            self.iter().for_each(|place| out.extend_from_slice(&place.to_le_bytes()));
        } else if size == runs {
            out.push(RUNS);
            let mut places = self.iter().peekable();
            while let Some(first) = places.next() {
                let mut last = first;
                while let Some(next) = places.next_if(|next| *next == last + 1) {
                    last = next;
                }
                out.extend_from_slice(&first.to_le_bytes());
                out.extend_from_slice(&last.to_le_bytes());
            }
        } else {
            out.push(BITS);
            self.0.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        }
        out
    }

    /// The bytes of places in ascending order, as [`encode`](Self::encode) makes them; faster where they are few.
    pub(crate) fn encode_places(places: &[u16]) -> Vec<u8> {
        let begins = places.windows(2).filter(|pair| !matches!(pair, [one, next] if one + 1 == *next)).count();
        // A list takes the least, as in `encode`.
        if places.len() <= 2 * (begins + 1) && places.len() * 2 <= WORDS * 8 {
            return std::iter::once(LIST).chain(places.iter().flat_map(|place| place.to_le_bytes())).collect();
        }
        places.iter().copied().collect::<Self>().encode()
    }

    /// How many places bytes name, without reading them back. Of bytes that [`encode`](Self::encode) did not make, any number.
    pub(crate) fn count(bytes: &[u8]) -> u32 {
        let Some((form, body)) = bytes.split_first() else { return 0 };
        match *form {
            LIST => u32::try_from(body.len() / 2).unwrap_or(0),
            RUNS => {
                let length = |[a, b, c, d]: &[u8; 4]| {
                    let (first, last) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
                    u32::from(last.wrapping_sub(first)).saturating_add(1)
                };
                body.as_chunks::<4>().0.iter().map(length).fold(0, u32::saturating_add)
            }
            _ => body.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word).count_ones()).sum(),
        }
    }

    /// Reads the bytes back. Fails, with the reason, on what [`encode`](Self::encode) can't have made.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let (form, body) = bytes.split_first().ok_or("a posting cut short")?;
        let mut posting = Self::new();
        match *form {
            LIST => {
                let (places, rest) = body.as_chunks::<2>();
                whole(rest)?;
                let mut next = 0;
                for place in places {
                    let place = u16::from_le_bytes(*place);
                    posting.extend(next, place, place)?;
                    next = place + 1;
                }
            }
            RUNS => {
                let (runs, rest) = body.as_chunks::<4>();
                whole(rest)?;
                let mut next = 0;
                for [a, b, c, d] in runs {
                    let (first, last) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
                    posting.extend(next, first, last)?;
                    next = last + 1;
                }
            }
            BITS => {
                let (words, rest) = body.as_chunks::<8>();
                whole(rest)?;
                let words: Vec<u64> = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
                posting.0 = words.try_into().map_err(|_| "a posting of another size")?;
            }
            _ => return Err("unknown form of a posting"),
        }
        Ok(posting)
    }

    /// Puts in the places of a run that must begin at `from` or behind it.
    fn extend(&mut self, from: u16, first: u16, last: u16) -> Result<(), &'static str> {
        if first < from || last < first {
            return Err("a posting out of order");
        }
        if u32::from(last) >= BLOCK {
            return Err("a row beyond its block");
        }
        for place in first..=last {
            self.insert(place);
        }
        Ok(())
    }
}

fn whole(rest: &[u8]) -> Result<(), &'static str> {
    if rest.is_empty() { Ok(()) } else { Err("a posting cut short") }
}

impl std::fmt::Debug for Posting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    fn posting(places: impl IntoIterator<Item = u16>) -> Posting {
        let mut posting = Posting::new();
        for place in places {
            posting.insert(place);
        }
        posting
    }

    /// Sets of every sort: a few rows, many, long runs.
    fn places() -> impl Strategy<Value = BTreeSet<u16>> {
        let few = prop::collection::btree_set(0_u16..3968, 0..20);
        let many = prop::collection::btree_set(0_u16..3968, 0..2000);
        let runs = prop::collection::vec((0_u16..3968, 1_u16..700), 0..6)
            .prop_map(|runs| runs.into_iter().flat_map(|(first, length)| first..(first + length).min(3968)).collect());
        prop_oneof![few, many, runs]
    }

    proptest! {
        #![proptest_config(cases(96))]

        #[test]
        fn a_posting_is_a_set(
            mut model in places(),
            other in places(),
            changes in prop::collection::vec((any::<bool>(), 0_u16..4200), 0..60),
        ) {
            let mut own = posting(model.iter().copied());
            for (insert, place) in changes {
                if insert {
                    prop_assert_eq!(own.insert(place), place < 3968 && model.insert(place));
                } else {
                    prop_assert_eq!(own.remove(place), model.remove(&place));
                }
                prop_assert_eq!(own.contains(place), model.contains(&place));
            }
            own.unite(&posting(other.iter().copied()));
            model.extend(other);
            prop_assert_eq!(own.len() as usize, model.len());
            prop_assert_eq!(own.is_empty(), model.is_empty());
            prop_assert!(own.iter().eq(model.iter().copied()));
            let bytes = own.encode();
            let runs = model.iter().filter(|place| **place == 0 || !model.contains(&(**place - 1))).count();
            prop_assert_eq!(bytes.len() - 1, (model.len() * 2).min(runs * 4).min(496));
            prop_assert_eq!(Posting::count(&bytes) as usize, model.len());
            prop_assert_eq!(&Posting::encode_places(&model.into_iter().collect::<Vec<_>>()), &bytes);
            prop_assert_eq!(Posting::decode(&bytes), Ok(own));
        }

        #[test]
        fn bytes_from_anywhere_are_a_set_or_an_error(
            form in 0_u8..4, body in prop::collection::vec(any::<u8>(), 0..530), cut in 0_usize..520,
        ) {
            let mut bytes = vec![form];
            bytes.extend(&body);
            if let Ok(read) = Posting::decode(&bytes) {
                prop_assert!(read.iter().all(|place| place < 3968));
                prop_assert_eq!(Posting::decode(&read.encode()), Ok(read));
            }
            let mut good = posting((0..3968).step_by(3)).encode();
            good.truncate(cut.min(496));
            prop_assert!(Posting::decode(&good).is_err());
        }
    }

    #[test]
    fn what_can_not_have_been_written_is_an_error_with_its_reason() {
        for (bytes, reason) in [
            (&[][..], "a posting cut short"),
            (&[LIST, 1], "a posting cut short"),
            (&[LIST, 5, 0, 5, 0], "a posting out of order"),
            (&[LIST, 128, 15], "a row beyond its block"),
            (&[LIST, 255, 255], "a row beyond its block"),
            (&[RUNS, 5, 0, 4, 0], "a posting out of order"),
            (&[RUNS, 0, 0, 255, 255], "a row beyond its block"),
            (&[BITS, 0, 0, 0, 0, 0, 0, 0, 0], "a posting of another size"),
            (&[9], "unknown form of a posting"),
        ] {
            assert_eq!(Posting::decode(bytes), Err(reason), "{bytes:?}");
        }
    }

    #[test]
    fn a_row_has_one_place_in_one_block() {
        assert_eq!([0, 3967, 3968, u32::MAX].map(place_of), [(0, 0), (0, 3967), (1, 0), (1_082_401, 127)]);
    }
}
