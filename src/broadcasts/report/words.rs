//! Purpose: the report as a message.
//!
//! Invariants: names stand there only as far as the report has them; of many, the first. It never has more than one message holds.

use std::collections::BTreeMap;

use super::{Chat, Report, copy_reason_text, count, reason_text};
use crate::broadcasts::Confirmation;
use crate::channel::TEXT_UNITS_MAX;
use crate::i18n::{Language, Text, listed, say};
use crate::text::units;

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
        for (reason, chats) in by_sentence(&self.failed, reason_text) {
            lines.push(say::broadcast_report_failed(count(chats), reason));
        }
        if self.changing > 0 {
            lines.push(say::broadcast_changing(count(self.sent - self.changing), count(self.sent)));
        }
        for (reason, chats) in by_sentence(&self.unchanged, reason_text) {
            lines.push(say::broadcast_report_unchanged(count(chats), reason));
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
        let mut told = lines.iter().map(|line| language.render(line)).collect::<Vec<_>>().join("\n");
        self.missing(language, &mut told);
        told
    }

    /// Adds who has not confirmed, group by group, as far as there is room; what is left out stands in the table.
    fn missing(&self, language: Language, told: &mut String) {
        let groups: Vec<&Chat> = self.chats.iter().filter(|chat| !chat.names.is_empty()).collect();
        let more =
            |groups: usize| format!("\n{}", language.render(&say::broadcast_report_groups_more(groups)));
        let mut room = TEXT_UNITS_MAX.saturating_sub(units(told) + units(&more(groups.len())));
        for (place, chat) in groups.iter().enumerate() {
            let line = if place < GROUPS_MAX { named(chat, language, room) } else { None };
            let Some(line) = line else {
                told.push_str(&more(groups.len() - place));
                return;
            };
            room -= units(&line);
            told.push_str(&line);
        }
    }

    /// What became of the private copies.
    fn copies(&self, lines: &mut Vec<Text>) {
        if self.copies_planned + self.copies_opted_out > 0 {
            let [failed, out] = [self.copies_failed, self.copies_opted_out].map(count);
            let [planned, sent] = [self.copies_planned, self.copies_sent].map(count);
            lines.push(say::broadcast_report_copies(failed, out, planned, sent));
        }
        for (reason, people) in by_sentence(&self.copies_lacking, copy_reason_text) {
            lines.push(say::broadcast_report_copies_lacking(count(people), reason));
        }
        if self.copies_twice > 0 {
            lines.push(say::broadcast_report_copies_twice(count(self.copies_twice)));
        }
    }
}

/// How often each sentence is the reason; several reasons may be told in the same words.
fn by_sentence(reasons: &BTreeMap<String, usize>, says: fn(&str) -> Text) -> Vec<(Text, usize)> {
    let mut found: Vec<(Text, usize)> = Vec::new();
    for (reason, times) in reasons {
        let sentence = says(reason);
        match found.iter_mut().find(|(known, _)| *known == sentence) {
            Some((_, all)) => *all += times,
            None => found.push((sentence, *times)),
        }
    }
    found
}

/// The line of a group with as many names as there is room for; none if not even one has room.
fn named(chat: &Chat, language: Language, room: usize) -> Option<String> {
    let most = chat.names.len().min(NAMES_MAX);
    let with = |names: usize| {
        let (left, names) = (chat.names.len() - names, listed(&chat.names[..names]));
        let line = match left {
            0 => say::broadcast_report_missing(names, chat.title.as_str()),
            _ => say::broadcast_report_missing_more(left, names, chat.title.as_str()),
        };
        format!("\n{}", language.render(&line))
    };
    (1..=most).rev().map(with).find(|line| units(line) <= room)
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn no_word_of_the_platforms_reaches_a_teacher() {
        let refused = [
            "refused: Bad Request: POLL_INVALID",
            "refused: Bad Request: WEBPAGE_BAD",
            "lost",
            "long",
            "file",
        ];
        let failed = BTreeMap::from(refused.map(|reason| (reason.to_owned(), 2)));
        let report = Report { failed, ..report() };
        let (chinese, english) = (report.text(Language::Chinese), report.text(Language::English));
        for told in [&chinese, &english] {
            assert!(!told.contains("Bad Request") && !told.contains('_'), "{told}");
            assert_eq!(told.lines().count(), 5, "the same sentence stands once: {told}");
        }
        assert!(chinese.contains("没发成 4 个：平台没有接受"), "{chinese}");
        assert!(!chinese.contains(|letter: char| letter.is_ascii_alphabetic()), "{chinese}");
        assert!(english.contains("the text is too long for the platform"), "{english}");
    }

    fn with_missing(groups: usize, people: usize, name: &str, title: &str) -> Report {
        let chat = Chat { title: title.into(), names: vec![name.into(); people], ..Chat::default() };
        Report { confirmation: Confirmation::Read, chats: vec![chat; groups], ..report() }
    }

    #[test]
    fn the_longest_names_of_twenty_groups_fit_in_one_message_and_the_table_is_named() {
        for (language, more, table) in [
            (Language::Chinese, "，还有 ", " 个群也有没确认的，名单都在表格里。"),
            (
                Language::English,
                " more (see the table)",
                " more groups have people who haven't confirmed; they are in the table.",
            ),
        ] {
            for (people, name) in [(30, "😀".repeat(64)), (30, "长".repeat(129)), (500, "😀".repeat(64))]
            {
                let told = with_missing(20, people, &name, &"群".repeat(128)).text(language);
                assert!(units(&told) <= TEXT_UNITS_MAX, "{} units", units(&told));
                assert!(units(&told) > TEXT_UNITS_MAX - 1_000, "{} units", units(&told));
                assert!(told.ends_with(table), "{told}");
                assert!(told.contains(more) || people <= NAMES_MAX, "{told}");
            }
        }
    }

    #[test]
    fn short_names_all_stand_there_and_how_many_more_there_are() {
        let told = with_missing(2, 3, "李妈妈", "一班").text(Language::Chinese);
        assert!(
            told.ends_with("\n一班还没确认：李妈妈、李妈妈、李妈妈\n一班还没确认：李妈妈、李妈妈、李妈妈"),
            "{told}"
        );
        let told = with_missing(1, 33, "李妈妈", "一班").text(Language::Chinese);
        assert!(told.ends_with("李妈妈，还有 3 位（见表格）"), "{told}");
        let told = with_missing(21, 1, "Li", "Class 1").text(Language::English);
        assert!(
            told.ends_with("\n1 more group has people who haven't confirmed; they are in the table."),
            "{told}"
        );
    }
}
