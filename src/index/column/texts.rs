//! Columns of texts: those that differ, folded for search, and which of them each value is.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::packed::{Packed, pack, width_for};
use crate::model::search_fold;

/// How the text as it was typed comes from the folded one.
mod form {
    pub(super) const SAME: u64 = 0;
    /// Each word begins with a capital.
    pub(super) const TITLE: u64 = 1;
    /// It stands apart.
    pub(super) const OWN: u64 = 2;
    /// The same, then NUL and two bytes, which stand apart: a phone number and its region.
    pub(super) const REGION: u64 = 3;
}

/// Of so many entries the place of the first is kept; those of others are found by their lengths.
const STEP: usize = 64;

/// The texts of a block. Where several values are alike, each text stands there once, in the order of the folded texts.
#[derive(Debug, Clone)]
pub(crate) struct Texts<'b> {
    entries: usize,
    lengths: Packed<'b>,
    starts: Packed<'b>,
    forms: Packed<'b>,
    own_lengths: Packed<'b>,
    /// All folded texts, one behind the other.
    pub(crate) folded: &'b str,
    own: &'b str,
    /// Which entry each value is; one beyond them all is a long text, which is not here. Without it, each is the one at its place.
    codes: Option<Packed<'b>>,
}

/// Appends texts; `None` is a long one, which is kept elsewhere. Of phone numbers, NUL and a region may follow each.
pub(super) fn encode(out: &mut Vec<u8>, values: &[Option<&str>], phones: bool) {
    let folded =
        |text: &str| search_fold(if phones { text.split_once('\0').map_or(text, |(text, _)| text) } else { text });
    let mut places: HashMap<&str, u64, BuildHasherDefault<Quick>> =
        values.iter().flatten().map(|text| (*text, 0)).collect();
    if places.len() == values.len() {
        let entries: Vec<_> = values.iter().flatten().map(|text| (folded(text), *text)).collect();
        put_entries(out, &entries);
        return out.push(u8::MAX);
    }
    let mut entries: Vec<_> = places.keys().map(|text| (folded(text), *text)).collect();
    entries.sort_unstable();
    for ((_, text), at) in entries.iter().zip(0..) {
        places.insert(text, at);
    }
    put_entries(out, &entries);
    let beyond = entries.len() as u64;
    let code = |value: Option<&str>| value.and_then(|text| places.get(text).copied()).unwrap_or(beyond);
    let width = width_for(beyond);
    out.push(width);
    pack(out, width, values.iter().copied().map(code));
}

/// Hashes the texts of one block: they are so few that texts that were chosen to collide do no harm.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let rest = rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(*byte));
        for word in words.iter().map(|word| u64::from_le_bytes(*word)).chain([rest]) {
            self.0 = (self.0.rotate_left(26) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(32)
    }
}

fn put_entries(out: &mut Vec<u8>, entries: &[(String, &str)]) {
    let mut forms = Vec::with_capacity(entries.len());
    let mut own: Vec<&str> = Vec::new();
    for (folded, text) in entries {
        let (form, apart) = form_of(folded, text);
        forms.push(form);
        own.extend(apart);
    }
    let total: usize = entries.iter().map(|(folded, _)| folded.len()).sum();
    let own_total: usize = own.iter().map(|text| text.len()).sum();
    let longest = |lengths: &mut dyn Iterator<Item = usize>| width_for(lengths.max().unwrap_or(0) as u64);
    let width = longest(&mut entries.iter().map(|(folded, _)| folded.len()));
    let own_width = longest(&mut own.iter().map(|text| text.len()));
    for number in [entries.len(), total, own.len(), own_total] {
        out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    }
    out.extend_from_slice(&[width, own_width, u8::from(forms.iter().any(|form| *form != form::SAME)) * 2]);
    pack(out, width, entries.iter().map(|(folded, _)| folded.len() as u64));
    let chunks = entries.chunks(STEP).map(|chunk| chunk.iter().map(|(folded, _)| folded.len() as u64).sum::<u64>());
    let starts = chunks.scan(0, |end, length| {
        *end += length;
        Some(*end - length)
    });
    pack(out, 32, starts);
    if forms.iter().any(|form| *form != form::SAME) {
        pack(out, 2, forms.into_iter());
    }
    pack(out, own_width, own.iter().map(|text| text.len() as u64));
    for (folded, _) in entries {
        out.extend_from_slice(folded.as_bytes());
    }
    for text in own {
        out.extend_from_slice(text.as_bytes());
    }
}

/// How a text comes from its fold, and what must stand apart for that.
fn form_of<'t>(folded: &str, text: &'t str) -> (u64, Option<&'t str>) {
    if folded == text {
        return (form::SAME, None);
    }
    if let Some(rest) = text.strip_prefix(folded).and_then(|rest| rest.strip_prefix('\0'))
        && rest.len() == 2
    {
        return (form::REGION, Some(rest));
    }
    if title(folded) == text { (form::TITLE, None) } else { (form::OWN, Some(text)) }
}

/// A text with a capital at the beginning of each word.
fn title(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut inside = false;
    for c in folded.chars() {
        if inside {
            out.push(c);
        } else {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(one), None) => out.push(one),
                _ => out.push(c),
            }
        }
        inside = c.is_alphabetic();
    }
    out
}

