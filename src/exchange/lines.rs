//! The lines of a dump: JSON objects whose first member says of what sort they are.

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::DumpProblem;
use super::json::{Json, Object, read};
use crate::error::{ErrorKind, Result};

/// A line that is being written, its members in the order in which they were added.
#[derive(Debug)]
pub(super) struct Line(String);

impl Line {
    /// A line of a sort.
    pub(super) fn new(sort: &str, value: Json) -> Self {
        let mut line = Self("{".to_owned());
        line.member(sort, value);
        line
    }

    pub(super) fn member(&mut self, name: &str, value: impl Into<Json>) {
        self.raw(name, &value.into().to_string());
    }

    /// A member whose JSON is there already.
    pub(super) fn raw(&mut self, name: &str, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(json);
    }

    /// A member that is left out if the list is empty.
    pub(super) fn list(&mut self, name: &str, values: Vec<Json>) {
        if !values.is_empty() {
            self.member(name, values);
        }
    }

    /// A member that is left out if the object is empty.
    pub(super) fn object(&mut self, name: &str, values: Object) {
        if !values.is_empty() {
            self.member(name, values);
        }
    }

    /// All members of an object.
    pub(super) fn all(&mut self, object: Object) {
        for (name, value) in object {
            self.member(&name, value);
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// No line that is written has more members.
const MOST_MEMBERS: usize = 64;

/// The members of a line that was read, each as JSON that is not looked into yet.
#[derive(Debug)]
pub(super) struct Members<'l> {
    sort: String,
    rest: Vec<(String, &'l RawValue)>,
}

impl<'l> Members<'l> {
    pub(super) fn of(line: &'l [u8]) -> std::result::Result<Self, DumpProblem> {
        let not_json = |column| DumpProblem::NotJson { column };
        let text = str::from_utf8(line).map_err(|error| not_json(error.valid_up_to() + 1))?;
        let Found(rest) = serde_json::from_str(text).map_err(|error| not_json(error.column()))?;
        match rest.first() {
            Some((sort, _)) => Ok(Self { sort: sort.clone(), rest }),
            None => Err(DumpProblem::NotJson { column: 2 }),
        }
    }

    /// The first member, which says of what sort the line is.
    pub(super) fn sort(&self) -> &str {
        &self.sort
    }

    pub(super) fn take(&mut self, name: &str) -> Option<&'l RawValue> {
        let at = self.rest.iter().position(|(known, _)| known == name)?;
        Some(self.rest.remove(at).1)
    }

    /// Whether there is a checksum: who changes a dump by hand takes it out.
    pub(super) fn sum_is_given(&self) -> bool {
        self.rest.iter().any(|(name, _)| name == "checksum")
    }

    /// A member that is a text.
    pub(super) fn text(&mut self, name: &'static str) -> std::result::Result<String, DumpProblem> {
        match self.json(name)? {
            Json::String(text) => Ok(text),
            other => Err(DumpProblem::value("a text", &other).within(name)),
        }
    }

    /// A member that is a number from 0 on.
    pub(super) fn number(&mut self, name: &'static str) -> std::result::Result<u64, DumpProblem> {
        let json = self.json(name)?;
        json.as_u64().ok_or_else(|| DumpProblem::value("a whole number", &json).within(name))
    }

    /// A number of 32 bits.
    pub(super) fn small(&mut self, name: &'static str) -> std::result::Result<u32, DumpProblem> {
        let number = self.number(name)?;
        u32::try_from(number).map_err(|_| DumpProblem::value("a smaller number", &number.into()).within(name))
    }

    pub(super) fn json(&mut self, name: &'static str) -> std::result::Result<Json, DumpProblem> {
        read(name, self.take(name).ok_or(DumpProblem::Missing { member: name })?)
    }

    /// All that were not taken.
    pub(super) fn object(self) -> std::result::Result<Object, DumpProblem> {
        self.rest.into_iter().map(|(name, raw)| read(&name, raw).map(|json| (name, json))).collect()
    }

    /// Refuses what was not taken.
    pub(super) fn finish(self) -> std::result::Result<(), DumpProblem> {
        match self.rest.into_iter().next() {
            Some((member, _)) => Err(DumpProblem::UnknownMember { member: crate::model::shorten(&member) }),
            None => Ok(()),
        }
    }
}

struct Found<'l>(Vec<(String, &'l RawValue)>);

impl<'de> Deserialize<'de> for Found<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Found<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Found<'de>, A::Error> {
                let mut found: Vec<(String, &'de RawValue)> = Vec::with_capacity(12);
                while let Some((name, raw)) = map.next_entry::<String, &'de RawValue>()? {
                    // One of two with the same name would be lost.
                    if found.len() == MOST_MEMBERS || found.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom("too many members"));
                    }
                    found.push((name, raw));
                }
                Ok(Found(found))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// Lines of bounded length out of a stream.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    max: usize,
    /// How many lines have been read.
    pub(super) count: u64,
    /// How many bytes have been read.
    pub(super) bytes: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R, max: usize) -> Self {
        Self { reader: BufReader::with_capacity(1 << 18, reader), line: Vec::new(), max, count: 0, bytes: 0 }
    }

    /// The next line without its end; `None` behind the last. The inner result says what is wrong with the line.
    pub(super) fn next(&mut self) -> Result<Option<std::result::Result<&[u8], DumpProblem>>> {
        self.line.clear();
        loop {
            let found = match self.reader.fill_buf() {
                Ok(found) => found,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ErrorKind::Source(error).into()),
            };
            if found.is_empty() {
                if self.line.is_empty() {
                    return Ok(None);
                }
                break;
            }
            let end = memchr::memchr(b'\n', found);
            let (part, used) = match end {
                Some(end) => (found.get(..end).unwrap_or_default(), end + 1),
                None => (found, found.len()),
            };
            if self.line.len().saturating_add(part.len()) > self.max {
                self.count += 1;
                return Ok(Some(Err(DumpProblem::TooLong { max: self.max })));
            }
            self.line.extend_from_slice(part);
            self.reader.consume(used);
            self.bytes += used as u64;
            if end.is_some() {
                break;
            }
        }
        self.count += 1;
        let line = self.line.as_slice();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // What editors put at the beginning of a file.
        let line = if self.count == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        Ok(Some(Ok(line)))
    }
}

/// The checksum of lines: that of each with a line feed behind it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum(crc32fast::Hasher);

impl Sum {
    pub(super) fn add(&mut self, line: &[u8]) {
        self.0.update(line);
        self.0.update(b"\n");
    }

    pub(super) fn text(&self) -> String {
        format!("{:08x}", self.0.clone().finalize())
    }
}
