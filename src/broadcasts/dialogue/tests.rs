//! Purpose: tests of the conversation's steps.

mod random;

use super::choice::Choice;
use super::state::{Act, Dialogue, Facts, Input, Reply, Show, State, Step};
use super::steps::{self, PAGE_GROUPS};
use super::words;
use crate::broadcasts::{Confirmation, Groups, Urgency};
use crate::channel::{ALBUM_MAX, Content, Media, MediaKind, Styled, TEXT_UNITS_MAX};
use crate::clock::{HOUR_MS, Millis};
use crate::config::{Broadcasts, Topic};
use crate::i18n::{Language, Text, listed, say};
use crate::ids::{GroupId, Native};
use crate::roster::ForumTopic;
use crate::timetable::testing::{at, school};
use crate::timetable::{QuietHours, SchoolCalendar, SchoolTime};

/// A Monday, 18:00 in Shanghai.
const EVENING: &str = "2026-09-07T10:00:00Z";

/// A person at the conversation.
struct Talk {
    state: State,
    calendar: SchoolCalendar,
    now: Millis,
    groups: Vec<(GroupId, String)>,
    lost: Vec<String>,
    troubles: Vec<Text>,
    forums: Vec<ForumTopic>,
    settings: Broadcasts,
}

impl Talk {
    fn new(groups: i64) -> Self {
        let groups = (1..=groups).map(|number| (GroupId(number), format!("Class {number}"))).collect();
        Self {
            state: State::default(),
            calendar: school(),
            now: at(EVENING),
            groups,
            lost: Vec::new(),
            troubles: Vec::new(),
            forums: Vec::new(),
            settings: Broadcasts::default(),
        }
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            now: self.now,
            time: SchoolTime { zone: chrono_tz::Asia::Shanghai, calendar: &self.calendar },
            quiet: QuietHours::default(),
            groups: &self.groups,
            settings: &self.settings,
            forums: &self.forums,
            posted: &[],
            lost: &self.lost,
            needs_yes: true,
            forecast: None,
            troubles: &self.troubles,
            hints: &[],
        }
    }

    fn hears(&mut self, input: Input) -> Reply {
        let (state, reply) = steps::next(self.state.clone(), input, &self.facts());
        self.state = state;
        reply
    }

    fn presses(&mut self, choice: Choice) -> Reply {
        let serial = self.state.serial;
        self.hears(Input::Pressed { serial, choice })
    }

    fn writes(&mut self, words: &str) -> Reply {
        self.hears(wrote(text(words), None))
    }

    fn open(&self) -> &Dialogue {
        self.state.open.as_ref().unwrap()
    }

    fn step(&self) -> &Step {
        &self.open().step
    }

    fn card(&self) -> words::Sketch {
        words::card(self.open(), &self.facts(), Language::English)
    }

    fn offers(&self, choice: Choice) -> bool {
        self.card().rows.iter().flatten().any(|(_, offered)| *offered == choice)
    }

    /// To the summary of something for now.
    fn reaches_summary(&mut self) {
        self.hears(Input::Announce);
        self.writes("No school tomorrow");
        self.presses(Choice::Done);
        if matches!(self.step(), Step::Groups { .. }) {
            self.presses(Choice::Group(GroupId(1)));
            self.presses(Choice::Done);
        }
        self.presses(Choice::Done);
        self.presses(Choice::Usual(0));
        assert_eq!(*self.step(), Step::Summary);
    }
}

fn text(words: &str) -> Content {
    Content::Text { body: Styled::from(words.to_owned()) }
}

fn picture(number: usize, bytes: u64) -> Content {
    let file = Native(format!("file{number}"));
    let media = Media { kind: MediaKind::Picture, file, name: None, bytes: Some(bytes), spoiler: false };
    Content::Media { media, caption: Styled::default() }
}

fn wrote(content: Content, album: Option<&str>) -> Input {
    let words = content.words().to_owned();
    Input::Wrote { content: Some(content), words, album: album.map(Native::from) }
}

