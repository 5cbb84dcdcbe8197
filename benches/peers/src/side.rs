//! The sides of the comparison, and how each is loaded in a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::Outcome;
use crate::data::Generator;
use crate::work::{Peer, Workload};
use crate::{ours, sqlite};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Ours,
    Sqlite,
    #[cfg(feature = "native_db")]
    NativeDb,
    #[cfg(feature = "tantivy")]
    Tantivy,
}

impl Side {
    /// All but ours.
    pub(crate) const PEERS: &[Self] = &[
        Self::Sqlite,
        #[cfg(feature = "native_db")]
        Self::NativeDb,
        #[cfg(feature = "tantivy")]
        Self::Tantivy,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "contactdb",
            Self::Sqlite => "sqlite",
            #[cfg(feature = "native_db")]
            Self::NativeDb => "native_db",
            #[cfg(feature = "tantivy")]
            Self::Tantivy => "tantivy",
        }
    }

    pub(crate) fn named(name: &str) -> Outcome<Self> {
        let found = [Self::Ours].iter().chain(Self::PEERS).find(|side| side.name() == name).copied();
        Ok(found.ok_or_else(|| format!("{name} is no peer of this build (see the features)"))?)
    }

    /// Whether that is a thing one would do with it.
    pub(crate) fn can(self, work: Workload) -> bool {
        match (self, work) {
            (Self::Ours | Self::Sqlite, _) => true,
            #[cfg(feature = "native_db")]
            (Self::NativeDb, work) => crate::native::can(work),
            #[cfg(feature = "tantivy")]
            (Self::Tantivy, work) => crate::text_index::can(work),
        }
    }

    pub(crate) fn open(self, path: &Path, generator: &Arc<Generator>) -> Outcome<Box<dyn Peer>> {
        match self {
            Self::Ours => ours::open(path, generator),
            Self::Sqlite => sqlite::open(path, generator),
            #[cfg(feature = "native_db")]
            Self::NativeDb => crate::native::open(path, generator),
            #[cfg(feature = "tantivy")]
            Self::Tantivy => crate::text_index::open(path, generator),
        }
    }

    /// Loads the data in a process of its own.
    pub(crate) fn load(self, path: &Path, generator: &Generator, seed: u64) -> Outcome<Loaded> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--contacts", &generator.contacts.to_string(), "--seed", &seed.to_string()]);
        let output = command.args(["--load", self.name()]).arg(path).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let mut words = said.split_whitespace();
        match words.next().map(str::parse) {
            Some(Ok(nanoseconds)) if output.status.success() => Ok(Loaded {
                path: path.to_owned(),
                took: Duration::from_nanos(nanoseconds),
                peak_memory: words.next().and_then(|kib| kib.parse().ok()).map(|kib: u64| kib * 1_024),
                bytes: size(path)?,
            }),
            _ => Err(format!("{} was not loaded: {}", self.name(), String::from_utf8_lossy(&output.stderr)).into()),
        }
    }
}

/// What the other process said, and the file it left.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) path: PathBuf,
    pub(crate) took: Duration,
    /// In bytes; unknown where the system does not tell.
    pub(crate) peak_memory: Option<u64>,
    pub(crate) bytes: u64,
}

/// Loads in this process, and says how long it took and the most memory it had, in KiB.
pub(crate) fn load_here(side: Side, path: &Path, generator: &Arc<Generator>) -> Outcome<()> {
    let took = match side {
        Side::Ours => ours::load(path, generator)?,
        Side::Sqlite => sqlite::load(path, generator)?,
        #[cfg(feature = "native_db")]
        Side::NativeDb => crate::native::load(path, generator)?,
        #[cfg(feature = "tantivy")]
        Side::Tantivy => crate::text_index::load(path, generator)?,
    };
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).and_then(|line| line.split_whitespace().nth(1));
    println!("{} {}", took.as_nanos(), peak.unwrap_or("unknown"));
    Ok(())
}

/// The bytes of a file, or of all files in a folder.
fn size(path: &Path) -> Outcome<u64> {
    if path.is_file() {
        return Ok(path.metadata()?.len());
    }
    let mut sum = 0;
    for entry in std::fs::read_dir(path)? {
        sum += size(&entry?.path())?;
    }
    Ok(sum)
}
