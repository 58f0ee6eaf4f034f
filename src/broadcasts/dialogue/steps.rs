//! Purpose: the conversation's steps: what follows from where it stands and what comes in.
//!
//! ```text
//! (something sent) ─▶ Offer ─yes─┐
//! /announce ─▶ What ─▶ Groups (─▶ Forum) ─▶ Options ─▶ When ─▶ Reading ─▶ Summary ─send─▶ published
//!                                                        └──── now ───────▶┘  ▲ │ change…
//!                                                                             └─┘
//! ```
//!
//! Invariants: pure. Nothing is published but by [`Choice::Send`] on the newest summary, with contents, groups, a time
//! that isn't over and no trouble. Back and cancel are understood at every step.

use super::asks::{Control, control};
use super::choice::Choice;
use super::forum;
use super::gather;
use super::state::{Dialogue, Facts, Input, Purpose, Reply, Show, State, Step};
use super::summary::{change, send, summary};
use super::times::{self, Answer, Time};
use crate::broadcasts::rules::can_become;
use crate::broadcasts::{Groups, Topic};
use crate::channel::Content;
use crate::clock::HOUR_MS;
use crate::i18n::say;
use crate::ids::{GroupId, Native};

/// A draft that nobody has touched for longer is asked about again.
pub const FRESH_MS: i64 = 48 * HOUR_MS;
/// So many groups are on a page.
pub const PAGE_GROUPS: usize = 8;

/// What follows.
#[must_use]
pub fn next(state: State, input: Input, facts: &Facts<'_>) -> (State, Reply) {
    let State { serial, open } = state;
    let (open, reply) = match (open, input) {
        (open, Input::Pressed { serial: pressed, .. }) if pressed != serial || open.is_none() => {
            (open, Reply::show(Show::Over))
        }
        (open, Input::Cancel) => cancelled(open.is_some()),
        (Some(_), Input::Pressed { choice: Choice::Cancel, .. }) => cancelled(true),
        (_, Input::Announce | Input::Began(..)) if facts.groups.is_empty() => {
            (None, Reply::note(say::dialogue_not_staff(), Show::Notes))
        }
        (None, Input::Announce) => begin(Step::What { replaces: false }, facts),
        (None, Input::Wrote { content, album, .. }) => offered(content, album, facts),
        (None, Input::Pressed { .. }) => (None, Reply::show(Show::Over)),
        (Some(dialogue), Input::Began(..))
            if dialogue.step != Step::Offer && !dialogue.draft.contents.is_empty() =>
        {
            (Some(dialogue), Reply::note(say::dialogue_finish_first(), Show::Card))
        }
        (_, Input::Began(purpose, draft)) => {
            let step = match purpose {
                Purpose::Move(_) => Step::when(),
                Purpose::New | Purpose::Edit(_) => Step::What { replaces: true },
            };
            let mut dialogue = Dialogue::new(step, facts.now);
            (dialogue.purpose, dialogue.draft) = (purpose, *draft);
            (Some(dialogue), Reply::show(Show::Card))
        }
        (Some(_), _) if facts.groups.is_empty() => {
            (None, Reply::note(say::dialogue_not_staff(), Show::Notes))
        }
        (Some(dialogue), input) => going_on(dialogue, input, facts),
    };
    // A card that is shown anew makes those before it history.
    let serial = serial.saturating_add(i64::from(reply.show == Show::Card));
    (State { serial, open }, reply)
}

fn cancelled(was_open: bool) -> (Option<Dialogue>, Reply) {
    let words = if was_open { say::dialogue_cancelled() } else { say::dialogue_nothing_to_cancel() };
    (None, Reply::note(words, Show::Notes))
}

fn begin(step: Step, facts: &Facts<'_>) -> (Option<Dialogue>, Reply) {
    (Some(Dialogue::new(step, facts.now)), Reply::show(Show::Card))
}

/// Something came without a command.
fn offered(content: Option<Content>, album: Option<Native>, facts: &Facts<'_>) -> (Option<Dialogue>, Reply) {
    if facts.groups.is_empty() || content.is_none() {
        return (None, Reply::show(Show::NotMine));
    }
    let mut dialogue = Dialogue::new(Step::Offer, facts.now);
    let reply = gather::add(&mut dialogue, content, album, facts);
    if dialogue.draft.contents.is_empty() {
        return (None, Reply { show: Show::Notes, ..reply });
    }
    (Some(dialogue), reply)
}

