//! What two cards of one person say that the record has no room for.

use std::collections::HashSet;

use super::parse::parse_kept;
use super::property::Property;
use super::sheet::is_item;

/// The kept lines of a record and those of another card of it, in one. Of a property that is once in a card the newer line takes the place of
/// the older one. The name of a group means something in its own card alone: an older line goes if the newer card has that name too.
pub(crate) fn merged(older: &str, newer: &str) -> String {
    let read = |lines: &str| lines.split('\n').filter_map(parse_kept).collect::<Vec<Property>>();
    let new = read(newer);
    let names: HashSet<&str> = new.iter().filter(|line| !is_item(line)).map(Property::name).collect();
    let groups: HashSet<&String> = new.iter().filter_map(|line| line.group.as_ref()).collect();
    let stays = |line: &Property| {
        let outdated = match &line.group {
            Some(group) => groups.contains(group),
            None => names.contains(line.name()),
        };
        !outdated && !new.contains(line)
    };
    let mut lines: Vec<String> = read(older).iter().filter(|line| stays(line)).map(Property::to_line).collect();
    lines.extend(new.iter().map(Property::to_line));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn lines_that_only_one_card_has_stay() {
        assert_eq!(
            merged("PHOTO:data:old\nX-PET:Cat\nTEL;X-A=b:+442079460001", "PHOTO:data:new\nTEL;X-A=b:+442079460002"),
            "X-PET:Cat\nTEL;X-A=b:+442079460001\nPHOTO:data:new\nTEL;X-A=b:+442079460002"
        );
    }

    #[test]
    fn groups_of_the_older_card_do_not_name_lines_of_the_newer_one() {
        assert_eq!(
            merged("item1.X-ABDATE:2020-01-01\nitem1.X-ABLABEL:met\nitem2.X-GEO:1", "item1.X-ABDATE:2021-01-01"),
            "item2.X-GEO:1\nitem1.X-ABDATE:2021-01-01"
        );
    }
}
