//! Guesses, limits and memory of the reader; guards of the writer.

use std::io::{self, Read};

use super::formula;
use super::*;
use crate::exchange::Guess;
use crate::exchange::encoding::people_tests::{PEOPLE, encoded};
use crate::exchange::encoding::{self, TextEncoding};

#[test]
fn encodings_are_guessed_from_the_letters_of_languages() {
    for (encoding, people) in PEOPLE {
        let table = format!("name;street;city\n{people}");
        let guess = encoding::guess(&encoded(&table, encoding), true);
        assert_eq!(guess.value, encoding, "{people} {guess:?}");
        assert!(guess.confidence > 0.4 && guess.confidence <= 1.0, "{people} {guess:?}");
        let bytes = encoded(&table, encoding);
        let reader = CsvReader::new(&*bytes, CsvOptions::new()).unwrap();
        assert_eq!(reader.dialect().value.delimiter, ';');
        let read: String = reader.map(|row| row.unwrap().iter().collect::<Vec<_>>().join(";") + "\n").collect();
        assert_eq!(read, people);
    }
}

#[test]
fn the_plain_and_the_marked_encodings_are_told() {
    let guess = |bytes: &[u8]| encoding::guess(bytes, true);
    assert_eq!(guess(b"").value, TextEncoding::UTF_8);
    assert_eq!(guess(b"name\nAda\n"), Guess::new(TextEncoding::UTF_8, 0.5));
    assert_eq!(guess("name\nJosé\n".as_bytes()).value, TextEncoding::UTF_8);
    assert_eq!(guess(b"\xEF\xBB\xBFname"), Guess::sure(TextEncoding::UTF_8));
    assert_eq!(guess(b"\xFF\xFEn\0a\0"), Guess::sure(TextEncoding::UTF_16LE));
    assert_eq!(guess(b"\xFE\xFF\0n\0a"), Guess::sure(TextEncoding::UTF_16BE));
    // One letter that several code pages have at the same place, and one that is broken in a text of UTF-8.
    assert_eq!(guess(b"name\nJos\xE9\n").value, TextEncoding::WINDOWS_1252);
    assert_eq!(guess("José,Zoë,Groß\n".as_bytes()).value, TextEncoding::UTF_8);
    assert_eq!(guess(b"Jos\xC3\xA9,Zo\xC3\xAB,\xC3\nx").value, TextEncoding::UTF_8);
    // A sample that ends in the middle of a character.
    assert_eq!(encoding::guess(b"Jos\xC3", false).value, TextEncoding::UTF_8);
}

#[test]
fn dialects_are_guessed_from_what_makes_rows_alike() {
    let guess = |text: &str| {
        let dialect = CsvReader::new(text.as_bytes(), CsvOptions::new()).unwrap().dialect().value;
        (dialect.delimiter, dialect.quote, dialect.line_end)
    };
    let (double, single) = (Some('"'), Some('\''));
    assert_eq!(guess("a,b\n1,2\n"), (',', double, LineEnd::Lf));
    assert_eq!(guess("a;b\r\n1,5;2,5\r\n3,5;4\r\n"), (';', double, LineEnd::CrLf));
    assert_eq!(guess("a\tb\rx, y\tz\rx, y\tz\r"), ('\t', double, LineEnd::Cr));
    assert_eq!(guess("a|b|c\n1|2|3\n"), ('|', double, LineEnd::Lf));
    assert_eq!(guess("name,street\n'Example, Ada','1, Road'\n'O','x'\n"), (',', single, LineEnd::Lf));
    assert_eq!(guess("name,city\n\"Ada; Grace; Hedy\",x\n\"a;b\",y\n"), (',', double, LineEnd::Lf));
    assert_eq!(guess("name\nAda\nGrace\n"), (',', double, LineEnd::Lf));
    assert_eq!(guess("sep=|\na,b|c\n"), ('|', double, LineEnd::Lf));
    assert_eq!(guess(""), (',', double, LineEnd::Lf));
    let escaped = CsvReader::new(&b"a,b\n\"x \\\"y\\\", z\",1\n\"\\\"\",2\n"[..], CsvOptions::new()).unwrap();
    assert_eq!(escaped.dialect().value.escape, Some('\\'));
    assert_eq!(escaped.map(|row| row.unwrap().get(0).to_owned()).collect::<Vec<_>>(), ["x \"y\", z", "\""]);
}