fn going_on(mut dialogue: Dialogue, input: Input, facts: &Facts<'_>) -> (Option<Dialogue>, Reply) {
    if facts.now.since_ms(dialogue.changed_at) > FRESH_MS && !matches!(dialogue.step, Step::Stale(_)) {
        if dialogue.step == Step::Offer {
            // Nobody had said that it was to be published.
            return next_without(input, facts);
        }
        let step = std::mem::replace(&mut dialogue.step, Step::Offer);
        dialogue.step = Step::Stale(Box::new(step));
        return (Some(dialogue), Reply::show(Show::Card));
    }
    match input {
        Input::Announce => announced(dialogue, facts),
        Input::Wrote { content, words, album } => {
            let steers = match &content {
                Some(Content::Text { .. }) | None => control(&words),
                Some(_) => None,
            };
            match steers {
                Some(Control::Cancel) => cancelled(true),
                Some(Control::Back) => touch(dialogue, Choice::Back, facts),
                Some(Control::Done) => touch(dialogue, Choice::Done, facts),
                Some(Control::All) if matches!(dialogue.step, Step::Groups { .. }) => {
                    touch(dialogue, Choice::AllMine, facts)
                }
                Some(Control::All) | None => wrote(dialogue, content, &words, album, facts),
            }
        }
        Input::Pressed { choice, .. } => touch(dialogue, choice, facts),
        Input::Cancel | Input::Began(..) => (Some(dialogue), Reply::show(Show::Card)),
    }
}

/// As if nothing had been begun. Presses of what was begun are over.
fn next_without(input: Input, facts: &Facts<'_>) -> (Option<Dialogue>, Reply) {
    match input {
        Input::Announce => begin(Step::What { replaces: false }, facts),
        Input::Wrote { content, album, .. } => offered(content, album, facts),
        Input::Pressed { .. } | Input::Cancel | Input::Began(..) => (None, Reply::show(Show::Over)),
    }
}

fn announced(mut dialogue: Dialogue, facts: &Facts<'_>) -> (Option<Dialogue>, Reply) {
    match dialogue.step {
        Step::Offer => touch(dialogue, Choice::Yes, facts),
        Step::What { .. } if dialogue.draft.contents.is_empty() => (Some(dialogue), Reply::show(Show::Card)),
        Step::Again(_) | Step::Stale(_) => (Some(dialogue), Reply::show(Show::Card)),
        step => {
            dialogue.step = Step::Again(Box::new(step));
            (Some(dialogue), Reply::show(Show::Card))
        }
    }
}

/// A message that steers nothing.
fn wrote(
    mut dialogue: Dialogue,
    content: Option<Content>,
    words: &str,
    album: Option<Native>,
    facts: &Facts<'_>,
) -> (Option<Dialogue>, Reply) {
    // The rest of an album whose beginning is there already comes while the next question is asked.
    let is_rest = album.is_some() && album == dialogue.album;
    let reply = match &dialogue.step {
        Step::Offer | Step::What { .. } => gather::add(&mut dialogue, content, album, facts),
        _ if is_rest => gather::add(&mut dialogue, content, album, facts),
        Step::Groups { .. } => searched(&mut dialogue, words, facts),
        Step::When { .. } | Step::Reading { .. } => {
            let answer = times::written(words, facts.now, facts.time);
            timed(&mut dialogue, answer, facts)
        }
        Step::Options | Step::Forum { .. } => Reply::note(say::dialogue_use_buttons(), Show::Card),
        Step::Summary => Reply::note(say::dialogue_summary_only_buttons(), Show::Card),
        Step::Stale(_) | Step::Again(_) => Reply::note(say::dialogue_choose_first(), Show::Card),
    };
    dialogue.changed_at = facts.now;
    (Some(dialogue), reply)
}

/// A group's name, or a part of it.
fn searched(dialogue: &mut Dialogue, words: &str, facts: &Facts<'_>) -> Reply {
    let search = words.trim().to_lowercase();
    let mut found = facts.groups.iter().filter(|(_, title)| title.to_lowercase().contains(&search));
    match (found.next(), found.next()) {
        _ if search.is_empty() => Reply::note(say::dialogue_groups_how(), Show::Card),
        (None, _) => Reply::note(say::dialogue_no_such_group(words.trim()), Show::Card),
        (Some((group, title)), None) => {
            if dialogue.draft.groups != Groups::AllMine && !dialogue.has_chosen(*group) {
                toggle(dialogue, *group, facts);
            }
            dialogue.step = Step::groups();
            Reply::note(say::dialogue_group_ticked(title), Show::Card)
        }
        (Some(_), Some(_)) => {
            dialogue.step = Step::Groups { page: 0, search };
            Reply::show(Show::Card)
        }
    }
}

