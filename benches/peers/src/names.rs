//! Names in six scripts, several hundred, each with the form that stands in e-mail addresses.

/// A name as it is written, and in plain small letters.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) written: String,
    pub(crate) plain: String,
}

/// The most frequent family names: long enough that five inner letters tell about two contacts in a hundred.
const FREQUENT: [&str; 12] = [
    "Johnson",
    "Williams",
    "Anderson",
    "Thompson",
    "Robinson",
    "Kowalski",
    "Schneider",
    "Rossetti",
    "Lindqvist",
    "Ferreira",
    "Hoffmann",
    "Petersen",
];

const FAMILY: &str = "Smith Brown Jones Taylor Davies Evans Wright Walker Green Hughes Hall Lewis Clarke Jackson Wood \
    Turner Cooper Hill Ward Moore Morris King Baker Harrison Morgan Allen James Scott Ellis Bennett Gray Cook Marsh \
    García Martín López Sánchez Pérez Gómez Díaz Álvarez Muñoz Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez \
    Müller Schmidt Fischer Weber Meyer Wagner Becker Schulz Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Groß \
    Łukasik Nowak Wójcik Kamiński Zieliński Szymański Woźniak Dąbrowski Jensen Nielsen Hansen Sørensen Lund Berg \
    Dahl Lindström Håkansson Virtanen Korhonen Dubois Moreau Lefèvre Girard Mercier Fournier Bonnet Rousseau Nguyễn \
    Trần Lê Phạm Silva Santos Oliveira Souza Costa Almeida Carvalho Okafor Adeyemi Mensah Diallo Traoré O'Neil O'Brien \
    Nakamura Tanaka Yamamoto Kobayashi Watanabe Yılmaz Kaya Demir Çelik Şahin Öztürk Horváth Nagy Szabó Kovács Novák \
    Svoboda Dvořák Procházka Ionescu Popescu Đorđević Petrović Rossi Russo Ferrari Esposito Bianchi Colombo Ricci";

const GIVEN: &str = "Ada Grace Hedy Alan Mary John Emma Olivia Noah Liam Lucas Sofia Mia Anna Clara Hugo Oscar Leo Ivy Ruby \
    José María Joaquín Lucía Martín Inés Sören Jürgen Jörg Käthe Zoë Chloé André Renée Łukasz Małgorzata Paweł Agnieszka \
    Søren Bjørn Åsa Göran Priya Arjun Amina Kwame Ngozi Chidi Yuki Haruto Sakura Minh Thảo João Antônio Luís Beatriz \
    Mehmet Ayşe Çağla István Ágnes Jiří Tomáš Ștefan Ioana Đorđe Giulia Marco Chiara Paolo Ines Nils Lars Eva Karin Peter \
    Paul Simon Julia Laura David Daniel Sarah Hannah Samuel Ruth Esther Miriam Jonas Felix Max Tim Ben Tom Kim Robin";

/// Beginnings and endings of names in the other scripts, with their plain forms.
type Parts = &'static [(&'static str, &'static str)];

