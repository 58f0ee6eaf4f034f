//! Purpose: the report as comma-separated values: groups with a line of totals, private copies, and who confirmed when.
//!
//! Invariants: a cell never starts with a character that a spreadsheet takes for a formula. Names stand there only as far as
//! the report has them.

use super::{InDigest, Report, copy_reason_text, count, reason_text};
use crate::broadcasts::Confirmation;
use crate::i18n::{Language, Text, say};

impl Report {
    /// The report as comma-separated values in UTF-8, with the mark by which spreadsheets know that it is. Sections are
    /// parted by an empty line; those with nothing to tell are left out.
    #[must_use]
    pub fn csv(&self, language: Language) -> String {
        let mut table = Table { language, text: String::from("\u{feff}") };
        self.groups(&mut table);
        if self.copies_planned + self.copies_opted_out > 0 {
            self.private_copies(&mut table);
        }
        if !self.receipts.is_empty() {
            self.confirmations(&mut table);
        }
        table.text
    }

    fn groups(&self, table: &mut Table) {
        table.head(&[
            say::broadcast_csv_group(),
            say::broadcast_csv_state(),
            say::broadcast_csv_reason(),
            say::broadcast_csv_digest(),
            say::broadcast_csv_twice(),
            say::broadcast_csv_read(),
            say::broadcast_csv_signed(),
            say::broadcast_csv_earlier(),
            say::broadcast_csv_readers(),
            say::broadcast_csv_missing(),
        ]);
        for chat in &self.chats {
            let reason =
                if chat.reason.is_empty() { String::new() } else { table.say(&reason_text(&chat.reason)) };
            let digest = match chat.digest {
                InDigest::No => String::new(),
                InDigest::Waits => table.say(&say::broadcast_csv_waits()),
                InDigest::Came => table.say(&say::broadcast_csv_yes()),
            };
            let twice = if chat.is_twice { table.say(&say::broadcast_csv_maybe()) } else { String::new() };
            let [read, signed, earlier, readers] =
                self.confirmed(chat.read, chat.signed, chat.earlier, chat.readers);
            let state = table.say(&state_text(&chat.state));
            let names = chat.names.join("; ");
            let title = chat.title.clone();
            table.row(&[title, state, reason, digest, twice, read, signed, earlier, readers, names]);
        }
        let [read, signed, earlier, readers] =
            self.confirmed(self.read, self.signed, self.earlier, self.readers);
        let arrived = table.say(&say::broadcast_csv_arrived(count(self.planned), count(self.sent)));
        let [digested, twice] = [self.digested + self.waiting, self.twice].map(|number| number.to_string());
        let total = match self.confirmation {
            Confirmation::None => say::broadcast_csv_total(),
            Confirmation::Read | Confirmation::Signed => say::broadcast_csv_total_people(),
        };
        let total = table.say(&total);
        let none = String::new;
        table.row(&[total, arrived, none(), digested, twice, read, signed, earlier, readers, none()]);
    }

    /// The numbers of confirmations; nothing where nobody was asked for any.
    fn confirmed(&self, read: usize, signed: usize, earlier: usize, readers: usize) -> [String; 4] {
        let numbers = [read, signed, earlier, readers].map(|number| number.to_string());
        match (self.confirmation, numbers) {
            (Confirmation::None, _) => Default::default(),
            (Confirmation::Read, [read, _, earlier, readers]) => [read, String::new(), earlier, readers],
            (Confirmation::Signed, numbers) => numbers,
        }
    }

    fn private_copies(&self, table: &mut Table) {
        table.gap();
        table.head(&[
            say::broadcast_csv_copies(),
            say::broadcast_csv_planned(),
            say::broadcast_csv_sent_copies(),
            say::broadcast_csv_failed(),
            say::broadcast_csv_twice(),
            say::broadcast_csv_opted_out(),
        ]);
        let total = table.say(&say::broadcast_csv_total());
        let numbers = [
            self.copies_planned,
            self.copies_sent,
            self.copies_failed,
            self.copies_twice,
            self.copies_opted_out,
        ];
        let numbers = numbers.map(|number| number.to_string());
        table.row(&[&[total], numbers.as_slice()].concat());
        for (reason, people) in &self.copies_lacking {
            let reason = table.say(&copy_reason_text(reason));
            table.row(&[reason, String::new(), String::new(), people.to_string()]);
        }
    }

    fn confirmations(&self, table: &mut Table) {
        table.gap();
        table.head(&[
            say::broadcast_csv_group(),
            say::broadcast_csv_name(),
            say::broadcast_csv_confirmed(),
            say::broadcast_csv_at(),
        ]);
        for receipt in &self.receipts {
            let step = match (receipt.is_signed, receipt.is_earlier) {
                (true, false) => say::broadcast_csv_signed(),
                (true, true) => say::broadcast_csv_signed_earlier(),
                (false, false) => say::broadcast_csv_read(),
                (false, true) => say::broadcast_csv_read_earlier(),
            };
            let at = receipt.at.format("%Y-%m-%d %H:%M").to_string();
            table.row(&[receipt.group.clone(), receipt.name.clone(), table.say(&step), at]);
        }
    }
}

