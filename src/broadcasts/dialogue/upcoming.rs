//! Purpose: what can be done about something that is coming or was sent lately: move, hold, change, take back, see how it went.
//!
//! Invariants: every deed is carried out by the functions of broadcasts, which look at the teacher's standing. What can't
//! be undone is asked twice.

use super::listing::{self, Shown};
use super::state::{Input, Purpose};
use super::{Place, go_on};
use crate::access::Button;
use crate::broadcasts::confirm::words;
use crate::broadcasts::draft::Confirmation;
use crate::broadcasts::{self, State, after, authority, digest, late, outlook, overdue, progress, publish};
use crate::channel::{Button as CardButton, ButtonLook, Card};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, BroadcastId};
use crate::roster::Person;
use crate::text::cut;
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// Of what is listed or opened, this much is shown, in UTF-16 units.
const SHOWN_UNITS_MAX: usize = 200;
/// The longest label, in UTF-16 units.
const LABEL_UNITS_MAX: usize = 40;

/// What a button under a broadcast does. Their places are in buttons that were sent, so each keeps its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    List,
    Open,
    Move,
    Pause,
    Resume,
    Edit,
    Cancel,
    CancelSurely,
    Recall,
    RecallSurely,
    Report,
    Table,
    Remind,
    Late,
    LateSkip,
    LateHours,
    LateDay,
    LateAsSchool,
}

impl Deed {
    const ALL: [Self; 18] = [
        Self::List,
        Self::Open,
        Self::Move,
        Self::Pause,
        Self::Resume,
        Self::Edit,
        Self::Cancel,
        Self::CancelSurely,
        Self::Recall,
        Self::RecallSurely,
        Self::Report,
        Self::Table,
        Self::Remind,
        Self::Late,
        Self::LateSkip,
        Self::LateHours,
        Self::LateDay,
        Self::LateAsSchool,
    ];

    fn number(self) -> i64 {
        Self::ALL
            .iter()
            .position(|deed| *deed == self)
            .and_then(|place| i64::try_from(place).ok())
            .unwrap_or(0)
    }

    pub(super) fn of_number(number: i64) -> Option<Self> {
        usize::try_from(number).ok().and_then(|place| Self::ALL.get(place)).copied()
    }

    fn label(self) -> Text {
        match self {
            Self::List => say::schedule_button_list(),
            Self::Open => say::schedule_button_open(),
            Self::Move => say::schedule_button_move(),
            Self::Pause => say::schedule_button_pause(),
            Self::Resume => say::schedule_button_resume(),
            Self::Edit => say::schedule_button_edit(),
            Self::Cancel => say::schedule_button_cancel(),
            Self::CancelSurely => say::schedule_button_cancel_surely(),
            Self::Recall => say::schedule_button_recall(),
            Self::RecallSurely => say::schedule_button_recall_surely(),
            Self::Report => say::schedule_button_report(),
            Self::Table => say::schedule_button_table(),
            Self::Remind => say::schedule_button_remind(),
            Self::Late => say::schedule_button_late(),
            Self::LateSkip => say::schedule_button_late_skip(),
            Self::LateAsSchool => say::schedule_button_late_school(),
            Self::LateHours | Self::LateDay => {
                say::schedule_button_late_hours(self.late_hours().unwrap_or(0))
            }
        }
    }

    /// How many hours late what is missed may be, where it chooses that; none as the school has it.
    fn late_hours(self) -> Option<u32> {
        let [skip, hours, day] = late::CHOICES_HOURS;
        match self {
            Self::LateSkip => Some(skip),
            Self::LateHours => Some(hours),
            Self::LateDay => Some(day),
            _ => None,
        }
    }
}

/// A signed button under a broadcast.
pub(super) fn button(work: &Work<'_>, place: &Place<'_>, broadcast: BroadcastId, deed: Deed) -> CardButton {
    let label = place.language.render(&deed.label());
    labelled(work, place.person, broadcast, deed, &label)
}

/// The button that opens a broadcast, for a message outside the conversation.
pub(in crate::broadcasts) fn open_button(
    work: &Work<'_>,
    person: &Person,
    language: Language,
    broadcast: BroadcastId,
) -> CardButton {
    labelled(work, person, broadcast, Deed::Open, &language.render(&Deed::Open.label()))
}

