//! By what a table or a stream is known again.

/// The checksum of what was read, by which an import sees that it goes on with the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum(crc32fast::Hasher);

impl Sum {
    /// Adds headings, a row or a card; what its texts are, one by one, is part of it.
    pub(super) fn add<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        for text in texts {
            self.0.update(&(text.len() as u64).to_le_bytes());
            self.0.update(text.as_bytes());
        }
        // No text is so long.
        self.0.update(&u64::MAX.to_le_bytes());
    }

    pub(super) fn value(&self) -> i64 {
        i64::from(self.0.clone().finalize())
    }
}