const SCRIPTS: [(Parts, Parts, Parts); 5] = [
    (
        &[
            ("Иван", "ivan"),
            ("Петр", "petr"),
            ("Смирн", "smirn"),
            ("Кузнец", "kuznets"),
            ("Попк", "popk"),
            ("Соколь", "sokol"),
            ("Мороз", "moroz"),
            ("Волк", "volk"),
            ("Лебед", "lebed"),
            ("Орл", "orl"),
        ],
        &[("ов", "ov"), ("ова", "ova"), ("енко", "enko"), ("ский", "skiy")],
        &[
            ("Ольга", "olga"),
            ("Иван", "ivan"),
            ("Анна", "anna"),
            ("Дмитрий", "dmitriy"),
            ("Юлия", "yuliya"),
            ("Сергей", "sergey"),
            ("Наталья", "natalya"),
            ("Олег", "oleg"),
        ],
    ),
    (
        &[
            ("Παπα", "papa"),
            ("Γεωργι", "georgi"),
            ("Νικολα", "nikola"),
            ("Δημητρι", "dimitri"),
            ("Κωνσταντι", "konstanti"),
            ("Βασιλει", "vasilei"),
            ("Αλεξι", "alexi"),
            ("Μιχαλο", "michalo"),
        ],
        &[("δόπουλος", "dopoulos"), ("άδης", "adis"), ("άκης", "akis"), ("ίδης", "idis")],
        &[("Ελένη", "eleni"), ("Γιώργος", "giorgos"), ("Μαρία", "maria"), ("Νίκος", "nikos"), ("Σοφία", "sofia")],
    ),
    (
        &[
            ("王", "wang"),
            ("李", "li"),
            ("张", "zhang"),
            ("刘", "liu"),
            ("陈", "chen"),
            ("杨", "yang"),
            ("黄", "huang"),
            ("赵", "zhao"),
            ("吴", "wu"),
            ("周", "zhou"),
            ("徐", "xu"),
            ("孙", "sun"),
            ("马", "ma"),
            ("朱", "zhu"),
            ("胡", "hu"),
            ("郭", "guo"),
            ("何", "he"),
            ("高", "gao"),
            ("林", "lin"),
            ("罗", "luo"),
        ],
        &[("", "")],
        &[
            ("芳", "fang"),
            ("伟", "wei"),
            ("秀英", "xiuying"),
            ("娜", "na"),
            ("敏", "min"),
            ("静", "jing"),
            ("丽", "li"),
            ("强", "qiang"),
            ("磊", "lei"),
            ("军", "jun"),
            ("洋", "yang"),
            ("勇", "yong"),
            ("艳", "yan"),
            ("杰", "jie"),
        ],
    ),
    (
        &[
            ("حسن", "hasan"),
            ("أحمد", "ahmad"),
            ("يوسف", "yusuf"),
            ("سالم", "salim"),
            ("خليل", "khalil"),
            ("ناصر", "nasir"),
            ("منصور", "mansur"),
            ("حداد", "haddad"),
        ],
        &[("", ""), ("ي", "i"), ("ان", "an")],
        &[
            ("أحمد", "ahmad"),
            ("ليلى", "layla"),
            ("فاطمة", "fatima"),
            ("عمر", "omar"),
            ("مريم", "maryam"),
            ("كريم", "karim"),
        ],
    ),
    (
        &[
            ("शर्म", "sharm"),
            ("वर्म", "varm"),
            ("गुप्त", "gupt"),
            ("मिश्र", "mishr"),
            ("पटेल", "patel"),
            ("सिंह", "singh"),
            ("जोश", "josh"),
            ("रेड्ड", "redd"),
        ],
        &[("ा", "a"), ("ी", "i"), ("", "")],
        &[
            ("प्रिया", "priya"),
            ("अर्जुन", "arjun"),
            ("अनिता", "anita"),
            ("राहुल", "rahul"),
            ("सुनील", "sunil"),
            ("मीरा", "mira"),
        ],
    ),
];

/// Family names, the most frequent first; the scripts take turns.
pub(crate) fn family() -> Vec<Name> {
    let mut others = Vec::new();
    for (beginnings, endings, _) in SCRIPTS {
        for (ending, plain_ending) in endings {
            others.extend(beginnings.iter().map(|(written, plain)| Name {
                written: format!("{written}{ending}"),
                plain: format!("{plain}{plain_ending}"),
            }));
        }
    }
    let mut names = FREQUENT.map(latin).to_vec();
    names.extend(mixed(FAMILY, others));
    names
}

/// Given names, in no order that means anything.
pub(crate) fn given() -> Vec<Name> {
    let of = |(written, plain): &(&str, &str)| Name { written: (*written).to_owned(), plain: (*plain).to_owned() };
    mixed(GIVEN, SCRIPTS.iter().flat_map(|(_, _, given)| given.iter().map(of)).collect())
}

fn mixed(latin_names: &str, others: Vec<Name>) -> Vec<Name> {
    let mut others = others.into_iter();
    let mut names = Vec::new();
    for name in latin_names.split_whitespace() {
        names.push(latin(name));
        names.extend(others.next());
    }
    names.extend(others);
    names
}

fn latin(written: &str) -> Name {
    let plain = written.chars().filter_map(plain).collect::<String>().to_lowercase();
    Name { written: written.to_owned(), plain }
}

/// A letter without its marks; `None` for what is no letter.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'á' | 'ã' | 'å' | 'Å' | 'Á' | 'ä' | 'ą' | 'ả' | 'ạ' | 'ầ' => 'a',
        'ç' | 'Ç' | 'ć' => 'c',
        'đ' | 'Đ' | 'ď' => 'd',
        'é' | 'è' | 'ë' | 'ę' | 'ě' | 'ễ' | 'ê' => 'e',
        'ğ' => 'g',
        'í' | 'ı' | 'ì' => 'i',
        'ł' | 'Ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ó' | 'ö' | 'ø' | 'ô' | 'ő' | 'Ö' => 'o',
        'ř' => 'r',
        'ß' | 'ş' | 'Ş' | 'š' | 'Ș' => 's',
        'ú' | 'ü' | 'ű' => 'u',
        'ź' | 'ž' => 'z',
        letter if letter.is_ascii_alphabetic() => letter,
        _ => return None,
    })
}