/// The codes of what is wrong and the rows that are good, with the most memory that was held.
fn codes<R: Read>(source: R, options: CsvOptions) -> (Vec<&'static str>, Vec<(u64, String)>, usize) {
    let mut reader = CsvReader::new(source, options).unwrap();
    let (mut bad, mut good, mut held) = (Vec::new(), Vec::new(), reader.held());
    while let Some(row) = reader.next() {
        match row {
            Ok(row) => good.push((row.line(), row.get(0).to_owned())),
            Err(error) => bad.push(error.problem().code()),
        }
        held = held.max(reader.held());
    }
    (bad, good, held)
}

/// A header and a good row before, and a good row behind what is in the middle.
fn between(middle: impl Read) -> impl Read {
    (&b"name,city\nAda,London\n"[..]).chain(middle).chain(&b"\nGrace,Arlington\n"[..])
}

#[test]
fn one_line_of_a_hundred_megabytes_is_passed_over_in_bounded_memory() {
    let good = vec![(2, "Ada".to_owned()), (4, "Grace".to_owned())];
    for (byte, code) in [(b'x', "too-long"), (b',', "too-many-columns"), (b'"', "too-long"), (0, "too-long")] {
        let (codes, rows, held) = codes(between(io::repeat(byte).take(100_000_000)), CsvOptions::new());
        assert_eq!((codes, rows), (vec![code], good.clone()), "{byte}");
        assert!(held < 5 << 20, "{byte}: {held}");
    }
}

#[test]
fn a_million_columns_are_passed_over_and_a_hundred_thousand_too() {
    for columns in [1_000_000, 100_000, 10_001] {
        let row = "x,".repeat(columns - 1);
        let (codes, rows, held) = codes(between(row.as_bytes()), CsvOptions::new());
        assert_eq!(codes, ["too-many-columns"], "{columns}");
        assert_eq!(rows.len(), 2);
        assert!(held < 5 << 20, "{held}");
    }
    let few = CsvOptions::new().most_columns(3).extra_fields(ExtraFields::Keep);
    assert_eq!(codes(&b"a,b\n1,2,3\n1,2,3,4\n1,2\n"[..], few).0, ["too-many-columns"]);
}

#[test]
fn a_quote_that_is_never_closed_takes_no_other_rows_with_it() {
    let rows = (0..60_000).map(|at| format!("\"Person {at}\",\"City, {at}\"\n")).collect::<Vec<_>>().concat();
    let table = format!("name,city\n\"Ada,London\n{rows}");
    let (codes, good, held) = codes(table.as_bytes(), CsvOptions::new().delimiter(','));
    assert_eq!((codes, good.len()), (vec!["open-quote"], 60_000));
    assert_eq!(good[0], (3, "Person 0".to_owned()));
    assert!(held < 5 << 20, "{held}");
}

#[test]
fn quotes_that_open_again_and_again_cost_no_more_than_in_proportion() {
    let table = |lines: usize| format!("name,city\n{}", "x\",\"\n".repeat(lines));
    let read = |lines| CsvReader::new(table(lines).as_bytes(), CsvOptions::new().delimiter(',')).unwrap().count();
    // Without a bound on what is read again, this would take hours.
    assert!(read(300_000) > 0);
    let (_, _, held) = codes(table(300_000).as_bytes(), CsvOptions::new().delimiter(','));
    assert!(held < 5 << 20, "{held}");
}

#[test]
fn guards_stand_before_formulas_and_come_off_again() {
    for text in [
        "=1+1",
        "+cmd",
        "-1+2",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\n=1",
        "\u{FF1D}1",
        " =1",
        "\u{A0}=1",
        "\u{FEFF}=1",
        "'=1",
        "''@x",
        "+1-650-253-0000",
        "+44 (20) 7946 0123",
        "-",
        "+",
        "--1",
        "-1.2.3",
        "-12 EUR|x",
        "-a",
        "+44;=1",
        "\u{200B}=1",
    ] {
        assert!(formula::is_guarded(text), "{text:?}");
        let guarded = format!("'{text}");
        assert_eq!(formula::unguarded(&guarded), text);
    }
    for text in [
        "",
        "Ada",
        "a=b",
        "'tis",
        "'",
        "1-2",
        "+442079460123",
        "+44 20 7946 0123",
        "-12",
        "-12.50",
        "-12.50 EUR",
        "(x)",
        "#1",
    ] {
        assert!(!formula::is_guarded(text), "{text:?}");
        assert_eq!(formula::unguarded(text), text);
    }
    // What other programs guarded, though there was no need, is left alone.
    assert_eq!(formula::unguarded("'-12"), "'-12");
}
