//! The words behind the command.

use std::path::PathBuf;

use crate::Outcome;
use crate::side::Side;
use crate::work::Workload;

pub(crate) struct Arguments {
    pub(crate) contacts: u64,
    pub(crate) seed: u64,
    pub(crate) json: bool,
    /// The workloads that are wanted; all if there are none.
    only: Vec<Workload>,
    /// The peers that are wanted; all if there are none.
    peers: Vec<Side>,
    /// This process is to load one side and end.
    pub(crate) load: Option<(Side, PathBuf)>,
}

impl Arguments {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut read = Self { contacts: 20_000, seed: 1, json: false, only: Vec::new(), peers: Vec::new(), load: None };
        while let Some(word) = words.next() {
            if word == "--json" {
                read.json = true;
                continue;
            }
            let value = words.next().ok_or_else(|| format!("{word} wants a value behind it"))?;
            match word.as_str() {
                "--contacts" => read.contacts = value.replace('_', "").parse::<u64>()?.max(1_000),
                "--seed" => read.seed = value.parse()?,
                "--only" => read.only = value.split(',').map(workload).collect::<Outcome<_>>()?,
                "--peer" => read.peers = value.split(',').map(Side::named).collect::<Outcome<_>>()?,
                "--load" => read.load = Some((Side::named(&value)?, words.next().unwrap_or_default().into())),
                _ => return Err(format!("{word} is no option: --contacts, --seed, --json, --only, --peer").into()),
            }
        }
        Ok(read)
    }

    pub(crate) fn wants(&self, work: Workload) -> bool {
        self.only.is_empty() || self.only.contains(&work)
    }

    pub(crate) fn wants_peer(&self, peer: Side) -> bool {
        self.peers.is_empty() || self.peers.contains(&peer)
    }
}

fn workload(name: &str) -> Outcome<Workload> {
    let found = Workload::ALL.iter().find(|(_, known, _)| *known == name).map(|(work, ..)| *work);
    let known = || Workload::ALL.iter().map(|(_, known, _)| *known).collect::<Vec<_>>().join(", ");
    Ok(found.ok_or_else(|| format!("{name} is no workload; there are {}", known()))?)
}