/// Ticks a group, or takes its tick. Where all are ticked, the others as they are now stay.
fn toggle(dialogue: &mut Dialogue, group: GroupId, facts: &Facts<'_>) {
    match &mut dialogue.draft.groups {
        Groups::Chosen(chosen) if chosen.iter().any(|(id, _)| *id == group) => {
            chosen.retain(|(id, _)| *id != group);
        }
        Groups::Chosen(chosen) => chosen.push((group, None)),
        all @ Groups::AllMine => {
            let others = facts.groups.iter().map(|(id, _)| *id).filter(|id| *id != group);
            *all = Groups::Chosen(others.map(|id| (id, None)).collect());
        }
    }
}

fn timed(dialogue: &mut Dialogue, answer: Answer, facts: &Facts<'_>) -> Reply {
    match answer {
        Answer::Read(Time::Now) => {
            dialogue.draft.when = None;
            summary(dialogue, facts)
        }
        Answer::Read(Time::At(when, is_past_midnight)) => {
            dialogue.step = Step::Reading { when, is_past_midnight };
            Reply::show(Show::Card)
        }
        Answer::Asked(words, offers) => {
            dialogue.step = Step::When { offers: offers.into_iter().map(Time::kept).collect() };
            Reply::note(words, Show::Card)
        }
    }
}

/// A button, or words that mean one.
fn touch(mut dialogue: Dialogue, choice: Choice, facts: &Facts<'_>) -> (Option<Dialogue>, Reply) {
    if dialogue.step == Step::Offer && matches!(choice, Choice::Back) {
        return cancelled(true);
    }
    if let (Step::Stale(_) | Step::Again(_), Choice::Anew) = (&dialogue.step, choice) {
        return begin(Step::What { replaces: false }, facts);
    }
    if (&dialogue.step, choice) == (&Step::Summary, Choice::Send) {
        return send(dialogue, facts);
    }
    dialogue.changed_at = facts.now;
    let reply = chosen(&mut dialogue, choice, facts);
    (Some(dialogue), reply)
}

fn chosen(dialogue: &mut Dialogue, choice: Choice, facts: &Facts<'_>) -> Reply {
    match (dialogue.step.clone(), choice) {
        (Step::Stale(step) | Step::Again(step), Choice::Yes | Choice::Back | Choice::Done) => {
            dialogue.step = *step;
            if dialogue.step == Step::Summary { summary(dialogue, facts) } else { Reply::show(Show::Card) }
        }
        (Step::Stale(_) | Step::Again(_), _) => Reply::note(say::dialogue_choose_first(), Show::Card),
        (_, Choice::Back) => back(dialogue, facts),
        (Step::Offer, Choice::Yes)
        | (Step::What { .. } | Step::Groups { .. } | Step::Forum { .. } | Step::Options, Choice::Done) => {
            forward(dialogue, facts)
        }
        (Step::Forum { group }, Choice::Thread(place)) => {
            forum::choose(dialogue, facts, group, place);
            forward(dialogue, facts)
        }
        (Step::Groups { search, .. }, Choice::Page(page)) => {
            dialogue.step = Step::Groups { page, search };
            Reply::show(Show::Changed)
        }
        (Step::Groups { .. }, Choice::Group(group)) if facts.groups.iter().any(|(id, _)| *id == group) => {
            toggle(dialogue, group, facts);
            Reply::show(Show::Changed)
        }
        (Step::Groups { .. }, Choice::AllMine) => {
            dialogue.draft.groups = match dialogue.draft.groups {
                Groups::AllMine => Groups::Chosen(Vec::new()),
                Groups::Chosen(_) => Groups::AllMine,
            };
            Reply::show(Show::Changed)
        }
        (Step::Options, Choice::Confirmation(confirmation)) => {
            dialogue.draft.confirmation = confirmation;
            Reply::show(Show::Changed)
        }
        (Step::Options, Choice::Urgency(urgency)) => {
            dialogue.draft.urgency = urgency;
            Reply::show(Show::Changed)
        }
        (Step::Options, Choice::Topic(place)) => {
            let index = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
            let topic = index.and_then(|index| facts.settings.topics.get(index));
            dialogue.draft.topic = Topic(topic.map(|topic| topic.id.clone()).unwrap_or_default());
            Reply::show(Show::Changed)
        }
        (step @ (Step::When { .. } | Step::Reading { .. }), choice) => at_time(dialogue, step, choice, facts),
        (Step::Summary, choice) => change(dialogue, choice, facts),
        _ => Reply::note(say::dialogue_use_buttons(), Show::Card),
    }
}

