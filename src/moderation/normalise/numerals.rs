//! Purpose: Chinese numerals written for digits, as in 一三八零零一三八零零零.
//!
//! Invariant: a numeral is only read as a digit in a run that is a number for sure; 一年级, 周三 and 一对一 stay.

use super::Unit;
use super::fold::Kind;

/// Digits and numerals that a run needs to be a number. Contact numbers have at least six (moderation catalogue, R3).
const RUN_MIN: usize = 6;

/// The digit a numeral stands for. Takes simplified characters.
pub(super) fn digit_of(c: char) -> Option<char> {
    Some(match c {
        '零' | '〇' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

/// Turns the numerals of long runs into digits. A single symbol or blank between two of them doesn't end a run.
pub(super) fn read_as_digits(units: &mut [Unit]) {
    let mut start = 0;
    while start < units.len() {
        let (end, count) = run_from(units, start);
        if count >= RUN_MIN {
            for unit in &mut units[start..end] {
                if let Some(digit) = digit_of(unit.ch) {
                    (unit.ch, unit.kind) = (digit, Kind::Digit);
                }
            }
        }
        start = end.max(start + 1);
    }
}

/// The end (exclusive) of the run that starts at `start`, and how many digits it has.
fn run_from(units: &[Unit], start: usize) -> (usize, usize) {
    let (mut end, mut count) = (start, 0);
    let mut at = start;
    while let Some(unit) = units.get(at) {
        if unit.kind == Kind::Digit || digit_of(unit.ch).is_some() {
            count += 1;
            at += 1;
            end = at;
        } else if at == end && at > start && (unit.kind == Kind::Tight || unit.ch == ' ') {
            at += 1;
        } else {
            break;
        }
    }
    (end, count)
}