/// A table that grows line by line.
struct Table {
    language: Language,
    text: String,
}

impl Table {
    fn say(&self, text: &Text) -> String {
        self.language.render(text)
    }

    fn head(&mut self, cells: &[Text]) {
        let cells: Vec<String> = cells.iter().map(|cell| self.say(cell)).collect();
        self.row(&cells);
    }

    fn row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        self.text.push_str(&cells.join(","));
        self.gap();
    }

    fn gap(&mut self) {
        self.text.push_str("\r\n");
    }
}

fn state_text(state: &str) -> Text {
    match state {
        "sent" => say::broadcast_state_sent(),
        "planned" => say::broadcast_state_planned(),
        "withdrawn" => say::broadcast_state_withdrawn(),
        "deleted" => say::broadcast_state_deleted(),
        "stuck" => say::broadcast_state_stuck(),
        _ => say::broadcast_state_failed(),
    }
}

/// A cell as it stands in the table. What a spreadsheet would compute gets an apostrophe in front.
fn quoted(cell: &str) -> String {
    let computes = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let mark = if computes { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{Chat, Confirmed};
    use super::*;
    use crate::ids::RunId;

    fn chat(title: &str) -> Chat {
        Chat { title: title.into(), state: "sent".into(), ..Chat::default() }
    }

    fn report(chats: Vec<Chat>) -> Report {
        Report { run: Some(RunId(1)), planned: chats.len(), chats, ..Report::default() }
    }

    fn lines(report: &Report) -> Vec<String> {
        report.csv(Language::English).lines().map(|line| line.replace('"', "")).collect()
    }

    #[test]
    fn no_cell_is_a_formula_and_quotes_stay_quotes() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            assert!(quoted(cell).starts_with("\"'"), "{cell:?}");
        }
        assert_eq!(quoted("三年\"二\"班, A"), "\"三年\"\"二\"\"班, A\"");
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn a_table_has_a_line_for_each_group_and_one_of_totals() {
        let gone = Chat { state: "failed".into(), reason: "gone".into(), ..chat("=三班") };
        let signed = Chat { readers: 20, read: 2, signed: 7, earlier: 3, is_twice: true, ..chat("一班") };
        let later = Chat { digest: InDigest::Waits, state: "planned".into(), readers: 5, ..chat("二班") };
        let confirmation = Confirmation::Signed;
        let all = report(vec![gone, signed, later]);
        let told = Report { read: 2, signed: 6, earlier: 3, readers: 24, ..all };
        let lines = lines(&Report { sent: 1, waiting: 1, twice: 1, confirmation, ..told });
        assert_eq!(lines.len(), 5);
        assert!(lines[1].starts_with("'=三班,failed,I am not in the group any more,,,0,0,0,0,"), "{lines:?}");
        assert_eq!(lines[2], "一班,sent,,,maybe,2,7,3,20,");
        assert_eq!(lines[3], "二班,on its way,,waits for it,,0,0,0,5,");
        assert_eq!(
            lines[4], "Total (each parent once),1 of 3,,1,1,2,6,3,24,",
            "a parent of two classes counts once"
        );
    }

    #[test]
    fn where_nothing_is_to_be_confirmed_no_number_says_that_nobody_has() {
        let confirmed = |confirmation| {
            let chats = vec![Chat { readers: 20, read: 2, ..chat("一班") }];
            lines(&Report { confirmation, ..report(chats) })[1].clone()
        };
        assert_eq!(confirmed(Confirmation::None), "一班,sent,,,,,,,,");
        assert_eq!(confirmed(Confirmation::Read), "一班,sent,,,,2,,0,20,");
    }

    #[test]
    fn private_copies_and_who_confirmed_when_have_sections_of_their_own() {
        let at = chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap().and_hms_opt(18, 3, 0).unwrap();
        let receipt = |name: &str, is_signed| Confirmed {
            group: "一班".into(),
            name: name.into(),
            is_signed,
            is_earlier: is_signed,
            at,
        };
        let told = Report {
            copies_planned: 5,
            copies_sent: 2,
            copies_failed: 3,
            copies_twice: 1,
            copies_opted_out: 4,
            copies_lacking: BTreeMap::from([("forbidden".into(), 3)]),
            receipts: vec![receipt("@妈妈", true), receipt("爸爸", false)],
            ..report(Vec::new())
        };
        let lines = lines(&told);
        assert_eq!(lines[2], "", "sections are parted");
        assert_eq!(lines[4..6], ["Total,5,2,3,1,4", "they have closed their private chat with me,,,3"]);
        assert_eq!(
            lines[8..],
            ["一班,'@妈妈,Signed the earlier wording,2026-09-07 18:03", "一班,爸爸,Read,2026-09-07 18:03"]
        );
    }
}
