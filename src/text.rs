//! Purpose: lengths and cuts of text the way chat channels count them.

/// How many UTF-16 units a text has; channels count lengths in these.
#[must_use]
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text if it has at most `units_max` UTF-16 units, else its beginning with `…` as the last unit.
#[must_use]
pub fn cut(text: &str, units_max: usize) -> String {
    if units(text) <= units_max {
        return text.to_owned();
    }
    let mut left = units_max.saturating_sub(1);
    let mut kept = String::new();
    for letter in text.chars() {
        let Some(after) = left.checked_sub(letter.len_utf16()) else { break };
        left = after;
        kept.push(letter);
    }
    if units_max > 0 {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_is_never_longer_than_asked_and_never_splits_a_letter() {
        assert_eq!(cut("家长会", 3), "家长会");
        assert_eq!(cut("家长会通知", 3), "家长…");
        assert_eq!(cut("😀😀😀", 4), "😀…");
        assert_eq!(cut("abc", 0), "");
    }
}