/// A signed button under a broadcast with words of its own.
pub(super) fn labelled(
    work: &Work<'_>,
    person: &Person,
    broadcast: BroadcastId,
    deed: Deed,
    label: &str,
) -> CardButton {
    let does = Button::Broadcast { broadcast, deed: deed.number() };
    let (chat, owner) = (Address::Person(person.id), Some(person.id));
    let token = work.button_key().token(does, work.tenant, chat, owner, work.now);
    CardButton { label: cut(label, LABEL_UNITS_MAX), does: ButtonLook::Token(token) }
}

/// Does what a button under a broadcast says; returns the card that takes the place of the one pressed, if any.
///
/// # Errors
/// Refused with the reason where it is impossible now.
pub(super) async fn done(
    work: &mut Work<'_>,
    place: &Place<'_>,
    broadcast: BroadcastId,
    deed: Deed,
) -> Outcome<Option<Card>> {
    let person = place.person;
    let told = match deed {
        Deed::List => return listing::card(work, place, Shown::All).await.map(Some),
        Deed::Open => None,
        Deed::Move => return begin(work, place, Purpose::Move(broadcast), broadcast).await,
        Deed::Edit => return begin(work, place, Purpose::Edit(broadcast), broadcast).await,
        Deed::Pause => Some(broadcasts::pause(work, person, broadcast).await?),
        Deed::Resume => Some(broadcasts::resume(work, person, broadcast).await?.says),
        Deed::CancelSurely => Some(broadcasts::cancel(work, person, broadcast).await?),
        Deed::RecallSurely => Some(broadcasts::recall(work, person, broadcast).await?),
        Deed::Remind => Some(broadcasts::remind(work, person, broadcast).await?),
        Deed::Table => Some(broadcasts::send_csv(work, person, broadcast).await?),
        Deed::Cancel => return sure(work, place, broadcast, Deed::CancelSurely).await.map(Some),
        Deed::Recall => return sure(work, place, broadcast, Deed::RecallSurely).await.map(Some),
        Deed::Late => return late_choice(work, place, broadcast).await.map(Some),
        Deed::LateSkip | Deed::LateHours | Deed::LateDay | Deed::LateAsSchool => {
            Some(broadcasts::set_late(work, person, broadcast, deed.late_hours()).await?)
        }
        Deed::Report => {
            let report = broadcasts::report(work, person, broadcast).await?;
            let words = report.text(place.language);
            let table = button(work, place, broadcast, Deed::Table);
            let open = button(work, place, broadcast, Deed::Open);
            return Ok(Some(Card { buttons: vec![vec![table], vec![open]], ..Card::plain(words) }));
        }
    };
    opened(work, place, broadcast, told).await.map(Some)
}

