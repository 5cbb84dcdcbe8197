//! What must hold of any dump, whatever bytes it is made of. Shared with the fuzz targets, as `fuzz_bodies` is.

use contactdb::{Database, Dump, ErrorKind, Load, Read};

/// Any bytes as a dump. Without a last line they get one, so that they are read to their end.
pub(crate) fn dump(bytes: &[u8]) {
    let mut whole = bytes.to_vec();
    if !bytes.windows(7).any(|part| part == b"{\"end\":") {
        if !whole.ends_with(b"\n") && !whole.is_empty() {
            whole.push(b'\n');
        }
        let lines = whole.split(|byte| *byte == b'\n').count() - 1;
        whole.extend_from_slice(format!("{{\"end\":{lines}}}\n").as_bytes());
    }
    let db = Database::in_memory().expect("a database in memory");
    let mut tx = db.write().expect("nobody else writes");
    match Load::new(&mut tx).max_line(1 << 20).read(whole.as_slice()) {
        Ok(_) => {
            let report = tx.check(|_| {}).expect("a database in memory can be read");
            assert!(report.is_sound(), "{:?}", report.differences);
            let first = written(&tx);
            tx.commit().expect("what was loaded can be committed");
            let again = Database::in_memory().expect("a database in memory");
            let mut tx = again.write().expect("nobody else writes");
            Load::new(&mut tx).read(first.as_slice()).expect("what was dumped can be loaded");
            assert!(written(&tx) == first, "{}", String::from_utf8_lossy(&first));
        }
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Dump { .. }), "{error}");
            assert!(!error.to_string().is_empty());
            assert!(tx.commit().is_err(), "half of a dump can be committed");
        }
    }
}

/// The dump of all that a transaction has.
fn written(read: &impl Read) -> Vec<u8> {
    let mut dump = Vec::new();
    Dump::new(read).write(&mut dump).expect("what was loaded can be dumped");
    dump
}
