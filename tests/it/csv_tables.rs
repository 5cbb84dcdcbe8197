//! Tables that come in and go out.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;

use contactdb::{
    Address, Company, Contact, CsvExport, CsvOptions, CsvProblem, CsvReader, CsvRowProblem, Database, ErrorKind,
    ExtraFields, Field, Headings, Kind, Labelled, LineEnd, ManyValues, Mapping, Read as _, TextEncoding, Value,
};
use proptest::prelude::*;

use crate::cases::cases;
use crate::fuzz_bodies;

/// Lines, and what was found on them.
type Lines<T> = Vec<(u64, T)>;

/// Good rows with a bar between their fields, and the codes of bad ones.
fn read(table: &[u8], options: CsvOptions) -> (Lines<String>, Lines<&'static str>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for row in CsvReader::new(table, options).unwrap() {
        match row {
            Ok(row) => good.push((row.line(), row.iter().collect::<Vec<_>>().join("|"))),
            Err(error) => bad.push((error.line(), error.problem().code())),
        }
    }
    (good, bad)
}

fn good(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
    rows.iter().map(|(line, row)| (*line, (*row).to_owned())).collect()
}

#[test]
fn bad_rows_are_reported_with_their_lines_and_the_others_go_in() {
    let table = b"name,city\r\n\
        Ada,London\r\n\
        \r\n\
        \"Lovelace\r\nAda\",\"12 \"\"Old\"\" Road\"\r\n\
        Gr\0ce,x\r\n\
        Jos\xC3\xA9,Zo\xC3\xAB\r\n\
        Jos\xE9,x\r\n\
        a,b,c\r\n\
        a,b,,\r\n\
        5\" nail,'tis\r\n\
        \"a \"b\" c\",x\r\n\
        a,b\r\n\
        a\r\n\
        last,row";
    let (rows, bad) = read(table, CsvOptions::new());
    let expected = [
        (2, "Ada|London"),
        (4, "Lovelace\r\nAda|12 \"Old\" Road"),
        (7, "Jos\u{E9}|Zo\u{EB}"),
        (10, "a|b"),
        (11, "5\" nail|'tis"),
        (13, "a|b"),
        (14, "a"),
        (15, "last|row"),
    ];
    assert_eq!(rows, good(&expected));
    assert_eq!(bad, [(6, "nul"), (8, "not-text"), (9, "extra-fields"), (12, "stray-quote")]);
    let kept = CsvOptions::new().extra_fields(ExtraFields::Keep).stray_quotes(true);
    let (rows, bad) = read(table, kept);
    assert!(rows.contains(&(9, "a|b|c".to_owned())) && rows.contains(&(12, "a b\" c\"|x".to_owned())), "{rows:?}");
    assert_eq!(bad.len(), 2);
}

#[test]
fn an_unbalanced_quote_costs_its_own_row_and_what_looks_like_a_part_of_it() {
    let (rows, bad) = read(b"name,city\n\"Ada,London\nGrace,\"Arlington\"\nHedy,Vienna\n", CsvOptions::new());
    assert_eq!((rows, bad), (good(&[(3, "Grace|Arlington"), (4, "Hedy|Vienna")]), vec![(2, "open-quote")]));
    // The quote inside of the note is the mistake; the second line of the note is no row.
    let table = b"name,note\nAda,\"says \"hello\"\nand more\",\nGrace,x\n";
    let (rows, bad) = read(table, CsvOptions::new().delimiter(','));
    assert_eq!(rows, good(&[(4, "Grace|x")]));
    assert_eq!(bad, [(2, "stray-quote"), (3, "fragment")]);
}

#[test]
fn line_ends_of_all_sorts_are_counted_as_editors_count() {
    for end in ["\n", "\r", "\r\n"] {
        let table = format!("a,b{end}1,\"x{end}y\"{end}{end}{end}2,z{end}");
        let (rows, bad) = read(table.as_bytes(), CsvOptions::new());
        let (first, second) = (format!("1|x{end}y"), "2|z".to_owned());
        assert_eq!((rows, bad), (vec![(2, first), (6, second)], vec![]), "{end:?}");
    }
}

/// A source that gives a few bytes at a time, and fails at last.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("the cable was pulled"));
        }
        let few = target.len().min(7);
        self.0.read(&mut target[..few])
    }
}

#[test]
fn a_source_that_fails_ends_the_rows_with_that_error() {
    let table = format!("name,city\n{}", "Ada,London\n".repeat(10_000));
    let rows: Vec<_> = CsvReader::new(Failing(table.as_bytes()), CsvOptions::new()).unwrap().collect();
    let (last, before) = rows.split_last().unwrap();
    let last = last.as_ref().unwrap_err();
    assert!(last.is_last() && matches!(last.problem(), CsvRowProblem::Source(_)), "{last}");
    assert_eq!(before.iter().filter(|row| row.is_ok()).count(), 10_000);
    let error = CsvReader::new(Failing(b"name"), CsvOptions::new()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Source(_)), "{error}");
}

