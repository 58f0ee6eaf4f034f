//! Purpose: statements as features write them, made ready for either database.
//!
//! Every statement sent to SQLite's thread and back costs two wake-ups, often more than the work itself; so several
//! can be sent as one text. PostgreSQL takes one at a time.
//!
//! Invariant: the number of different texts is small, whatever the length of lists and of rows: each is prepared
//! and kept.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::tx::Arg;

/// Rows of one statement at most; with the widest table this stays under SQLite's 32,766 parameters.
pub(super) const ROWS_MAX: usize = 128;

/// A statement and its values.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    head: &'static str,
    fixed: Vec<Arg<'a>>,
    form: Form<'a>,
}

#[derive(Clone, Debug)]
enum Form<'a> {
    Plain,
    List(Vec<Arg<'a>>),
    Rows { width: usize, values: Vec<Arg<'a>>, tail: &'static str },
}

/// A value on its way to the driver.
#[derive(Clone, Debug)]
pub(super) enum Bound<'a> {
    Given(Arg<'a>),
    Made(String),
}

/// A text for the driver. `numbered` says whether its values are named `$1`, `$2` and so on, or stand in order.
#[derive(Clone, Debug)]
pub(super) struct Ready<'a> {
    pub(super) text: Cow<'static, str>,
    pub(super) values: Vec<Bound<'a>>,
    numbered: bool,
}

impl<'a> Statement<'a> {
    /// A statement with values for its `$1`, `$2` and so on.
    #[must_use]
    pub fn new(sql: &'static str, args: &[Arg<'a>]) -> Self {
        Self { head: sql, fixed: args.to_vec(), form: Form::Plain }
    }

    /// A statement whose text ends in a list: `… WHERE tenant = $1 AND native IN` is followed by the list in brackets.
    /// `fixed` are the values before it. With an empty list nothing is asked, and no row comes.
    #[must_use]
    pub fn with_list(sql: &'static str, fixed: &[Arg<'a>], list: Vec<Arg<'a>>) -> Self {
        Self { head: sql, fixed: fixed.to_vec(), form: Form::List(list) }
    }

    /// A statement around rows: `head` is `INSERT INTO t (a, b) VALUES`, `tail` what follows the rows (such as `ON CONFLICT
    /// DO NOTHING`), `width` the number of columns, `values` those of row after row. Any statement around a list of
    /// rows works, such as `UPDATE … FROM (VALUES` … `) AS named WHERE …`: both databases call the columns of such
    /// a list `column1`, `column2` and so on.
    ///
    /// So that few different texts are prepared, the last row is given several times where that is harmless: where
    /// `tail` starts with `ON CONFLICT`, or closes a list of values. Otherwise more statements are needed.
    #[must_use]
    pub fn with_rows(head: &'static str, width: usize, values: Vec<Arg<'a>>, tail: &'static str) -> Self {
        Self { head, fixed: Vec::new(), form: Form::Rows { width, values, tail } }
    }

    /// The texts to send: one, none for an empty list, several for a long one.
    pub(super) fn ready(self, postgres: bool) -> Vec<Ready<'a>> {
        let fixed = self.fixed.into_iter().map(Bound::Given);
        match self.form {
            Form::Plain => {
                vec![Ready { text: Cow::Borrowed(self.head), values: fixed.collect(), numbered: true }]
            }
            Form::List(list) if list.is_empty() => Vec::new(),
            Form::List(list) if postgres => list
                .chunks(ROWS_MAX)
                .map(|stretch| {
                    let mut values: Vec<Bound<'a>> = fixed.clone().collect();
                    let size = padded(stretch.len());
                    let filler = stretch.last().copied().unwrap_or(Arg::Int(None));
                    let before = values.len();
                    let list = stretch.iter().copied().chain(std::iter::repeat(filler));
                    values.extend(list.take(size).map(Bound::Given));
                    let places: Vec<String> =
                        (1..=size).map(|place| format!("${}", before + place)).collect();
                    let text = format!("{} ({})", self.head, places.join(", "));
                    Ready { text: Cow::Owned(text), values, numbered: true }
                })
                .collect(),
            Form::List(list) => {
                let mut values: Vec<Bound<'a>> = fixed.collect();
                values.push(Bound::Made(json_list(&list)));
                let text = format!("{} (SELECT value FROM json_each(${}))", self.head, values.len());
                vec![Ready { text: Cow::Owned(text), values, numbered: true }]
            }
            Form::Rows { width, values, tail } => rows(self.head, width, &values, tail, postgres),
        }
    }
}

