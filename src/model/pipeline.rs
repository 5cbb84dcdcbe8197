//! Pipelines as the model knows them: which stages there are, and what they say.

/// What a stage means for the deal that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum StageOutcome {
    /// Not decided yet.
    #[default]
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
}

impl StageOutcome {
    /// The key of the option that stands for it, and the code by which files name it.
    const NAMES: [(Self, &'static str, i64); 3] =
        [(Self::Open, "open", 0), (Self::Won, "won", 1), (Self::Lost, "lost", 2)];

    /// "open", "won" or "lost".
    #[must_use]
    pub fn key(self) -> &'static str {
        Self::NAMES.iter().find(|(known, ..)| *known == self).map_or("open", |(_, key, _)| key)
    }

    pub(crate) fn code(self) -> i64 {
        Self::NAMES.iter().find(|(known, ..)| *known == self).map_or(0, |(.., code)| *code)
    }

    /// The outcome of a code; one that this version does not know decides nothing.
    pub(crate) fn of_code(code: i64) -> Self {
        Self::NAMES.iter().find(|(.., known)| *known == code).map_or(Self::Open, |(outcome, ..)| *outcome)
    }
}

/// That a choice is the stage in a pipeline, and what it fills in: the numbers of the properties.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StageOf {
    /// The choice of the pipeline.
    pub(crate) pipeline: u32,
    /// The probability in per cent.
    pub(crate) probability: u32,
    /// When it was won or lost.
    pub(crate) closed: u32,
    pub(crate) pipelines: &'static [BuiltInPipeline],
}

/// A pipeline that every database has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuiltInPipeline {
    /// The code of its option.
    pub(crate) code: u32,
    pub(crate) stages: &'static [Stage],
}

/// A stage of a pipeline, as the model begins with it and as the catalogue holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stage {
    /// The code of its option.
    pub(crate) code: u32,
    /// In per cent.
    pub(crate) probability: i64,
    pub(crate) outcome: StageOutcome,
}