#[test]
fn signs_and_headers_that_can_not_be_are_refused() {
    let refused = |table: &[u8], options| match CsvReader::new(table, options).unwrap_err().into_kind() {
        ErrorKind::Csv { problem } => problem,
        other => panic!("{other}"),
    };
    assert!(matches!(refused(b"a", CsvOptions::new().delimiter('\u{E9}')), CsvProblem::Sign { .. }));
    assert!(matches!(refused(b"a", CsvOptions::new().delimiter('\n')), CsvProblem::Sign { .. }));
    assert!(matches!(refused(b"a", CsvOptions::new().delimiter('"').quote(Some('"'))), CsvProblem::SameSign { .. }));
    let problem = refused(b"\na\0,b\n", CsvOptions::new());
    assert!(matches!(&problem, CsvProblem::Headers(row) if row.line() == 2 && row.number() == 0), "{problem}");
}

#[test]
fn reading_goes_on_where_it_was_left() {
    let table: String =
        (1..=500).map(|at| if at % 7 == 0 { "a,b,c\n".to_owned() } else { format!("{at},x\n") }).collect();
    let table = format!("name,city\n{table}");
    let all: Vec<_> = CsvReader::new(table.as_bytes(), CsvOptions::new()).unwrap().map(Result::ok).collect();
    for from in [0, 1, 2, 7, 8, 250, 500, 501, 9_999] {
        let mut reader = CsvReader::new(table.as_bytes(), CsvOptions::new()).unwrap();
        if from % 2 == 0 {
            assert_eq!(reader.peek(5).len(), 5);
        }
        reader.skip_to(from).unwrap();
        let skipped = usize::try_from(from).unwrap().saturating_sub(1).min(500);
        assert_eq!(reader.map(Result::ok).collect::<Vec<_>>(), all[skipped..]);
    }
    let unnamed = CsvReader::new(&b"1,2\n3,4\n"[..], CsvOptions::new().has_headers(false)).unwrap();
    assert_eq!(unnamed.headers(), ["1", "2"]);
    assert_eq!(unnamed.map(|row| row.unwrap().number()).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn the_samples_are_read_whole() {
    let Some(samples) = std::env::var_os("CONTACTDB_SAMPLES").map(PathBuf::from) else {
        eprintln!("skipped: CONTACTDB_SAMPLES is not set");
        return;
    };
    let mut read = 0;
    for folder in ["csv", "chinook", "febrl"] {
        for file in std::fs::read_dir(samples.join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "csv") {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            let mut oracle = csv::ReaderBuilder::new().flexible(true).from_reader(plain);
            let mut reader = CsvReader::new(&*bytes, CsvOptions::new().unguard(false)).unwrap();
            assert_eq!(reader.headers(), oracle.headers().unwrap().iter().collect::<Vec<_>>(), "{}", path.display());
            for row in oracle.records() {
                let row = row.unwrap();
                let ours = reader.next().unwrap().unwrap();
                assert_eq!(ours.iter().collect::<Vec<_>>(), row.iter().collect::<Vec<_>>(), "{}", path.display());
                // Between the two signs of a line end the other reader counts otherwise.
                if !bytes.contains(&b'\r') {
                    assert_eq!(ours.line(), row.position().unwrap().line(), "{}", path.display());
                }
                read += 1;
            }
            assert!(reader.next().is_none());
        }
    }
    assert!(read > 1_000, "{read}");
}

fn field() -> impl Strategy<Value = String> {
    let signs =
        proptest::sample::select(vec!["=", "+", "-", "@", "\t", "\r", "\n", "'", "\"", ",", ";", "|", " ", "1", "."]);
    let text = proptest::collection::vec(prop_oneof![3 => signs.prop_map(str::to_owned), 1 => "\\PC{0,3}"], 0..6);
    text.prop_map(|parts| parts.concat().replace('\0', ""))
}

#[test]
fn parts_of_one_value_have_one_number_also_where_a_value_lacks_one() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let home = Labelled::new("b@example.com".try_into().unwrap()).label("Home");
    let ada = Contact::named("Ada", "")
        .email("a@example.com")
        .email(home)
        .email("c@example.com")
        .address(Address::new("", "Paris"));
    let ada = tx.insert(&ada.address(Address::new("1 Road", "London")).tag("a")).unwrap();
    let all = tx.segment("all").unwrap();
    let people = tx.select(&all);
    let export = CsvExport::new(&people, "given_name, email, email_label, street, city, tags")
        .unwrap()
        .headings(Headings::Keys)
        .many(ManyValues::Numbered(3))
        .many_of("tags", ManyValues::Joined("|".into()));
    let mut table = Vec::new();
    export.write(&mut table).unwrap();
    let lines: Vec<&str> = std::str::from_utf8(&table).unwrap().lines().collect();
    assert_eq!(lines[1], "Ada,a@example.com,b@example.com,c@example.com,,Home,,,1 Road,,Paris,London,,a");

    // And each comes back to where it was.
    let other = Database::in_memory().unwrap();
    let mapping = Mapping::of_export(&export).unwrap();
    let mut rows = CsvReader::new(&table[..], CsvOptions::new()).unwrap();
    other.import("again", &mapping, &mut rows, |_| std::ops::ControlFlow::Continue(())).unwrap();
    let snapshot = other.read().unwrap();
    let found = snapshot.select(&snapshot.segment("all").unwrap()).first().unwrap().unwrap().record;
    let ada: Contact = tx.get(ada).unwrap().unwrap().record;
    assert_eq!((found.emails, found.addresses, found.name), (ada.emails, ada.addresses, ada.name));
    assert!(found.tags.iter().any(|tag| tag.as_str() == "a"));
}

#[test]
fn what_an_import_can_not_read_is_left_out_of_the_mapping_of_an_export() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("size").label("Size")).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    tx.insert(&Contact::named("Ada", "Lovelace").works_at(acme, "CTO").email("a@example.com")).unwrap();
    let all = tx.segment("all").unwrap();
    let people = tx.select(&all);
    let columns = "name, age, count(email), email, company.name, company.external_id, company, size, reports_to.email";
    let mapping = Mapping::of_export(&CsvExport::new(&people, columns).unwrap()).unwrap();
    let left_out = mapping.columns.iter().filter(|column| column.to.is_empty()).map(|column| &*column.header);
    assert_eq!(left_out.collect::<Vec<_>>(), ["Age", "E-mail", "Company: External id", "Company"]);
    assert_eq!((&*mapping.kind, &mapping.merging.match_by[..]), ("contact", &["email".to_owned()][..]));
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn what_is_written_is_read_back_and_begins_no_formula(
        texts in proptest::collection::vec((field(), field()), 1..12),
        delimiter in proptest::sample::select(vec![',', ';', '\t', '|']),
        line_end in proptest::sample::select(vec![LineEnd::CrLf, LineEnd::Lf, LineEnd::Cr]),
        mark: bool,
    ) {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let mut expected = Vec::new();
        for (title, notes) in &texts {
            let mut ada = Contact::named("Ada", "Example");
            ada.job_title = Some(title.clone()).filter(|title| !title.is_empty());
            ada.notes = Some(notes.clone()).filter(|notes| !notes.is_empty());
            if let Ok(id) = tx.insert(&ada) {
                let stored = tx.get(id).unwrap().unwrap().record;
                expected.push([stored.job_title.unwrap_or_default(), stored.notes.unwrap_or_default()]);
            }
        }
        let all = tx.segment("all").unwrap();
        let export = CsvExport::new(&tx.select(&all), "job_title, notes").unwrap().delimiter(delimiter).line_end(line_end);
        let export = if mark { export.byte_order_mark() } else { export };
        let mut table = Vec::new();
        prop_assert_eq!(export.write(&mut table).unwrap(), expected.len() as u64);

        let options = CsvOptions::new().delimiter(delimiter).encoding(TextEncoding::UTF_8).quote(Some('"'));
        let read = CsvReader::new(&*table, options.clone()).unwrap().map(|row| {
            let row = row.unwrap();
            [row.get(0).to_owned(), row.get(1).to_owned()]
        });
        prop_assert_eq!(read.collect::<Vec<_>>(), expected);
        for row in CsvReader::new(&*table, options.unguard(false)).unwrap() {
            for cell in row.unwrap().iter() {
                let number = cell.strip_prefix(['+', '-']).is_some_and(|rest| {
                    rest.starts_with(|c: char| c.is_ascii_digit())
                        && rest.chars().all(|c| c.is_ascii_digit() || " .".contains(c) || c.is_ascii_uppercase())
                });
                prop_assert!(number || !cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{:?}", cell);
            }
        }
    }

    #[test]
    fn tables_that_are_well_formed_are_read_as_another_reader_reads_them(
        rows in proptest::collection::vec(proptest::collection::vec(field(), 3), 1..12),
        quoted: bool,
    ) {
        let style = if quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let mut writer = csv::WriterBuilder::new().quote_style(style).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let table = writer.into_inner().unwrap();
        let options = CsvOptions::new().delimiter(',').quote(Some('"')).escape(None).encoding(TextEncoding::UTF_8);
        let reader = CsvReader::new(&*table, options.has_headers(false).unguard(false)).unwrap();
        let read: Vec<Vec<String>> = reader.map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn whatever_bytes_come_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300), tables in ".{0,200}") {
        fuzz_bodies::csv_table(&bytes);
        fuzz_bodies::csv_table(tables.as_bytes());
    }
}

