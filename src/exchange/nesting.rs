//! How deep JSON is nested, byte by byte, before anything reads it: reading goes by recursion.

/// Where one stands in a text that is JSON, or says that it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nesting {
    /// How many arrays and objects are open.
    pub(super) depth: u32,
    in_text: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes the next byte; gives whether it is a sign of the form, and no part of a text.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_text => self.escaped = true,
            b'"' => self.in_text = !self.in_text,
            _ if self.in_text => {}
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        !self.in_text
    }
}
