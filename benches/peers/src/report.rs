//! What was measured, as lines of JSON or as tables.

use std::time::Duration;

use serde_json::json;

use crate::arguments::Arguments;
use crate::data::Generator;
use crate::side::Side;
use crate::work::Workload;

/// What stands for many times.
#[derive(Debug, Clone, Copy)]
struct Figure {
    mean: Duration,
    median: Duration,
    min: Duration,
    max: Duration,
}

impl Figure {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let sum = times.iter().sum::<Duration>();
        Self {
            mean: sum / u32::try_from(times.len()).unwrap_or(1).max(1),
            median: times.get(times.len() / 2).copied().unwrap_or_default(),
            min: times.first().copied().unwrap_or_default(),
            max: times.last().copied().unwrap_or_default(),
        }
    }
}

/// A workload with one peer.
pub(crate) struct Line {
    work: Workload,
    peer: Side,
    measured: Measured,
    note: String,
}

enum Measured {
    /// Told by the median, with the shortest and the longest.
    Times(Figure, Figure),
    /// Told by the mean, with the median and the longest.
    Commits(Figure, Figure),
    Bytes(u64, u64),
}

impl Line {
    pub(crate) fn times(work: Workload, peer: Side, ours: Vec<Duration>, theirs: Vec<Duration>, note: String) -> Self {
        Self { work, peer, measured: Measured::Times(Figure::of(ours), Figure::of(theirs)), note }
    }

    pub(crate) fn commits(
        work: Workload,
        peer: Side,
        ours: Vec<Duration>,
        theirs: Vec<Duration>,
        note: String,
    ) -> Self {
        Self { work, peer, measured: Measured::Commits(Figure::of(ours), Figure::of(theirs)), note }
    }

    pub(crate) fn sizes(peer: Side, ours: u64, theirs: u64) -> Self {
        Self { work: Workload::FileSize, peer, measured: Measured::Bytes(ours, theirs), note: String::new() }
    }

    /// What the ratio goes by: nanoseconds or bytes.
    fn values(&self) -> (u64, u64) {
        let whole = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        match self.measured {
            Measured::Times(ours, theirs) => (whole(ours.median), whole(theirs.median)),
            Measured::Commits(ours, theirs) => (whole(ours.mean), whole(theirs.mean)),
            Measured::Bytes(ours, theirs) => (ours, theirs),
        }
    }

    /// What the peer needs, as a multiple of what we need.
    #[expect(clippy::cast_precision_loss, reason = "a ratio is shown with few digits")]
    fn ratio(&self) -> f64 {
        let (ours, theirs) = self.values();
        theirs as f64 / ours.max(1) as f64
    }

    fn cells(&self) -> [String; 2] {
        match self.measured {
            Measured::Times(ours, theirs) => [ours, theirs]
                .map(|times| format!("{} ({} - {})", short(times.median), short(times.min), short(times.max))),
            Measured::Commits(ours, theirs) => [ours, theirs]
                .map(|times| format!("{} ({}, worst {})", short(times.mean), short(times.median), short(times.max))),
            Measured::Bytes(ours, theirs) => [megabytes(ours), megabytes(theirs)],
        }
    }
}

fn short(time: Duration) -> String {
    format!("{time:.1?}")
}

#[expect(clippy::cast_precision_loss, reason = "sizes are shown with one digit behind the point")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Where the lines go, as they come.
#[derive(Debug)]
pub(crate) struct Report {
    json: bool,
    memory: Vec<(Side, Option<u64>, Option<u64>)>,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, memory: Vec::new() }
    }

    pub(crate) fn begin(&self, arguments: &Arguments, generator: &Generator) {
        if self.json {
            return;
        }
        let (contacts, companies) = (generator.contacts, generator.companies());
        println!("{contacts} contacts, {companies} companies, seed {}; ratio = peer / contactdb\n", arguments.seed);
        println!(
            "| workload | peer | contactdb: median (min - max) | peer: median (min - max) | ratio | wanted | note |"
        );
        println!("|---|---|---|---|---|---|---|");
    }

    pub(crate) fn line(&self, line: &Line) {
        let (workload, peer, ratio) = (line.work.name(), line.peer.name(), line.ratio());
        if self.json {
            let (ours, theirs) = line.values();
            let mut object = json!({
                "workload": workload, "peer": peer, "ours_ns": ours, "peer_ns": theirs,
                "ratio": (ratio * 1_000.0).round() / 1_000.0,
            });
            if let (Some(object), false) = (object.as_object_mut(), line.note.is_empty()) {
                object.insert("note".to_owned(), line.note.as_str().into());
            }
            println!("{object}");
            return;
        }
        let [ours, theirs] = line.cells();
        let wanted = line.work.wanted().filter(|_| line.peer == Side::Sqlite);
        let wanted = wanted.map(|ratio| format!("{ratio}")).unwrap_or_default();
        println!("| {workload} | {peer} | {ours} | {theirs} | {} | {wanted} | {} |", digits(ratio), line.note);
    }

    /// Peak memory of the load, in bytes.
    pub(crate) fn memory(&mut self, peer: Side, ours: Option<u64>, theirs: Option<u64>) {
        self.memory.push((peer, ours, theirs));
    }

    pub(crate) fn end(&self) {
        if self.json {
            for (peer, ours, theirs) in &self.memory {
                let line =
                    json!({"workload": "peak_memory", "peer": peer.name(), "ours_bytes": ours, "peer_bytes": theirs});
                println!("{line}");
            }
            return;
        }
        println!("\n| peer | peak memory of a load: contactdb | peer |\n|---|---|---|");
        let shown = |bytes: &Option<u64>| bytes.map_or_else(|| "unknown".to_owned(), megabytes);
        for (peer, ours, theirs) in &self.memory {
            println!("| {} | {} | {} |", peer.name(), shown(ours), shown(theirs));
        }
    }
}

/// Two digits that count, or whole numbers.
fn digits(ratio: f64) -> String {
    match ratio {
        ratio if ratio >= 10.0 => format!("{ratio:.0}"),
        ratio if ratio >= 0.1 => format!("{ratio:.2}"),
        ratio if ratio >= 0.001 => format!("{ratio:.4}"),
        ratio => format!("{ratio:.1e}"),
    }
}
