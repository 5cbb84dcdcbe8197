//! Texts in many languages and encodings, for tests.

use super::TextEncoding;

/// A text in an encoding that has all its characters.
pub(crate) fn encoded(text: &str, encoding: TextEncoding) -> Vec<u8> {
    match encoding {
        _ if encoding == TextEncoding::UTF_16LE => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ if encoding == TextEncoding::UTF_16BE => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let (bytes, _, failed) = encoding.inner().encode(text);
            assert!(!failed, "{text} in {encoding}");
            bytes.into_owned()
        }
    }
}

/// Fictional people, a few rows for each language.
pub(crate) const PEOPLE: [(TextEncoding, &str); 22] = [
    (TextEncoding::WINDOWS_1252, "Jürgen Weiß;Straße 3;Köln\nBärbel Schröder;Mühlgasse 1;Lübeck\n"),
    (TextEncoding::WINDOWS_1252, "Hélène Lefèvre;12 allée des Chênes;Besançon\nFrançois Noël;Orléans;Rhône\n"),
    (TextEncoding::WINDOWS_1252, "Íñigo Núñez;Calle Peñón 3;Cádiz\nBegoña Ibáñez;León;Málaga\n"),
    (TextEncoding::WINDOWS_1252, "João Gonçalves;Rua da Conceição;São Paulo\nInês Simões;Guimarães;Évora\n"),
    (
        TextEncoding::WINDOWS_1252,
        "Åsa Sjöberg;Storgatan 1;Malmö\nSøren Kjær;Nørregade 2;Ærø\nJukka Hämäläinen;Jyväskylä;x\n",
    ),
    (TextEncoding::WINDOWS_1252, "Þóra Jónsdóttir;Laugavegur 1;Reykjavík\nGuðrún Ægisdóttir;Akureyri;Ísafjörður\n"),
    (TextEncoding::WINDOWS_1252, "José Groß;Malmö;Ærø\nNoël Muñoz;São Tomé;Liège\nBjørn Schäfer;Coruña;Besançon\n"),
    (TextEncoding::WINDOWS_1250, "Łukasz Wiśniewski;ul. Źródlana 5;Łódź\nMałgorzata Dąbrowska;Gdańsk;Kraków\n"),
    (TextEncoding::WINDOWS_1250, "Jiří Dvořák;Příčná 7;Brno-město\nZdeněk Růžička;Plzeň;České Budějovice\n"),
    (TextEncoding::WINDOWS_1250, "Gergő Szőke;Fő utca 3;Győr\nÁgnes Tóth;Kőszeg;Pécs\nZsófia Nagy;Székesfehérvár;x\n"),
    (TextEncoding::WINDOWS_1250, "Ştefan Călinescu;Strada Lungă;Braşov\nIleana Brânză;Timişoara;Galaţi\n"),
    (TextEncoding::WINDOWS_1250, "Željko Đorđević;Šetalište 1;Čakovec\nMatija Šćepanović;Poreč;Šibenik\n"),
    (TextEncoding::WINDOWS_1251, "Ольга Иванова;ул. Лесная, 4;Москва\nПётр Щукин;Санкт-Петербург;x\n"),
    (TextEncoding::WINDOWS_1251, "Оксана Їжакевич;вул. Шевченка;Київ\nОлексій Гуцуляк;Львів;x\n"),
    (TextEncoding::WINDOWS_1253, "Ελένη Παπαδοπούλου;Οδός Ερμού 3;Αθήνα\nΓιώργος Νικολάου;Θεσσαλονίκη;x\n"),
    (TextEncoding::WINDOWS_1254, "Ayşe Yıldız;Çiçek Sokağı 4;İstanbul\nMehmet Öztürk;Muğla;Eskişehir\n"),
    (TextEncoding::WINDOWS_1255, "דוד כהן;רחוב הרצל;תל אביב\nמרים לוי;ירושלים;חיפה\n"),
    (TextEncoding::WINDOWS_1256, "محمد الأحمد;شارع النيل;القاهرة\nفاطمة الزهراء;دمشق;بيروت\n"),
    (TextEncoding::WINDOWS_1257, "Rūta Žukauskaitė;Gedimino pr.;Šiauliai\nJonas Kazlauskas;Panevėžys;Ąžuolų gatvė\n"),
    (TextEncoding::WINDOWS_1257, "Jānis Bērziņš;Brīvības iela;Rīga\nIlze Kļaviņa;Jūrmala;Liepāja\n"),
    (TextEncoding::UTF_16LE, "Ольга Иванова;ул. Лесная, 4;Москва\n王芳;上海;x\n"),
    (TextEncoding::UTF_16BE, "Ольга Иванова;ул. Лесная, 4;Москва\n王芳;上海;x\n"),
];
