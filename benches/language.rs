//! How long it takes to read and check segment texts, and how that grows with their length:
//! `cargo bench --bench language`.
//!
//! Prints a Markdown table: the median for a text of some size and for one ten times as long, and the ratio of the two,
//! which stays near ten where the time is in proportion to the length. Nothing here decides a test.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use contactdb::{Database, Options, Read, SyntaxLimits};

type Failure = Box<dyn Error>;
type Shape = (&'static str, fn(usize) -> String);

/// What a text is made of, and the text of about so many bytes.
const SHAPES: [Shape; 9] = [
    ("conditions joined by or", |size| repeated("stage = customer and age > 30", ") or (", size)),
    ("a list of options", |size| format!("stage in [{}]", repeated("customer", ", ", size))),
    ("a list of texts", |size| format!("owner in [{}]", repeated("\"Ada Lovelace\"", ", ", size))),
    ("paths", |size| repeated("company.parent.industry = Health", ") or (", size)),
    ("blocks", |size| repeated("any address (city = Paris and country = FR)", " or ", size)),
    ("unknown names", |size| repeated("stge = lead", " or ", size)),
    ("operators alone", |size| "= ".repeat(size / 2)),
    ("names in backquotes", |size| "`a".repeat(size / 2)),
    ("open parentheses", |size| "(".repeat(size)),
];
/// Bytes of the shorter texts; the longer ones have ten times as many. The first pair lies within the default limit of
/// 64 KiB, the second at the bound of 1 MiB, where the tokens and trees of a text no longer fit in the caches.
const SIZES: [usize; 2] = [6_400, 100_000];
const RUNS: usize = 31;

fn main() -> Result<(), Failure> {
    let limits = SyntaxLimits::default().with_max_bytes(usize::MAX).with_max_nodes(usize::MAX);
    let db = Options::new().segment_limits(limits).in_memory()?;
    for size in SIZES {
        println!("| text | {size} bytes | {} bytes | ratio |\n|---|---|---|---|", size * 10);
        for (name, text) in SHAPES {
            let (short, long) = (text(size), text(size * 10));
            let (once, tenfold) = alternating(&db, &short, &long)?;
            let ratio = tenfold.as_secs_f64() / once.as_secs_f64();
            println!("| {name} | {once:.2?} | {tenfold:.2?} | {ratio:.1} |");
        }
        println!();
    }
    let one = "company.industry in [\"Health\", \"Biotech\"] and company.employees >= 50 and relation = partner \
               and any address (city = Paris and country = FR) and not (last_interaction in last 30 days)";
    let snapshot = db.read()?;
    let segment = snapshot.segment(one)?;
    let json = serde_json::to_string(&segment.to_tree())?;
    println!("| one segment of {} bytes | median |\n|---|---|", one.len());
    println!("| read and checked | {:.2?} |", median(|| drop(black_box(snapshot.segment(one)))));
    println!(
        "| stored tree checked | {:.2?} |",
        median(|| {
            let tree: Option<contactdb::SegmentTree> = serde_json::from_str(&json).ok();
            drop(black_box(tree.map(|tree| snapshot.segment(tree))));
        })
    );
    println!("| printed | {:.2?} |", median(|| drop(black_box(segment.to_text(snapshot.catalogue())))));
    println!("| proposals at its end | {:.2?} |", median(|| drop(black_box(snapshot.complete(one, one.len() - 20)))));
    Ok(())
}

/// The medians of reading each text, in turns.
fn alternating(db: &Database, short: &str, long: &str) -> Result<(Duration, Duration), Failure> {
    let snapshot = db.read()?;
    let time = |text: &str| {
        let start = Instant::now();
        drop(black_box(snapshot.segment(text)));
        start.elapsed()
    };
    let (mut shorts, mut longs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        shorts.push(time(short));
        longs.push(time(long));
    }
    Ok((middle(shorts), middle(longs)))
}

fn median(mut work: impl FnMut()) -> Duration {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    middle((0..1_000).map(|_| time(&mut work)).collect())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn repeated(piece: &str, between: &str, size: usize) -> String {
    let count = size / (piece.len() + between.len());
    let body = vec![piece; count.max(1)].join(between);
    if between.starts_with(')') { format!("({body})") } else { body }
}
