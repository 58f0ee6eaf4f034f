//! Purpose: the report as a message.
//!
//! Invariant: names stand there only as far as the report has them; of many, the first.

use super::{Report, copy_reason_text, count, reason_text};
use crate::broadcasts::Confirmation;
use crate::i18n::{Language, Text, listed, say};

/// Names listed for each group in a message.
const NAMES_MAX: usize = 30;
/// Groups listed in a message.
const GROUPS_MAX: usize = 20;

impl Report {
    /// The report as a message, for one reader in private.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        if self.run.is_none() {
            return language.render(&say::broadcast_report_not_yet());
        }
        let mut lines = vec![say::broadcast_report_sent(count(self.planned), count(self.sent))];
        for (reason, chats) in &self.failed {
            lines.push(say::broadcast_report_failed(count(*chats), reason_text(reason)));
        }
        if self.changing > 0 {
            lines.push(say::broadcast_changing(count(self.sent - self.changing), count(self.sent)));
        }
        for (reason, chats) in &self.unchanged {
            lines.push(say::broadcast_report_unchanged(count(*chats), reason_text(reason)));
        }
        if self.digested > 0 {
            lines.push(say::broadcast_report_digested(count(self.digested)));
        }
        if self.waiting > 0 {
            lines.push(say::broadcast_report_waiting(count(self.waiting)));
        }
        if self.twice > 0 {
            lines.push(say::broadcast_report_twice(count(self.twice)));
        }
        self.copies(&mut lines);
        match self.confirmation {
            Confirmation::None => {}
            Confirmation::Read => {
                lines.push(say::broadcast_report_read(count(self.read), count(self.readers)));
                if self.earlier > 0 {
                    lines.push(say::broadcast_report_read_earlier(count(self.earlier)));
                }
            }
            Confirmation::Signed => {
                lines.push(say::broadcast_report_signed(count(self.readers), count(self.signed)));
                lines.push(say::broadcast_report_read_only(count(self.read)));
                if self.earlier > 0 {
                    lines.push(say::broadcast_report_signed_earlier(count(self.earlier)));
                }
            }
        }
        for chat in self.chats.iter().filter(|chat| !chat.names.is_empty()).take(GROUPS_MAX) {
            let names: Vec<&str> = chat.names.iter().take(NAMES_MAX).map(String::as_str).collect();
            let mut names = language.render(&listed(&names));
            if chat.names.len() > NAMES_MAX {
                names.push('…');
            }
            lines.push(say::broadcast_report_missing(names, chat.title.as_str()));
        }
        lines.iter().map(|line| language.render(line)).collect::<Vec<_>>().join("\n")
    }

    /// What became of the private copies.
    fn copies(&self, lines: &mut Vec<Text>) {
        if self.copies_planned + self.copies_opted_out > 0 {
            let [failed, out] = [self.copies_failed, self.copies_opted_out].map(count);
            let [planned, sent] = [self.copies_planned, self.copies_sent].map(count);
            lines.push(say::broadcast_report_copies(failed, out, planned, sent));
        }
        for (reason, people) in &self.copies_lacking {
            lines.push(say::broadcast_report_copies_lacking(count(*people), copy_reason_text(reason)));
        }
        if self.copies_twice > 0 {
            lines.push(say::broadcast_report_copies_twice(count(self.copies_twice)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::RunId;

    fn report() -> Report {
        Report { run: Some(RunId(1)), ..Report::default() }
    }

    #[test]
    fn the_report_says_why_private_copies_failed() {
        let copies_lacking = BTreeMap::from([("forbidden".into(), 2), ("unknown".into(), 1)]);
        let report =
            Report { copies_planned: 5, copies_failed: 3, copies_opted_out: 4, copies_lacking, ..report() };
        let told = report.text(Language::Chinese);
        assert!(told.contains("没送到 3 位") && told.contains("安排了 5 位"), "{told}");
        assert!(told.contains("不收的有 4 位"), "{told}");
        assert!(told.contains("2 位：关掉了和我的私聊") && told.contains("1 位：断网了"), "{told}");
    }

    #[test]
    fn what_may_have_come_twice_is_told_of_groups_and_of_people() {
        let told = Report { twice: 1, copies_planned: 3, copies_twice: 2, ..report() };
        let english = told.text(Language::English);
        assert!(english.contains("may have arrived twice in 1 group,"), "{english}");
        assert!(english.contains("may have arrived twice for 2 people,"), "{english}");
        let chinese = told.text(Language::Chinese);
        assert!(chinese.contains("1 个群里可能收到两遍") && chinese.contains("2 位"), "{chinese}");
        assert!(!report().text(Language::English).contains("twice"));
    }

    #[test]
    fn who_has_seen_what_to_sign_is_told_apart_from_who_has_signed() {
        let report =
            Report { confirmation: Confirmation::Signed, read: 2, signed: 7, readers: 20, ..report() };
        let told = report.text(Language::English);
        assert!(told.contains("Signed by 7;") && told.contains("not signed yet: 2"), "{told}");
    }
}
