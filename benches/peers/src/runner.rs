//! Loads both sides, holds their answers against each other, then measures them in turns.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::data::Generator;
use crate::report::{Line, Report};
use crate::side::{Loaded, Side};
use crate::work::{Answer, Peer, Question, Workload};

/// How many runs there are, and how many if one of them takes more than [`SLOW`].
const RUNS: u64 = 7;
const FEW_RUNS: u64 = 3;
const SLOW: Duration = Duration::from_secs(1);
/// A run that is shorter is done again until it is as long.
const SHORT: Duration = Duration::from_millis(2);
/// Reads in a run, where one is very short.
const READS: u64 = 2_000;
/// Commits before the other side has its turn.
const TURN: u64 = 50;

struct Pair {
    peer: Side,
    ours: Box<dyn Peer>,
    theirs: Box<dyn Peer>,
}

/// Measures a peer in all workloads that are wanted and that it can do.
pub(crate) fn compare(
    peer: Side,
    folder: &Path,
    generator: &Arc<Generator>,
    arguments: &Arguments,
    report: &mut Report,
) -> Outcome<()> {
    let wanted = |work| arguments.wants(work) && peer.can(work);
    if !arguments.wants_peer(peer) || !Workload::ALL.iter().any(|(work, ..)| wanted(*work)) {
        return Ok(());
    }
    let runs = if !wanted(Workload::BulkLoad) || generator.contacts > 100_000 { 1 } else { 3 };
    let (mut loads, mut files) = ((Vec::new(), Vec::new()), None);
    for run in 0..runs {
        let ours = Side::Ours.load(&folder.join(format!("{}-{run}-ours", peer.name())), generator, arguments.seed)?;
        let theirs = peer.load(&folder.join(format!("{}-{run}-theirs", peer.name())), generator, arguments.seed)?;
        loads.0.push(ours.took);
        loads.1.push(theirs.took);
        if let Some((ours, theirs)) = files.replace((ours, theirs)) {
            remove(&ours)?;
            remove(&theirs)?;
        }
    }
    let (ours, theirs) = files.ok_or("nothing was loaded")?;
    if wanted(Workload::BulkLoad) {
        let note = format!("{runs} loads each, the generator's time left out");
        report.line(&Line::times(Workload::BulkLoad, peer, loads.0, loads.1, note));
    }
    if wanted(Workload::FileSize) {
        report.line(&Line::sizes(peer, ours.bytes, theirs.bytes));
    }
    report.memory(peer, ours.peak_memory, theirs.peak_memory);
    if wanted(Workload::Open) {
        report.line(&opening(peer, &ours, &theirs, generator)?);
    }
    let mut pair =
        Pair { peer, ours: Side::Ours.open(&ours.path, generator)?, theirs: peer.open(&theirs.path, generator)? };
    for (work, ..) in Workload::ALL.iter().filter(|(work, ..)| wanted(*work)) {
        match work {
            Workload::BulkLoad | Workload::FileSize | Workload::Open => {}
            Workload::DurableInsert | Workload::DurableUpdate => report.line(&pair.commits(*work, generator)?),
            Workload::BulkTag => report.line(&pair.bulk(*work, generator)?),
            _ => report.line(&pair.reads(*work, generator)?),
        }
    }
    pair.ours.close()?;
    pair.theirs.close()?;
    remove(&ours)?;
    remove(&theirs)
}

fn remove(loaded: &Loaded) -> Outcome<()> {
    let path = &loaded.path;
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    Ok(removed?)
}

fn opening(peer: Side, ours: &Loaded, theirs: &Loaded, generator: &Arc<Generator>) -> Outcome<Line> {
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        for (side, loaded, times) in [(Side::Ours, ours, &mut times.0), (peer, theirs, &mut times.1)] {
            let started = Instant::now();
            let open = side.open(&loaded.path, generator)?;
            times.push(started.elapsed());
            open.close()?;
        }
    }
    Ok(Line::times(Workload::Open, peer, times.0, times.1, String::new()))
}

impl Pair {
    fn reads(&mut self, work: Workload, generator: &Arc<Generator>) -> Outcome<Line> {
        let mut random = generator.random(2 << 62 | work as u64);
        let mut draw = || work.question(generator, &mut random, 0);
        self.reading(true)?;
        let first = draw()?;
        let (took, _) = self.check(&first)?;
        let runs = if took > SLOW { FEW_RUNS } else { RUNS };
        let each = if work.is_point() { READS } else { 1 };
        let rounds = (0..runs).map(|_| (0..each).map(|_| draw()).collect()).collect::<Outcome<Vec<Vec<_>>>>()?;
        // Both sides are warm after this.
        let (mut longest, mut their_longest) = (Duration::ZERO, Duration::ZERO);
        for question in rounds.iter().flatten() {
            let (ours, theirs) = self.check(question)?;
            (longest, their_longest) = (longest.max(ours), their_longest.max(theirs));
        }
        self.reading(false)?;
        let repeats = |longest: Duration| match each {
            1 => u32::try_from(SHORT.as_nanos() / longest.as_nanos().max(1)).unwrap_or(1).clamp(1, 1_000),
            _ => 1,
        };
        let mut times = (Vec::new(), Vec::new());
        for round in &rounds {
            times.0.push(run(&mut *self.ours, round, repeats(longest))?);
            times.1.push(run(&mut *self.theirs, round, repeats(their_longest))?);
        }
        let note = if runs == RUNS { String::new() } else { format!("{FEW_RUNS} runs, one of ours takes over 1 s") };
        Ok(Line::times(work, self.peer, times.0, times.1, note))
    }