#[test]
fn values_are_written_so_that_the_catalogue_reads_them() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.apply_preset(&contactdb::presets::b2b(contactdb::Currency::EUR)).unwrap();
    let ada =
        Contact::named("Ada", "Lovelace").email("ada@home.example").email("ada@acme.example").email("a@b.example");
    let ada =
        tx.insert(&ada.phone("+442079460123").stage("customer").tag("vip").tag("a/b").interest("bricks")).unwrap();
    let keys: Vec<String> = {
        let catalogue = tx.catalogue();
        let plain =
            catalogue.kind(Kind::CONTACT).unwrap().attributes().filter(|one| one.is_settable() && !one.archived);
        plain.filter(|one| one.value_type != contactdb::ValueType::Group).map(|one| one.key.to_string()).collect()
    };
    let mut table = Vec::new();
    let all = tx.segment("all").unwrap();
    let export = CsvExport::new(&tx.select(&all), &keys.join(", ")).unwrap().headings(Headings::Keys);
    export.many(ManyValues::Joined("\n".into())).write(&mut table).unwrap();
    let mut reader = CsvReader::new(&*table, CsvOptions::new()).unwrap();
    assert_eq!(reader.headers(), keys);
    let row = reader.next().unwrap().unwrap();
    let shown = tx.cells(ada, &tx.columns(Kind::CONTACT, &keys.join(", ")).unwrap()).unwrap();
    for (at, key) in keys.iter().enumerate() {
        let attribute = tx.catalogue().attribute(Kind::CONTACT, key).unwrap();
        let texts = row.get(at).split('\n').filter(|text| !text.is_empty());
        let values: Vec<Value> = texts.map(|text| attribute.parse(text).unwrap().unwrap()).collect();
        assert_eq!(values, shown[at], "{key}");
    }
}

