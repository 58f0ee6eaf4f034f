//! Purpose: random conversations, and what holds in each.

use proptest::prelude::*;

use super::super::choice::Choice;
use super::super::state::{Act, Dialogue, Input, Purpose, Reply, Show, State, Step};
use super::super::{steps, words};
use super::{Talk, picture, text, wrote};
use crate::broadcasts::{Draft, Groups};
use crate::channel::TEXT_UNITS_MAX;
use crate::clock::HOUR_MS;
use crate::config::Topic;
use crate::i18n::{Language, say};
use crate::ids::{BroadcastId, GroupId};
use crate::roster::ForumTopic;
use crate::text::units;

/// One random thing that happens: what, and which of those that are possible.
type Event = (u8, u32);

fn input_of(talk: &Talk, (what, which): Event) -> Input {
    const WORDS: [&str; 16] = [
        "No school tomorrow",
        "back",
        "取消",
        "好了",
        "all",
        "class",
        "Class 3",
        "tomorrow 19:30",
        "昨天 8:00",
        "每周一 19:30",
        "*/99 * * * *",
        "0 8 * * 1",
        "31 February",
        "下周一",
        "明天凌晨12点",
        "",
    ];
    let serial = talk.state.serial;
    match what {
        0 => Input::Announce,
        1 if which % 8 == 0 => Input::Cancel,
        1 => Input::Wrote { content: None, words: String::new(), album: None },
        2 => wrote(picture(which as usize % 3, u64::from(which)), Some("album")),
        3 => wrote(text(&"x".repeat(which as usize % 5_000)), None),
        4..=8 => wrote(text(WORDS[which as usize % WORDS.len()]), None),
        // Any number that somebody may have signed once, also of another card.
        9..=10 => {
            let choice = Choice::of_number(i64::from(which % 4_096)).unwrap_or(Choice::Send);
            Input::Pressed { serial: serial - i64::from(which % 5 == 0), choice }
        }
        11 if which % 4 == 0 => {
            let draft = Draft { contents: vec![text("old")], ..Draft::default() };
            let purpose =
                if which % 8 == 0 { Purpose::Edit(BroadcastId(1)) } else { Purpose::Move(BroadcastId(2)) };
            Input::Began(purpose, Box::new(draft))
        }
        // Mostly what the card offers.
        _ => {
            let choices: Vec<Choice> = talk.state.open.as_ref().map_or_else(Vec::new, |_| {
                talk.card().rows.into_iter().flatten().map(|(_, choice)| choice).collect()
            });
            let choice = choices.get(which as usize % choices.len().max(1)).copied().unwrap_or(Choice::Back);
            let is_end = choice == Choice::Cancel && which % 3 != 0;
            Input::Pressed { serial, choice: if is_end { Choice::Done } else { choice } }
        }
    }
}

fn check_act(talk: &Talk, before: &State, input: &Input, reply: &Reply) {
    let Some(act) = &reply.act else { return };
    assert_eq!(before.open.as_ref().map(|open| &open.step), Some(&Step::Summary));
    assert_eq!(*input, Input::Pressed { serial: before.serial, choice: Choice::Send });
    assert!(talk.troubles.is_empty() && talk.state.open.is_none());
    match act {
        Act::Publish(draft) => {
            assert!(!draft.contents.is_empty());
            if let Groups::Chosen(chosen) = &draft.groups {
                assert!(!chosen.is_empty());
                assert!(chosen.iter().all(|(id, _)| talk.groups.iter().any(|(known, _)| known == id)));
            }
        }
        Act::Edit(_, contents) => assert!(!contents.is_empty()),
        Act::Move(..) => {}
    }
}

/// What holds wherever a conversation stands.
fn check_standing(talk: &Talk) {
    let Some(open) = &talk.state.open else { return };
    let kept = serde_json::to_string(open).unwrap();
    assert_eq!(serde_json::from_str::<Dialogue>(&kept).unwrap(), *open);
    assert!(open.draft.contents.len() <= talk.settings.parts_max);
    for language in Language::ALL {
        let card = words::card(open, &talk.facts(), language);
        assert!(!card.words.is_empty() && units(&card.words) <= TEXT_UNITS_MAX);
        assert!(card.rows.iter().flatten().count() <= 40);
        assert!(card.rows.iter().flatten().any(|(_, choice)| *choice == Choice::Cancel), "{}", card.words);
    }
    let cancelled = steps::next(talk.state.clone(), Input::Cancel, &talk.facts());
    assert!(cancelled.0.open.is_none() && cancelled.1.act.is_none());
    let back = Input::Pressed { serial: talk.state.serial, choice: Choice::Back };
    let (_, reply) = steps::next(talk.state.clone(), back, &talk.facts());
    assert!(reply.act.is_none() && reply.show != Show::Over || open.step == Step::Offer);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_published_without_the_last_confirmation_whatever_happens(
        groups in 0..20_i64,
        events in proptest::collection::vec(((0..20_u8, any::<u32>()), 0..100_u8), 1..60),
    ) {
        let mut talk = Talk::new(groups);
        talk.forums = (1..9_i64)
            .map(|number| ForumTopic {
                group: GroupId(1 + number % 3),
                topic: number.into(),
                title: format!("Topic {number}"),
            })
            .collect();
        talk.settings.topics =
            vec![Topic::for_tests("meals", "Meals", false), Topic::for_tests("trips", "Trips", true)];
        for (event, chance) in events {
            match chance {
                0..=2 => talk.now = talk.now.plus_ms(HOUR_MS * 30),
                3..=4 => { talk.groups.pop(); }
                95..=97 => { talk.forums.pop(); }
                5..=6 => talk.troubles = vec![say::dialogue_what_first()],
                7..=9 => talk.troubles.clear(),
                _ => {}
            }
            let before = talk.state.clone();
            let input = input_of(&talk, event);
            let reply = talk.hears(input.clone());
            prop_assert!(talk.state.serial >= before.serial);
            check_act(&talk, &before, &input, &reply);
            check_standing(&talk);
        }
    }
}