#[test]
fn a_class_teacher_publishes_in_five_steps() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    let reply = talk.presses(Choice::Send);
    let Some(Act::Publish(draft)) = reply.act else { panic!("{reply:?}") };
    assert_eq!(draft.contents, [text("No school tomorrow")]);
    assert_eq!(draft.groups, Groups::Chosen(vec![(GroupId(1), None)]));
    assert_eq!((draft.confirmation, draft.urgency), (Confirmation::None, Urgency::Normal));
    assert_eq!(draft.when, None);
    assert_eq!(talk.presses(Choice::Send), Reply::show(Show::Over), "a second press publishes nothing");
}

#[test]
fn the_send_button_of_an_earlier_summary_publishes_nothing() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    let serial = talk.state.serial;
    talk.presses(Choice::ChangeWhat);
    talk.writes("School as usual");
    talk.presses(Choice::Done);
    assert_eq!(*talk.step(), Step::Summary);
    let reply = talk.hears(Input::Pressed { serial, choice: Choice::Send });
    assert_eq!(reply, Reply::show(Show::Over));
    talk.hears(Input::Cancel);
    talk.reaches_summary();
    assert!(talk.state.serial > serial, "serials are not used again");
}

#[test]
fn a_change_from_the_summary_leads_back_to_it() {
    let mut talk = Talk::new(3);
    talk.reaches_summary();
    for (change, step) in [
        (Choice::ChangeWhat, Step::What { replaces: true }),
        (Choice::ChangeGroups, Step::groups()),
        (Choice::ChangeOptions, Step::Options),
        (Choice::ChangeWhen, Step::when()),
    ] {
        talk.presses(change);
        assert_eq!(*talk.step(), step);
        talk.presses(Choice::Back);
        assert_eq!(*talk.step(), Step::Summary);
    }
    talk.presses(Choice::ChangeWhat);
    talk.writes("School as usual");
    talk.presses(Choice::Done);
    assert_eq!(*talk.step(), Step::Summary);
    assert_eq!(talk.open().draft.contents, [text("School as usual")]);
}

#[test]
fn an_album_is_one_content_and_its_eleventh_picture_is_left_out() {
    let mut talk = Talk::new(1);
    talk.hears(Input::Announce);
    assert_eq!(talk.hears(wrote(picture(0, 1), Some("a"))).show, Show::Card);
    for number in 1..ALBUM_MAX {
        assert_eq!(talk.hears(wrote(picture(number, 1), Some("a"))).show, Show::Nothing);
    }
    let reply = talk.hears(wrote(picture(10, 1), Some("a")));
    assert_eq!(reply.notes, [say::dialogue_album_full(ALBUM_MAX)]);
    let [Content::Album { items, .. }] = talk.open().draft.contents.as_slice() else { panic!() };
    assert_eq!(items.len(), ALBUM_MAX);
}

#[test]
fn the_rest_of_an_album_is_taken_while_the_next_question_is_asked() {
    let mut talk = Talk::new(1);
    talk.hears(wrote(picture(0, 1), Some("a")));
    talk.presses(Choice::Yes);
    assert_eq!(talk.hears(wrote(picture(1, 1), Some("a"))).show, Show::Nothing);
    assert_eq!(talk.open().draft.contents[0].messages(), 2);
    assert_eq!(*talk.step(), Step::Options);
}

#[test]
fn what_is_too_large_is_left_out_with_a_word() {
    let mut talk = Talk::new(1);
    talk.hears(Input::Announce);
    let long = talk.writes(&"x".repeat(TEXT_UNITS_MAX + 1));
    assert_eq!(long.notes, [say::dialogue_text_too_long(TEXT_UNITS_MAX + 1, TEXT_UNITS_MAX)]);
    let large = talk.hears(wrote(picture(0, talk.settings.file_bytes_max + 1), None));
    assert_eq!(large.notes, [say::dialogue_file_too_large(50_i64)]);
    assert!(talk.open().draft.contents.is_empty());
    talk.writes(&"x".repeat(TEXT_UNITS_MAX));
    for _ in 1..talk.settings.parts_max {
        talk.writes("more");
    }
    assert_eq!(talk.writes("too many").notes, [say::dialogue_too_many(talk.settings.parts_max)]);
}

