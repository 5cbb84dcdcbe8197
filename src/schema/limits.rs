//! How much a database takes in.

/// Bounds on what is written, so that nothing from outside can fill memory or the file unnoticed.
///
/// ```
/// use contactdb::Limits;
/// let limits = Limits { long_text: 64 * 1024, ..Limits::default() };
/// assert_eq!(limits.text, 16 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest text, in bytes; 16 KiB.
    pub text: u64,
    /// The longest long text (notes, bodies), in bytes; 4 MiB.
    pub long_text: u64,
    /// The most values of one attribute in one record; 10,000.
    pub values: u64,
    /// The most custom fields of one kind, archived ones included; 1,000.
    pub fields: u64,
    /// The most kinds of records that a business defines, archived ones included; 1,000.
    pub kinds: u64,
    /// The most options of one choice; 10,000.
    pub options: u64,
    /// The most tags of one record; 1,000.
    pub tags: u64,
    /// The most saved questions; 10,000.
    pub questions: u64,
    /// How many bytes of changes a transaction holds in memory before it moves them into the file,
    /// where they stay unseen until the commit; 192 MiB. A bulk load within it makes the smallest file, the fastest.
    pub write_set: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text: 16 << 10,
            long_text: 4 << 20,
            values: 10_000,
            fields: 1_000,
            kinds: 1_000,
            options: 10_000,
            tags: 1_000,
            questions: 10_000,
            write_set: 192 << 20,
        }
    }
}