    /// Commits of one change each, in turns.
    fn commits(&mut self, work: Workload, generator: &Arc<Generator>) -> Outcome<Line> {
        let mut random = generator.random(3 << 62 | work as u64);
        let commits = if generator.contacts >= 100_000 { 2_000 } else { 200 };
        let mut times = (Vec::new(), Vec::new());
        let mut changed = Vec::new();
        for turn in 0..commits / TURN {
            let draw = |at| work.question(generator, &mut random, turn * TURN + at);
            let questions = (0..TURN).map(draw).collect::<Outcome<Vec<_>>>()?;
            for (side, times) in [(&mut self.ours, &mut times.0), (&mut self.theirs, &mut times.1)] {
                for question in &questions {
                    let started = Instant::now();
                    side.answer(question)?;
                    times.push(started.elapsed());
                }
            }
            changed.extend(questions.into_iter().map(|question| match question {
                Question::Insert(person) => Question::ByEmail(person.email),
                Question::Update { at, .. } => Question::ById(at),
                other => other,
            }));
        }
        self.reading(true)?;
        for question in &changed {
            self.check(question)?;
        }
        self.reading(false)?;
        Ok(Line::commits(work, self.peer, times.0, times.1, format!("{commits} commits, mean (median, worst)")))
    }

    /// One tag upon many, another in each run.
    fn bulk(&mut self, work: Workload, generator: &Arc<Generator>) -> Outcome<Line> {
        let mut random = generator.random(4 << 60);
        let mut times = (Vec::new(), Vec::new());
        let (mut run, mut runs, mut tagged) = (0, RUNS, String::new());
        // The first run warms both up and is left out.
        while run <= runs {
            let question = work.question(generator, &mut random, run)?;
            let started = Instant::now();
            let ours = self.ours.answer(&question)?;
            let took = started.elapsed();
            let started = Instant::now();
            let theirs = self.theirs.answer(&question)?;
            let took = (took, started.elapsed());
            tagged = same(&question, &ours, &theirs, self.peer)?;
            if run == 0 && took.0 > SLOW {
                runs = FEW_RUNS;
            }
            if run > 0 {
                times.0.push(took.0);
                times.1.push(took.1);
            }
            run += 1;
        }
        Ok(Line::times(work, self.peer, times.0, times.1, format!("{runs} runs, about {tagged} contacts each")))
    }

    fn reading(&mut self, begin: bool) -> Outcome<()> {
        self.ours.reading(begin)?;
        self.theirs.reading(begin)
    }

    /// Asks both, and fails if they do not agree.
    fn check(&mut self, question: &Question) -> Outcome<(Duration, Duration)> {
        let started = Instant::now();
        let ours = self.ours.answer(question)?;
        let took = started.elapsed();
        let started = Instant::now();
        let theirs = self.theirs.answer(question)?;
        let took = (took, started.elapsed());
        same(question, &ours, &theirs, self.peer)?;
        Ok(took)
    }
}

fn same(question: &Question, ours: &Answer, theirs: &Answer, peer: Side) -> Outcome<String> {
    let (ours, theirs) = (ours.plain()?, theirs.plain()?);
    if ours == theirs {
        return Ok(ours);
    }
    Err(format!("{question:?}: contactdb says {ours}, {} says {theirs}", peer.name()).into())
}

/// The mean time of a question.
fn run(side: &mut dyn Peer, questions: &[Question], repeats: u32) -> Outcome<Duration> {
    tidy();
    let started = Instant::now();
    side.reading(true)?;
    for _ in 0..repeats {
        for question in questions {
            black_box(side.answer(question)?);
        }
    }
    side.reading(false)?;
    Ok(started.elapsed() / repeats / u32::try_from(questions.len())?.max(1))
}

/// Lets the allocator put together what was freed. It does so when somebody next asks for more than a little, and what one side
/// left behind would be done in the time of the other: up to 9 ms after a statement of SQLite that sorts a million rows.
fn tidy() {
    drop(black_box(Vec::<u8>::with_capacity(64 * 1024)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sides_answer_alike() {
        let folder = tempfile::tempdir().unwrap();
        let generator = Arc::new(Generator::new(1_000, 3));
        let load = |side: Side, name: &str| {
            let path = folder.path().join(name);
            crate::side::load_here(side, &path, &generator).unwrap();
            side.open(&path, &generator).unwrap()
        };
        for peer in Side::PEERS {
            let (ours, theirs) = (format!("{}-ours", peer.name()), format!("{}-theirs", peer.name()));
            let mut pair = Pair { peer: *peer, ours: load(Side::Ours, &ours), theirs: load(*peer, &theirs) };
            let mut random = generator.random(1);
            for (work, ..) in Workload::ALL.iter().filter(|(work, ..)| peer.can(*work)) {
                for run in 0..5 {
                    if let Ok(question) = work.question(&generator, &mut random, run) {
                        pair.check(&question).unwrap();
                    }
                }
            }
        }
    }
}