/// A broadcast with what can be done about it now, under what has just been done.
async fn opened(
    work: &mut Work<'_>,
    place: &Place<'_>,
    broadcast: BroadcastId,
    told: Option<Text>,
) -> Outcome<Card> {
    let found = authority::may_decide(work, place.person, broadcast).await?;
    let mut lines = Vec::new();
    let shown = cut(&words(&found), SHOWN_UNITS_MAX);
    if !shown.is_empty() {
        lines.push(place.language.render(&say::schedule_words(shown)));
    }
    if let Some(topic) = work.config.broadcasts.topic(&found.draft.topic.0) {
        let name = topic.name(place.language);
        lines.push(place.language.render(&say::dialogue_summary_topic(name)));
    }
    if let Some(recurrence) = publish::when(&found.draft)? {
        lines.push(place.language.render(&say::dialogue_summary_when(phrase::recurrence(&recurrence))));
    }
    if let Some(next) = outlook::next_start(work, &found).await? {
        let next = phrase::moment(wall::shown(next, work.config.school.zone));
        lines.push(place.language.render(&say::schedule_next(next)));
    }
    let (state, in_digest) = digest::standing(work, &found).await?;
    let stands = in_digest.map_or_else(
        || if overdue::is_told(&found) { say::broadcast_is_unanswered() } else { publish::impossible(state) },
        |at| say::broadcast_in_digest(phrase::moment(wall::shown(at, work.config.school.zone))),
    );
    let is_news = told.is_some();
    lines.push(place.language.render(&told.unwrap_or(stands)));
    let newest = after::newest_run(work, broadcast).await?;
    if let (false, Some(run)) = (is_news, &newest)
        && let Some(progress) = progress::of_change(work, &found, run).await?
    {
        lines.push(place.language.render(&progress));
    }
    let has_gone_out = in_digest.is_none() && newest.is_some();
    let mut rows: Vec<Vec<Deed>> = match state {
        State::Scheduled => vec![vec![Deed::Move, Deed::Pause], vec![Deed::Edit, Deed::Cancel]],
        State::Paused => vec![vec![Deed::Resume, Deed::Move], vec![Deed::Edit, Deed::Cancel]],
        State::Draft | State::AwaitingApproval => vec![vec![Deed::Move, Deed::Edit], vec![Deed::Cancel]],
        State::Sending | State::Sent => vec![vec![Deed::Edit, Deed::Recall]],
        State::Cancelled | State::Recalled => Vec::new(),
    };
    if has_gone_out && matches!(state, State::Scheduled | State::Paused) {
        rows.push(vec![Deed::Recall]);
    }
    if matches!(found.state, State::Scheduled | State::Sending | State::Sent | State::Paused) {
        let mut about = vec![Deed::Report];
        if found.draft.confirmation != Confirmation::None {
            about.push(Deed::Remind);
        }
        rows.push(about);
    }
    if late::is_series(&found.draft) && found.state.is_coming() {
        rows.push(vec![Deed::Late]);
    }
    rows.push(vec![Deed::List]);
    let sign = |row: Vec<Deed>| row.into_iter().map(|deed| button(work, place, broadcast, deed)).collect();
    let buttons = rows.into_iter().map(sign).collect();
    Ok(Card { buttons, ..Card::plain(lines.join("\n\n")) })
}

/// Asks what is to become of a run that is missed.
async fn late_choice(work: &mut Work<'_>, place: &Place<'_>, broadcast: BroadcastId) -> Outcome<Card> {
    let (found, _) = authority::over(work, place.person, broadcast).await?;
    let body = place.language.render(&say::schedule_late_which(late::told(work, &found.draft)));
    let rows: [&[Deed]; 3] =
        [&[Deed::LateHours, Deed::LateDay], &[Deed::LateSkip, Deed::LateAsSchool], &[Deed::Open]];
    let sign = |row: &[Deed]| row.iter().map(|deed| button(work, place, broadcast, *deed)).collect();
    Ok(Card { buttons: rows.into_iter().map(sign).collect(), ..Card::plain(body) })
}

/// Asks once more.
async fn sure(work: &mut Work<'_>, place: &Place<'_>, broadcast: BroadcastId, deed: Deed) -> Outcome<Card> {
    let found = authority::may_decide(work, place.person, broadcast).await?;
    let shown = cut(&words(&found), SHOWN_UNITS_MAX);
    let asked = match deed {
        Deed::RecallSurely if after::is_more_to_come(work, &found).await? => {
            say::schedule_recall_one_sure(shown)
        }
        Deed::RecallSurely => say::schedule_recall_sure(shown),
        _ => say::schedule_cancel_sure(shown),
    };
    let buttons =
        vec![vec![button(work, place, broadcast, deed)], vec![button(work, place, broadcast, Deed::Open)]];
    Ok(Card { buttons, ..Card::plain(place.language.render(&asked)) })
}

/// Another time or another text is a conversation of its own.
async fn begin(
    work: &mut Work<'_>,
    place: &Place<'_>,
    purpose: Purpose,
    broadcast: BroadcastId,
) -> Outcome<Option<Card>> {
    let found = authority::may_decide(work, place.person, broadcast).await?;
    let (state, _) = digest::standing(work, &found).await?;
    let can_change = match purpose {
        Purpose::Move(_) => {
            matches!(state, State::Scheduled | State::Paused | State::AwaitingApproval)
        }
        Purpose::New | Purpose::Edit(_) => !matches!(found.state, State::Cancelled | State::Recalled),
    };
    if !can_change {
        return Err(Failure::Refused(publish::impossible(found.state)));
    }
    go_on(work, place, Input::Began(purpose, Box::new(found.draft))).await?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_has_a_number_of_its_own() {
        for deed in Deed::ALL {
            assert_eq!(Deed::of_number(deed.number()), Some(deed));
        }
        assert_eq!(Deed::of_number(-1), None);
    }
}
