//! Purpose: what nobody may post to a parent group, a teacher neither: lists of scores or ranks (R7), and links of private payment
//! codes; and what nobody may post alone: requests for money (R2).
//!
//! Invariants: pure, linear in the text. What is found is quoted as it was written. Doubt counts as nothing: a notice that
//! names one pupil or one price goes through.

mod money;
mod names;
mod scores;

#[cfg(test)]
mod tests;

/// What a text has that must not be posted, or not by one person alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sensitive {
    /// Pupils with their scores or ranks; the first of them as written.
    Scores(String),
    /// The link of a code by which a private person is paid, as written.
    PaymentCode(String),
    /// A request for money; its words.
    Money(String),
}

/// What of a text must not be posted, or not by one person alone.
#[must_use]
pub fn find(text: &str) -> Vec<Sensitive> {
    let mut found = Vec::new();
    found.extend(scores::in_text(text).map(Sensitive::Scores));
    found.extend(money::payment_code(text).map(Sensitive::PaymentCode));
    found.extend(money::in_text(text).map(Sensitive::Money));
    found
}

/// The word in a file's name by which it is a list of scores, as written there: 成绩 in 期中成绩表.xlsx. None for sports and
/// for names that only speak of scores.
#[must_use]
pub fn scores_in_file_name(name: &str) -> Option<String> {
    scores::in_file_name(name)
}