impl<'b> Texts<'b> {
    pub(super) fn read(bytes: &mut &'b [u8], len: usize) -> Option<Self> {
        let mut number = || {
            let (number, rest) = bytes.split_first_chunk::<4>()?;
            *bytes = rest;
            usize::try_from(u32::from_le_bytes(*number)).ok()
        };
        let (entries, total, own_count, own_total) = (number()?, number()?, number()?, number()?);
        let (&[width, own_width, form_width], mut rest) = bytes.split_first_chunk::<3>()?;
        let lengths = Packed::take(&mut rest, width, entries)?;
        let starts = Packed::take(&mut rest, 32, entries.div_ceil(STEP))?;
        let forms = Packed::take(&mut rest, form_width, entries)?;
        let own_lengths = Packed::take(&mut rest, own_width, own_count)?;
        let (folded, rest) = rest.split_at_checked(total)?;
        let (own, rest) = rest.split_at_checked(own_total)?;
        let (&codes, mut rest) = rest.split_first()?;
        let codes = match codes {
            u8::MAX if entries == len => None,
            u8::MAX => return None,
            width => Some(Packed::take(&mut rest, width, len)?),
        };
        *bytes = rest;
        let (folded, own) = (str::from_utf8(folded).ok()?, str::from_utf8(own).ok()?);
        Some(Self { entries, lengths, starts, forms, own_lengths, folded, own, codes })
    }

    /// How many different texts there are.
    pub(crate) const fn entries(&self) -> usize {
        self.entries
    }

    /// The entry of a value; `None` for a long text, which is not here.
    pub(crate) fn entry_of(&self, at: usize) -> Option<usize> {
        match &self.codes {
            None => Some(at),
            Some(codes) => usize::try_from(codes.get(at)).ok().filter(|entry| *entry < self.entries),
        }
    }

    /// Which entry each value is; `None` if each is the one at its place.
    pub(crate) const fn codes(&self) -> Option<&Packed<'b>> {
        self.codes.as_ref()
    }

    /// Whether a long text may be among the values.
    pub(crate) fn has_long(&self) -> bool {
        self.codes.as_ref().is_some_and(|codes| codes.iter().any(|code| code >= self.entries as u64))
    }

    fn start(&self, entry: usize) -> usize {
        let first = entry - entry % STEP;
        let start = self.starts.get(entry / STEP);
        usize::try_from((first..entry).fold(start, |sum, at| sum.wrapping_add(self.lengths.get(at))))
            .unwrap_or(usize::MAX)
    }

    /// The folded text of an entry. Empty where the bytes make no sense.
    pub(crate) fn folded(&self, entry: usize) -> &'b str {
        let start = self.start(entry);
        let length = usize::try_from(self.lengths.get(entry)).unwrap_or(0);
        self.folded.get(start..start.saturating_add(length)).unwrap_or("")
    }

    /// Each folded text, in the order of the entries.
    pub(crate) fn each_folded(&self) -> impl Iterator<Item = &'b str> + '_ {
        let mut start = 0_usize;
        self.lengths.iter().map(move |length| {
            let end = start.saturating_add(usize::try_from(length).unwrap_or(0));
            let text = self.folded.get(start..end).unwrap_or("");
            start = end;
            text
        })
    }

    /// The entry in which a place of all folded texts lies, and where that ends.
    pub(crate) fn entry_at(&self, place: usize) -> (usize, usize) {
        let place = place as u64;
        let (mut low, mut high) = (0, self.starts.len());
        while low + 1 < high {
            let middle = usize::midpoint(low, high);
            if self.starts.get(middle) <= place { low = middle } else { high = middle }
        }
        let mut end = self.starts.get(low);
        for entry in low * STEP..self.entries {
            end = end.saturating_add(self.lengths.get(entry));
            if place < end {
                return (entry, usize::try_from(end).unwrap_or(usize::MAX));
            }
        }
        (self.entries, self.folded.len())
    }

    /// The text of an entry as it was typed; of a phone number, NUL and its region behind it.
    pub(crate) fn typed(&self, entry: usize) -> Cow<'b, str> {
        let folded = self.folded(entry);
        match self.forms.get(entry) {
            form::SAME => Cow::Borrowed(folded),
            form::TITLE => Cow::Owned(title(folded)),
            form::OWN => Cow::Borrowed(self.own_of(entry)),
            _ => Cow::Owned(format!("{folded}\0{}", self.own_of(entry))),
        }
    }

    fn own_of(&self, entry: usize) -> &'b str {
        let has_own = |at: &usize| self.forms.get(*at) >= form::OWN;
        let index = (0..entry).filter(has_own).count();
        let start: u64 = (0..index).map(|at| self.own_lengths.get(at)).fold(0, u64::wrapping_add);
        let (start, length) = (usize::try_from(start).unwrap_or(usize::MAX), self.own_lengths.get(index));
        self.own.get(start..start.saturating_add(usize::try_from(length).unwrap_or(0))).unwrap_or("")
    }

    /// Each text as it was typed, in the order of the entries.
    pub(crate) fn each_typed(&self) -> impl Iterator<Item = Cow<'b, str>> + '_ {
        let mut own_index = 0;
        let mut own_start = 0_usize;
        self.each_folded().zip(0..).map(move |(folded, entry)| {
            let form = self.forms.get(entry);
            if form == form::SAME {
                return Cow::Borrowed(folded);
            }
            if form == form::TITLE {
                return Cow::Owned(title(folded));
            }
            let end = own_start.saturating_add(usize::try_from(self.own_lengths.get(own_index)).unwrap_or(0));
            let own = self.own.get(own_start..end).unwrap_or("");
            (own_index, own_start) = (own_index + 1, end);
            if form == form::OWN { Cow::Borrowed(own) } else { Cow::Owned(format!("{folded}\0{own}")) }
        })
    }
}