#[test]
fn groups_are_found_by_typing_and_shown_in_pages() {
    let mut talk = Talk::new(19);
    talk.hears(Input::Announce);
    talk.writes("No school tomorrow");
    talk.presses(Choice::Done);
    assert!(talk.offers(Choice::Page(1)) && !talk.offers(Choice::Done));
    let shown = |talk: &Talk| {
        let rows = talk.card().rows;
        rows.iter().flatten().filter(|(_, choice)| matches!(choice, Choice::Group(_))).count()
    };
    assert_eq!(shown(&talk), PAGE_GROUPS);
    talk.presses(Choice::Page(2));
    assert_eq!(shown(&talk), 3);
    talk.writes("class 1");
    assert_eq!(*talk.step(), Step::Groups { page: 0, search: "class 1".into() });
    assert_eq!(talk.writes("class 17").notes, [say::dialogue_group_ticked("Class 17")]);
    assert!(talk.open().has_chosen(GroupId(17)) && talk.offers(Choice::Done));
    assert_eq!(talk.writes("9-9").notes, [say::dialogue_no_such_group("9-9")]);
    talk.writes("all");
    assert_eq!(talk.open().draft.groups, Groups::AllMine);
}

#[test]
fn a_group_taken_out_of_all_leaves_all_others_and_a_name_typed_takes_none_out() {
    let mut talk = Talk::new(3);
    talk.hears(Input::Announce);
    talk.writes("No school tomorrow");
    talk.presses(Choice::Done);
    talk.presses(Choice::AllMine);
    assert_eq!(talk.writes("class 2").notes, [say::dialogue_group_ticked("Class 2")]);
    assert_eq!(talk.open().draft.groups, Groups::AllMine);
    talk.presses(Choice::Group(GroupId(2)));
    assert_eq!(talk.open().draft.groups, Groups::Chosen(vec![(GroupId(1), None), (GroupId(3), None)]));
}

#[test]
fn a_group_that_is_lost_is_taken_out_and_nothing_goes_out_before_that_is_seen() {
    let mut talk = Talk::new(3);
    talk.reaches_summary();
    talk.presses(Choice::ChangeGroups);
    talk.presses(Choice::Group(GroupId(3)));
    talk.presses(Choice::Done);
    talk.groups.pop();
    talk.lost = ["Class 3", "Class 4"].map(str::to_owned).into();
    let reply = talk.presses(Choice::Send);
    let told = say::dialogue_groups_lost(listed(&["Class 3", "Class 4"]));
    assert_eq!((reply.act, reply.notes), (None, vec![told.clone()]));
    assert!(Language::Chinese.render(&told).contains("Class 3、Class 4。"));
    talk.lost.clear();
    assert!(talk.presses(Choice::Send).act.is_some());
}

#[test]
fn a_time_that_passes_before_the_last_confirmation_is_asked_again() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    talk.presses(Choice::ChangeWhen);
    talk.writes("today 19:30");
    talk.presses(Choice::Done);
    assert_eq!(*talk.step(), Step::Summary);
    talk.now = talk.now.plus_ms(2 * HOUR_MS);
    let reply = talk.presses(Choice::Send);
    assert_eq!((reply.act, reply.notes.len()), (None, 1));
    assert_eq!(*talk.step(), Step::when());
}

#[test]
fn an_old_draft_is_asked_about_once() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    talk.now = talk.now.plus_ms(49 * HOUR_MS);
    assert_eq!(talk.presses(Choice::Send).act, None);
    assert_eq!(*talk.step(), Step::Stale(Box::new(Step::Summary)));
    talk.presses(Choice::Yes);
    assert_eq!(*talk.step(), Step::Summary);
    assert!(talk.presses(Choice::Send).act.is_some());
}

#[test]
fn a_second_announce_asks_before_it_drops_the_draft() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    talk.hears(Input::Announce);
    assert_eq!(*talk.step(), Step::Again(Box::new(Step::Summary)));
    talk.presses(Choice::Yes);
    assert_eq!(*talk.step(), Step::Summary);
    talk.hears(Input::Announce);
    talk.presses(Choice::Anew);
    assert!(talk.open().draft.contents.is_empty());
}

#[test]
fn troubles_take_the_send_button_away() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    assert!(talk.offers(Choice::Send));
    talk.troubles = vec![say::dialogue_what_first()];
    assert!(!talk.offers(Choice::Send));
    assert_eq!(talk.presses(Choice::Send).act, None);
}

