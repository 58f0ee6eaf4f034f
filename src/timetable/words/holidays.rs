//! Purpose: the names of China's official holidays, for readers of other languages.
//!
//! Invariant: a name that isn't known stays as it was published.

use crate::i18n::{Text, Value, say};

/// A holiday's name for the reader. Where two are published as one, joined with 、, the first stands for both.
#[must_use]
pub fn name(published: &str) -> Value {
    let first = published.split('、').next().unwrap_or(published);
    match known(first) {
        Some(name) if first == published => name.into(),
        Some(name) => say::timetable_and_more(name).into(),
        None => published.into(),
    }
}

fn known(published: &str) -> Option<Text> {
    Some(match published {
        "元旦" => say::timetable_new_year(),
        "春节" => say::timetable_spring_festival(),
        "清明节" => say::timetable_qingming(),
        "劳动节" => say::timetable_labour_day(),
        "端午节" => say::timetable_dragon_boat(),
        "中秋节" => say::timetable_mid_autumn(),
        "国庆节" => say::timetable_national_day(),
        _ => return None,
    })
}