/// Numbers and texts as a JSON list, which is one value however long it is.
fn json_list(list: &[Arg<'_>]) -> String {
    let items = list.iter().map(|arg| match arg {
        Arg::Int(Some(number)) => serde_json::Value::from(*number),
        Arg::Text(Some(text)) => serde_json::Value::from(super::tx::storable(text)),
        Arg::Int(None) | Arg::Text(None) | Arg::Bytes(_) => serde_json::Value::Null,
    });
    items.collect::<serde_json::Value>().to_string()
}

fn rows<'a>(
    head: &'static str,
    width: usize,
    values: &[Arg<'a>],
    tail: &'static str,
    postgres: bool,
) -> Vec<Ready<'a>> {
    let may_repeat = tail.starts_with("ON CONFLICT") || tail.starts_with(')');
    let mut ready = Vec::new();
    let mut left = values;
    while !left.is_empty() && width > 0 {
        let waiting = (left.len() / width).clamp(1, ROWS_MAX);
        let rows = if may_repeat { padded(waiting) } else { 1 << waiting.ilog2() };
        let (now, later) = left.split_at((rows * width).min(left.len()));
        left = later;
        let last = now.get(now.len().saturating_sub(width)..).unwrap_or_default();
        let filled = now.iter().chain(last.iter().cycle());
        ready.push(Ready {
            text: Cow::Owned(rows_text(head, width, rows, tail, postgres)),
            values: filled.take(rows * width).map(|arg| Bound::Given(*arg)).collect(),
            numbered: postgres,
        });
    }
    ready
}

/// The next number of places that a statement is prepared for: 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on, so that any
/// number up to 128 needs one of 14 statements, and at most a third of the places are filled in vain.
fn padded(count: usize) -> usize {
    let above = count.next_power_of_two();
    let between = above / 4 * 3;
    if count <= between { between } else { above }
}

/// Places are numbered only where they must be: for each value of a statement SQLite's driver looks for its name, and
/// that search gets slower with each name there is. Hundreds of names cost more than the insert itself.
fn rows_text(head: &str, width: usize, rows: usize, tail: &str, numbered: bool) -> String {
    let mut text = String::with_capacity(head.len() + tail.len() + rows * width * 6);
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { " (" } else { ", (" });
        for column in 1..=width {
            if column > 1 {
                text.push_str(", ");
            }
            if numbered {
                // Writing to a text can't fail.
                let _ = write!(text, "${}", row * width + column);
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text.push(' ');
    text.push_str(tail);
    text
}

/// Several texts as one, for SQLite. Its driver counts values without a number over all texts, and takes numbers as
/// places among all values: so those without come first.
pub(super) fn joined(ready: Vec<Ready<'_>>) -> (String, Vec<Bound<'_>>) {
    let mut text = String::with_capacity(ready.iter().map(|part| part.text.len() + 2).sum());
    let mut values = Vec::with_capacity(ready.iter().map(|part| part.values.len()).sum());
    let mut numbered = Vec::new();
    let mut place: usize = ready.iter().filter(|part| !part.numbered).map(|part| part.values.len()).sum();
    for part in ready {
        if part.numbered {
            shift(&mut text, &part.text, place);
            place += part.values.len();
            numbered.extend(part.values);
        } else {
            text.push_str(&part.text);
            values.extend(part.values);
        }
        text.push_str(";\n");
    }
    values.extend(numbered);
    (text, values)
}

/// Writes `sql` with `by` added to each number after a `$`.
fn shift(text: &mut String, sql: &str, by: usize) {
    let mut parts = sql.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        // What isn't a number is left to the database, which says what is wrong with it.
        let place = number.parse::<usize>().map_or_else(|_| number.to_owned(), |n| (n + by).to_string());
        let _ = write!(text, "${place}{rest}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_length_has_one_of_few_sizes_and_a_third_is_filled_in_vain_at_most() {
        let sizes: std::collections::BTreeSet<usize> = (1..=ROWS_MAX).map(padded).collect();
        assert_eq!(
            sizes.into_iter().collect::<Vec<_>>(),
            [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128]
        );
        for count in 1..=ROWS_MAX {
            assert!(padded(count) >= count && 3 * (padded(count) - count) <= padded(count), "{count}");
        }
    }

    #[test]
    fn joined_texts_keep_their_order_and_each_value_its_place() {
        let texts = [
            Statement::new("SELECT $2, $1", &[1_i64.into(), 2_i64.into()]),
            Statement::with_rows("INSERT INTO t (a) VALUES", 1, vec![3_i64.into()], "ON CONFLICT DO NOTHING"),
            Statement::with_list(
                "SELECT a FROM t WHERE a = $1 AND a IN",
                &[4_i64.into()],
                vec![5_i64.into()],
            ),
            Statement::with_rows("INSERT INTO t (a) VALUES", 1, vec![6_i64.into()], "ON CONFLICT DO NOTHING"),
        ];
        let (text, values) = joined(texts.into_iter().flat_map(|text| text.ready(false)).collect());
        let expected = "SELECT $4, $3;\nINSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING;\n\
                        SELECT a FROM t WHERE a = $5 AND a IN (SELECT value FROM json_each($6));\n\
                        INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING;\n";
        assert_eq!(text, expected);
        assert_eq!(
            format!("{values:?}"),
            "[Given(Int(Some(3))), Given(Int(Some(6))), Given(Int(Some(1))), Given(Int(Some(2))), \
             Given(Int(Some(4))), Made(\"[5]\")]"
        );
    }
}