#[test]
fn several_values_stand_in_one_field_or_in_columns_with_numbers() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for emails in [&["a@b.example", "c@d.example", "e@f.example"][..], &["g@h.example"], &[]] {
        let ada = emails.iter().fold(Contact::named("Ada", "Example"), |ada, email| ada.email(*email));
        tx.insert(&ada.tag("one").tag("two")).unwrap();
    }
    let all = tx.segment("all").unwrap();
    let written = |many: ManyValues| {
        let mut table = Vec::new();
        let export = CsvExport::new(&tx.select(&all), "email, name, tags").unwrap().line_end(LineEnd::Lf);
        export.many(ManyValues::Joined(" + ".into())).many_of("email", many).write(&mut table).unwrap();
        String::from_utf8(table).unwrap()
    };
    assert_eq!(
        written(ManyValues::Numbered(2)),
        "E-mail 1,E-mail 2,Name,Tags\n\
         a@b.example,\"c@d.example; e@f.example\",Ada Example,one + two\n\
         g@h.example,,Ada Example,one + two\n,,Ada Example,one + two\n"
    );
    assert!(written(ManyValues::Joined("/".into())).contains("a@b.example/c@d.example/e@f.example,Ada"));
}

#[test]
fn an_export_keeps_the_order_of_the_question_can_be_stopped_and_says_when_the_target_fails() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert_many((0..9_000).map(|at| Contact::named(format!("{at:04}"), ""))).unwrap();
    let question = tx.question::<Contact>("all order by name desc limit 8500").unwrap();
    let export = CsvExport::new(&tx.ask(&question), "given_name").unwrap().headings(Headings::None);
    let (mut table, mut shown) = (Vec::new(), Vec::new());
    let rows = export.write_each(&mut table, |progress| {
        shown.push((progress.done, progress.total));
        if progress.done > 5_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((rows.unwrap(), shown), (8_192, vec![(4_096, 8_500), (8_192, 8_500)]));
    let text = String::from_utf8(table).unwrap();
    assert!(text.starts_with("8999\r\n8998\r\n") && text.ends_with("\r\n") && text.lines().count() == 8_192);
    let separate = CsvExport::new(&tx.ask(&question), "given_name, status").unwrap().delimiter(';').separator_line();
    let mut table = Vec::new();
    separate.write(&mut table).unwrap();
    assert!(table.starts_with(b"sep=;\r\nGiven name;Status\r\n"));
    assert_eq!(CsvReader::new(&*table, CsvOptions::new()).unwrap().count(), 8_500);

    let mut full = [0; 100];
    let error = export.write(&mut full[..]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Target(_)), "{error}");
    let error = CsvExport::new(&tx.ask(&question), "given_nam").unwrap_err();
    assert!(error.segment_error().is_some(), "{error}");
}