#[test]
fn a_holiday_brings_the_choice_of_what_to_do() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    talk.presses(Choice::ChangeWhen);
    // The day of the demonstration class has school; National Day has none.
    talk.writes("8 September 8:00");
    assert!(!talk.offers(Choice::DayRule(crate::timetable::DayRule::MoveToNextSchoolDay)));
    talk.presses(Choice::ChangeWhen);
    talk.writes("1 October 8:00");
    talk.presses(Choice::DayRule(crate::timetable::DayRule::MoveToNextSchoolDay));
    talk.presses(Choice::Done);
    assert_eq!(talk.open().draft.when.as_deref(), Some("next - - once 2026-10-01T08:00:00"));
}

#[test]
fn each_chosen_forum_is_asked_about_and_a_topic_that_was_shut_gives_way() {
    let mut talk = Talk::new(3);
    let topic = |group, topic: &str| ForumTopic {
        group: GroupId(group),
        topic: topic.into(),
        title: format!("Topic {topic}"),
    };
    talk.forums = vec![topic(1, "5"), topic(1, "7"), topic(3, "9")];
    talk.hears(Input::Announce);
    talk.writes("No school tomorrow");
    talk.presses(Choice::Done);
    for group in 1..=3 {
        talk.presses(Choice::Group(GroupId(group)));
    }
    talk.presses(Choice::Done);
    assert_eq!(*talk.step(), Step::Forum { group: GroupId(1) });
    assert!(talk.offers(Choice::Thread(2)) && !talk.offers(Choice::Thread(3)));
    talk.presses(Choice::Thread(2));
    assert_eq!(*talk.step(), Step::Forum { group: GroupId(3) });
    talk.presses(Choice::Back);
    assert_eq!(*talk.step(), Step::groups());
    talk.presses(Choice::Done);
    talk.writes("下一步");
    talk.presses(Choice::Thread(1));
    assert_eq!(*talk.step(), Step::Options, "the third group is no forum");
    talk.presses(Choice::Done);
    talk.presses(Choice::Usual(0));
    let chosen = |talk: &Talk| talk.open().draft.groups.clone();
    let taken = |first: Option<&str>| {
        let pairs = [(1, first), (2, None), (3, Some("9"))];
        Groups::Chosen(pairs.map(|(group, topic)| (GroupId(group), topic.map(Native::from))).into())
    };
    assert_eq!(chosen(&talk), taken(Some("7")));
    assert!(talk.card().words.contains("Class 1 · Topic 7"), "{}", talk.card().words);
    talk.forums.remove(1);
    let reply = talk.presses(Choice::Send);
    assert_eq!((reply.act, reply.notes), (None, vec![say::dialogue_forum_shut()]));
    assert_eq!(chosen(&talk), taken(None));
    assert!(talk.presses(Choice::Send).act.is_some());
}

#[test]
fn a_topic_is_chosen_by_its_name_and_the_summary_names_it() {
    let mut talk = Talk::new(1);
    talk.settings.topics =
        vec![Topic::for_tests("meals", "Meals", false), Topic::for_tests("trips", "Trips", true)];
    talk.hears(Input::Announce);
    talk.writes("No school tomorrow");
    talk.presses(Choice::Done);
    assert_eq!(talk.presses(Choice::Topic(2)).show, Show::Changed);
    assert_eq!(talk.open().draft.topic.0, "trips");
    assert!(talk.card().rows.iter().flatten().any(|(label, _)| label == "✅ Trips"));
    talk.presses(Choice::Done);
    talk.presses(Choice::Usual(0));
    assert!(talk.card().words.contains("Topic: Trips\n"), "{}", talk.card().words);
    talk.presses(Choice::ChangeOptions);
    assert!(talk.offers(Choice::Back) && talk.offers(Choice::Cancel));
    talk.presses(Choice::Topic(0));
    assert_eq!(talk.open().draft.topic.0, "");
    // A number that no topic has is none.
    talk.presses(Choice::Topic(77));
    assert_eq!(talk.open().draft.topic.0, "");
    talk.presses(Choice::Done);
    assert!(!talk.card().words.contains("Topic"), "{}", talk.card().words);
}
