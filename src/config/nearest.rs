//! Purpose: the known word that somebody probably meant.

/// Settings, ids and time zones are shorter; what is longer is compared by its beginning.
const LETTERS_MAX: usize = 64;

/// Of `known`, the one that differs least from `written`, if it differs little enough to be meant: at most one letter
/// in three wrong, missing, too many or swapped with its neighbour; or else one that begins with it. Capitals don't
/// count.
#[must_use]
pub fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let letters = |word: &str| word.to_lowercase().chars().take(LETTERS_MAX).collect::<Vec<_>>();
    let written = letters(written);
    let limit = written.len().div_ceil(3);
    known
        .into_iter()
        .filter_map(|word| {
            let known = letters(word);
            let distance = distance(&written, &known);
            let begins = written.len() >= 2 && known.starts_with(&written);
            (distance <= limit || begins).then_some((distance, word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters must be replaced, added, removed or swapped with their neighbour (optimal string alignment).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut two_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != against);
            let mut least = replaced.min(above[column + 1] + 1).min(line[column] + 1);
            let swapped = row > 0 && column > 0 && one[row - 1] == *against && other[column - 1] == *letter;
            if swapped {
                least = least.min(two_above[column - 1] + 1);
            }
            line.push(least);
        }
        two_above = std::mem::replace(&mut above, line);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_another_word_is_not() {
        let known = ["time_zone", "language", "staff", "name", "quiet_hours"];
        for (written, meant) in [
            ("timezone", Some("time_zone")),
            ("langauge", Some("language")),
            ("Staff", Some("staff")),
            ("quite_hours", Some("quiet_hours")),
            ("quiet", Some("quiet_hours")),
            ("n", None),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
    }

    #[test]
    fn distances_are_as_counted_by_hand() {
        let of = |one: &str, other: &str| {
            distance(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>())
        };
        assert_eq!(of("", "abc"), 3);
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("ab", "ba"), 1);
        assert_eq!(of("上海", "上海市"), 1);
    }
}