fn at_time(dialogue: &mut Dialogue, step: Step, choice: Choice, facts: &Facts<'_>) -> Reply {
    match (step, choice) {
        (Step::When { .. }, Choice::Usual(place)) => {
            let usual = usize::try_from(place).ok().and_then(|place| times::Usual::ALL.get(place));
            match usual {
                Some(usual) => {
                    let answer = times::pressed(*usual, facts.now, facts.time);
                    timed(dialogue, answer, facts)
                }
                None => Reply::show(Show::Card),
            }
        }
        (Step::When { offers }, Choice::Offer(place)) => {
            match usize::try_from(place).ok().and_then(|place| offers.into_iter().nth(place)) {
                Some(Some(when)) => timed(dialogue, Answer::Read(Time::At(when, false)), facts),
                Some(None) => timed(dialogue, Answer::Read(Time::Now), facts),
                None => Reply::show(Show::Card),
            }
        }
        (Step::Reading { when, is_past_midnight }, Choice::DayRule(rule)) => {
            let when = times::with_rule(&when, rule).unwrap_or(when);
            dialogue.step = Step::Reading { when, is_past_midnight };
            Reply::show(Show::Changed)
        }
        (Step::Reading { when, .. }, Choice::Done) => {
            dialogue.draft.when = Some(when);
            summary(dialogue, facts)
        }
        (Step::Reading { .. }, Choice::ChangeWhen) => {
            dialogue.step = Step::when();
            Reply::show(Show::Card)
        }
        _ => Reply::note(say::dialogue_when_how(), Show::Card),
    }
}

fn back(dialogue: &mut Dialogue, facts: &Facts<'_>) -> Reply {
    let is_single = facts.groups.len() == 1;
    let step = match &dialogue.step {
        Step::Summary if matches!(dialogue.purpose, Purpose::Edit(_)) => Step::What { replaces: true },
        Step::Reading { .. } | Step::Summary => Step::when(),
        Step::What { .. } | Step::Groups { .. } | Step::Forum { .. } | Step::Options | Step::When { .. }
            if dialogue.is_reviewed =>
        {
            return summary(dialogue, facts);
        }
        Step::What { replaces: false } => {
            let note = dialogue.draft.contents.pop().map(|_| say::dialogue_last_removed());
            dialogue.album = None;
            let notes = note.unwrap_or_else(say::dialogue_first_step);
            return Reply::note(notes, Show::Card);
        }
        Step::When { .. } if dialogue.purpose == Purpose::New => Step::Options,
        Step::Options | Step::Forum { .. } if !is_single => Step::groups(),
        Step::Groups { .. } | Step::Forum { .. } | Step::Options => Step::What { replaces: false },
        _ => return Reply::note(say::dialogue_first_step(), Show::Card),
    };
    dialogue.step = step;
    Reply::show(Show::Card)
}

/// The step is done.
fn forward(dialogue: &mut Dialogue, facts: &Facts<'_>) -> Reply {
    let is_edit = matches!(dialogue.purpose, Purpose::Edit(_));
    match &dialogue.step {
        Step::What { replaces: true } if is_edit && !dialogue.is_reviewed => {
            return Reply::note(say::dialogue_what_first(), Show::Card);
        }
        Step::Offer | Step::What { .. } if dialogue.draft.contents.is_empty() => {
            return Reply::note(say::dialogue_what_first(), Show::Card);
        }
        Step::What { .. }
            if !facts.posted.is_empty() && !can_become(facts.posted, &dialogue.draft.contents) =>
        {
            dialogue.step = Step::What { replaces: true };
            return Reply::note(say::broadcast_edit_other_kind(), Show::Card);
        }
        Step::Groups { .. } if dialogue.draft.groups == Groups::Chosen(Vec::new()) => {
            return Reply::note(say::dialogue_groups_first(), Show::Card);
        }
        Step::Groups { .. } | Step::Forum { .. } => {}
        _ if dialogue.is_reviewed || is_edit => return summary(dialogue, facts),
        _ => {}
    }
    let asked = match dialogue.step {
        Step::Forum { group } => Some(group),
        _ => None,
    };
    dialogue.step = match (&dialogue.step, facts.groups) {
        (Step::Offer | Step::What { .. }, [(only, _)]) => {
            dialogue.draft.groups = Groups::Chosen(vec![(*only, None)]);
            forum::next(dialogue, facts, None).unwrap_or(Step::Options)
        }
        (Step::Offer | Step::What { .. }, _) => Step::groups(),
        (Step::Groups { .. } | Step::Forum { .. }, _) => match forum::next(dialogue, facts, asked) {
            Some(next) => next,
            None if dialogue.is_reviewed => return summary(dialogue, facts),
            None => Step::Options,
        },
        _ => Step::when(),
    };
    Reply::show(Show::Card)
}
