//! How much text the parser accepts.

/// Bounds on a segment text, so that no text, however hostile, can exhaust memory or the stack.
///
/// Each setter holds its argument between 1 and the bound of the same name, without an error. The depth bound is
/// chosen so that parsing, printing, cloning, comparing, debug-printing and dropping a tree each fit in a stack of 128 KiB in an unoptimised build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "each is a maximum, and the accessors say so")]
pub struct SyntaxLimits {
    max_bytes: usize,
    max_depth: usize,
    max_nodes: usize,
    max_patterns: usize,
}

impl SyntaxLimits {
    /// All that can ever be allowed: for what the library itself writes.
    pub(crate) const WIDEST: Self = Self {
        max_bytes: usize::MAX,
        max_depth: Self::DEPTH_BOUND,
        max_nodes: usize::MAX,
        max_patterns: Self::PATTERNS_BOUND,
    };
    /// Longest text that may ever be allowed, in bytes: 1 MiB.
    pub const BYTES_BOUND: usize = 1 << 20;
    /// Deepest nesting that may ever be allowed: 96.
    pub const DEPTH_BOUND: usize = 96;
    /// How many blocks may stand inside each other: 4. Answering them takes the product of the numbers of values.
    pub const BLOCKS: usize = 4;
    /// Most nodes that may ever be allowed: 1,000,000.
    pub const NODES_BOUND: usize = 1_000_000;
    /// Most regular expressions that may ever be allowed: 1,000. Each may take 1 MiB when compiled.
    pub const PATTERNS_BOUND: usize = 1_000;

    /// Sets the longest text in bytes; 64 KiB by default.
    #[must_use]
    pub fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes.clamp(1, Self::BYTES_BOUND);
        self
    }

    /// Sets how deep parentheses, blocks and `not` may nest, counted together, each block twice; 64 by default.
    #[must_use]
    pub fn with_max_depth(mut self, depth: usize) -> Self {
        self.max_depth = depth.clamp(1, Self::DEPTH_BOUND);
        self
    }

    /// Sets how many nodes (conditions, path steps, values, sort keys) a text may have; 10,000 by default.
    #[must_use]
    pub fn with_max_nodes(mut self, nodes: usize) -> Self {
        self.max_nodes = nodes.clamp(1, Self::NODES_BOUND);
        self
    }

    /// Sets how many regular expressions a text may have; 64 by default.
    #[must_use]
    pub fn with_max_patterns(mut self, patterns: usize) -> Self {
        self.max_patterns = patterns.clamp(1, Self::PATTERNS_BOUND);
        self
    }

    /// The most regular expressions.
    #[must_use]
    pub const fn max_patterns(&self) -> usize {
        self.max_patterns
    }

    /// The longest text, in bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// The deepest nesting.
    #[must_use]
    pub const fn max_depth(&self) -> usize {
        self.max_depth
    }

    /// The most nodes.
    #[must_use]
    pub const fn max_nodes(&self) -> usize {
        self.max_nodes
    }
}

impl Default for SyntaxLimits {
    fn default() -> Self {
        Self { max_bytes: 64 << 10, max_depth: 64, max_nodes: 10_000, max_patterns: 64 }
    }
}
