//! Purpose: what each step of the conversation says, and its buttons.
//!
//! Invariant: every step has a button to cancel, and every step but the first one to go back.

mod options;
mod topics;

use super::choice::Choice;
use super::days;
use super::forum;
use super::state::{Dialogue, Facts, Purpose, Step};
use super::steps::PAGE_GROUPS;
use super::times::{self, RUNS_SHOWN, Usual};
use crate::broadcasts::digest::Forecast;
use crate::broadcasts::{Groups, Urgency, rules};
use crate::i18n::{Language, Text, say};
use crate::timetable::{DayRule, Recurrence, Rule, phrase, wall};

/// The longest text on a button, in letters; phones show little more.
pub(super) const LABEL_LETTERS_MAX: usize = 40;
/// So many groups are named in the summary.
const TITLES_SHOWN: usize = 10;

/// A card before its buttons are signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// What it says.
    pub words: String,
    /// Rows of buttons.
    pub rows: Vec<Vec<(String, Choice)>>,
}

/// Writes a card in one language.
struct Pen<'a> {
    language: Language,
    facts: &'a Facts<'a>,
    lines: Vec<String>,
    rows: Vec<Vec<(String, Choice)>>,
}

impl Pen<'_> {
    fn line(&mut self, text: &Text) {
        self.lines.push(self.language.render(text));
    }

    fn label(&self, text: &Text, choice: Choice) -> (String, Choice) {
        (crate::text::cut(&self.language.render(text), LABEL_LETTERS_MAX), choice)
    }

    fn row(&mut self, buttons: &[(Text, Choice)]) {
        let row = buttons.iter().map(|(text, choice)| self.label(text, *choice)).collect();
        self.rows.push(row);
    }

    fn back_and_cancel(&mut self) {
        self.row(&[
            (say::dialogue_button_back(), Choice::Back),
            (say::dialogue_button_cancel(), Choice::Cancel),
        ]);
    }

    /// A choice among several, with a mark at the one taken.
    fn marked(is_taken: bool, text: Text) -> Text {
        if is_taken { say::dialogue_taken(text) } else { say::dialogue_untaken(text) }
    }
}

/// The card of the step.
#[must_use]
pub fn card(dialogue: &Dialogue, facts: &Facts<'_>, language: Language) -> Sketch {
    let mut pen = Pen { language, facts, lines: Vec::new(), rows: Vec::new() };
    match &dialogue.step {
        Step::Offer => offer(&mut pen, dialogue),
        Step::What { replaces } => what(&mut pen, dialogue, *replaces),
        Step::Groups { page, search } => groups(&mut pen, dialogue, *page, search),
        Step::Forum { group } => topics::forum(&mut pen, dialogue, *group),
        Step::Options => options::options(&mut pen, dialogue),
        Step::When { offers } => when(&mut pen, offers),
        Step::Reading { when, is_past_midnight } => {
            reading(&mut pen, dialogue.draft.urgency, when, *is_past_midnight);
        }
        Step::Summary => summary(&mut pen, dialogue),
        Step::Stale(_) => stale(&mut pen, dialogue),
        Step::Again(_) => again(&mut pen, dialogue),
    }
    Sketch { words: pen.lines.join("\n"), rows: pen.rows }
}

fn offer(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    pen.line(&say::dialogue_offer(dialogue.draft.contents.len()));
    pen.row(&[
        (say::dialogue_button_publish_this(), Choice::Yes),
        (say::dialogue_button_no(), Choice::Cancel),
    ]);
}

fn what(pen: &mut Pen<'_>, dialogue: &Dialogue, replaces: bool) {
    let count = dialogue.draft.contents.len();
    if replaces {
        pen.line(&say::dialogue_what_anew());
        pen.back_and_cancel();
    } else if count == 0 {
        pen.line(&say::dialogue_what());
        pen.row(&[(say::dialogue_button_cancel(), Choice::Cancel)]);
    } else {
        pen.line(&say::dialogue_what_more(count));
        pen.row(&[(say::dialogue_button_thats_all(), Choice::Done)]);
        let back = if dialogue.is_reviewed {
            say::dialogue_button_back()
        } else {
            say::dialogue_button_remove_last()
        };
        pen.row(&[(back, Choice::Back), (say::dialogue_button_cancel(), Choice::Cancel)]);
    }
}

fn groups(pen: &mut Pen<'_>, dialogue: &Dialogue, page: u32, search: &str) {
    let is_all = dialogue.draft.groups == Groups::AllMine;
    let found: Vec<_> =
        pen.facts.groups.iter().filter(|(_, title)| title.to_lowercase().contains(search)).collect();
    let pages = found.len().div_ceil(PAGE_GROUPS).max(1);
    let page = usize::try_from(page).unwrap_or(0).min(pages - 1);
    if search.is_empty() {
        pen.line(&say::dialogue_groups());
    } else {
        pen.line(&say::dialogue_groups_found(found.len(), search));
    }
    for (group, title) in found.iter().skip(page * PAGE_GROUPS).take(PAGE_GROUPS) {
        let text = if is_all || dialogue.has_chosen(*group) {
            say::dialogue_ticked(title)
        } else {
            say::dialogue_unticked(title)
        };
        pen.row(&[(text, Choice::Group(*group))]);
    }
    if pages > 1 {
        let number = |page: usize| Choice::Page(u32::try_from(page % pages).unwrap_or(0));
        pen.row(&[
            (say::dialogue_button_page_before(), number(page + pages - 1)),
            (say::dialogue_button_page_of(page + 1, pages), number(page)),
            (say::dialogue_button_page_after(), number(page + 1)),
        ]);
    }
    let all = say::dialogue_button_all_mine(pen.facts.groups.len());
    pen.row(&[(Pen::marked(is_all, all), Choice::AllMine)]);
    let count = match &dialogue.draft.groups {
        Groups::AllMine => pen.facts.groups.len(),
        Groups::Chosen(chosen) => chosen.len(),
    };
    if count > 0 {
        pen.row(&[(say::dialogue_button_groups_done(count), Choice::Done)]);
    }
    pen.back_and_cancel();
}

fn when(pen: &mut Pen<'_>, offers: &[Option<String>]) {
    pen.line(&say::dialogue_when());
    for (place, offer) in (0..).zip(offers) {
        pen.row(&[(kept(offer.as_deref()), Choice::Offer(place))]);
    }
    let usual: Vec<_> = times::usual(pen.facts.now, pen.facts.time)
        .map(|(number, usual)| (usual_words(usual), Choice::Usual(number)))
        .collect();
    for pair in usual.chunks(2) {
        pen.row(pair);
    }
    pen.back_and_cancel();
}

fn usual_words(usual: Usual) -> Text {
    match usual {
        Usual::Now => say::dialogue_button_now(),
        Usual::Tonight => say::dialogue_button_tonight(),
        Usual::Tomorrow => say::dialogue_button_tomorrow(),
        Usual::EveryMonday => say::dialogue_button_every_monday(),
    }
}

/// A kept time in words.
fn kept(when: Option<&str>) -> Text {
    match when.map(Recurrence::parse) {
        None => phrase::reading(&crate::timetable::words::Reading::Now),
        Some(Ok(recurrence)) => phrase::recurrence(&recurrence),
        Some(Err(unknown)) => say::dialogue_time_unknown(unknown.0),
    }
}

fn reading(pen: &mut Pen<'_>, urgency: Urgency, when: &str, is_past_midnight: bool) {
    pen.line(&say::dialogue_reading(kept(Some(when))));
    if is_past_midnight {
        pen.line(&phrase::past_midnight());
    }
    let Ok(recurrence) = Recurrence::parse(when) else {
        pen.row(&[(say::dialogue_button_other_time(), Choice::ChangeWhen)]);
        return pen.back_and_cancel();
    };
    coming_runs(pen, &recurrence, urgency);
    if days::matter(&recurrence, pen.facts) {
        pen.line(&say::dialogue_day_rule());
        let is_once = matches!(recurrence.rule, Rule::Once(_));
        for rule in
            [DayRule::Always, DayRule::MoveToNextSchoolDay, DayRule::SkipNonSchool, DayRule::OnlySchoolDays]
        {
            // Once and skipped would be never.
            if is_once && matches!(rule, DayRule::SkipNonSchool | DayRule::OnlySchoolDays) {
                continue;
            }
            let text = Pen::marked(recurrence.day_rule == rule, rule_words(rule));
            pen.row(&[(text, Choice::DayRule(rule))]);
        }
    }
    pen.row(&[
        (say::dialogue_button_time_right(), Choice::Done),
        (say::dialogue_button_other_time(), Choice::ChangeWhen),
    ]);
    pen.back_and_cancel();
}

/// When the next runs begin, and what the calendar and the night do to them.
fn coming_runs(pen: &mut Pen<'_>, recurrence: &Recurrence, urgency: Urgency) {
    let Facts { now, time, quiet, .. } = *pen.facts;
    let hold = rules::hold(urgency, Some(recurrence.day_rule), quiet);
    let outlook = recurrence.outlook(now, RUNS_SHOWN, hold, time);
    if let Rule::Once(at) = recurrence.rule {
        let day = time.calendar.kind(at.date());
        if !day.is_school() {
            pen.line(&say::dialogue_no_school_that_day(phrase::day_kind(&day)));
        }
        if outlook.first().is_some_and(|run| !run.is_later()) {
            return;
        }
    } else {
        pen.line(&say::dialogue_coming_runs());
    }
    for coming in &outlook.coming {
        pen.line(&say::list_line(phrase::coming(coming, time.zone)));
    }
    if outlook.ends && !matches!(recurrence.rule, Rule::Once(_)) {
        pen.line(&phrase::ends());
    }
}

fn rule_words(rule: DayRule) -> Text {
    match rule {
        DayRule::Always => say::dialogue_rule_always(),
        DayRule::SkipNonSchool => say::dialogue_rule_skip(),
        DayRule::MoveToNextSchoolDay => say::dialogue_rule_next(),
        DayRule::OnlySchoolDays => say::dialogue_rule_only(),
    }
}

fn summary(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    pen.line(&match dialogue.purpose {
        Purpose::New => say::dialogue_summary(),
        Purpose::Edit(_) => say::dialogue_summary_edit(),
        Purpose::Move(_) => say::dialogue_summary_move(),
    });
    if dialogue.purpose == Purpose::New {
        to_whom(pen, dialogue);
    }
    if !matches!(dialogue.purpose, Purpose::Edit(_)) {
        pen.line(&say::dialogue_summary_when(kept(dialogue.draft.when.as_deref())));
    }
    if dialogue.purpose == Purpose::New {
        if let Some(topic) = pen.facts.settings.topic(&dialogue.draft.topic.0) {
            pen.line(&say::dialogue_summary_topic(topic.name(pen.language)));
            if topic.private_copies {
                pen.line(&say::dialogue_summary_copies());
            }
        }
        pen.line(&say::dialogue_summary_confirmation(options::confirmation_words(
            dialogue.draft.confirmation,
        )));
        if dialogue.draft.urgency == Urgency::Urgent {
            pen.line(&if pen.facts.needs_yes {
                say::dialogue_summary_urgent()
            } else {
                say::dialogue_summary_urgent_own()
            });
        }
    }
    held(pen, dialogue);
    if let Some(Forecast { groups, of, limit, at }) = pen.facts.forecast {
        let at = phrase::moment(wall::shown(at, pen.facts.time.zone));
        pen.line(&say::dialogue_digested(at, groups, limit, of));
    }
    for hint in pen.facts.hints {
        pen.line(&say::dialogue_hint(hint.clone()));
    }
    if pen.facts.troubles.is_empty() {
        let send = match (&dialogue.purpose, &dialogue.draft.when) {
            (Purpose::New, None) => say::dialogue_button_send_now(),
            (Purpose::New, Some(_)) => say::dialogue_button_send_then(),
            _ => say::dialogue_button_confirm_change(),
        };
        pen.row(&[(send, Choice::Send)]);
    } else {
        pen.line(&say::dialogue_troubles());
        for trouble in pen.facts.troubles {
            pen.line(&say::list_line(trouble.clone()));
        }
    }
    changes(pen, dialogue);
    pen.back_and_cancel();
}

/// That quiet hours or days without school hold it back.
fn held(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    if matches!(dialogue.purpose, Purpose::Edit(_)) {
        return;
    }
    let Facts { now, time, quiet, .. } = *pen.facts;
    let draft = &dialogue.draft;
    let recurrence = draft.when.as_deref().and_then(|when| Recurrence::parse(when).ok());
    let hold = rules::hold(draft.urgency, recurrence.as_ref().map(|recurrence| recurrence.day_rule), quiet);
    let starts_at = match &recurrence {
        Some(recurrence) => {
            let outlook = recurrence.outlook(now, 1, hold, time);
            outlook.first().filter(|run| run.is_later()).map(|run| run.starts_at)
        }
        None => Some(hold.starts_at(now, time)).filter(|at| *at > now && draft.when.is_none()),
    };
    if let Some(starts_at) = starts_at {
        pen.line(&say::dialogue_held(phrase::moment(wall::shown(starts_at, time.zone))));
    }
}

fn to_whom(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    let titles: Vec<String> = match &dialogue.draft.groups {
        Groups::AllMine => return pen.line(&say::dialogue_summary_all_mine(pen.facts.groups.len())),
        Groups::Chosen(_) => {
            let chosen = pen.facts.groups.iter().filter(|(group, _)| dialogue.has_chosen(*group));
            chosen.map(|(group, title)| topics::place(pen, dialogue, *group, title)).collect()
        }
    };
    if let [only] = titles.as_slice() {
        return pen.line(&say::dialogue_summary_group(only));
    }
    pen.line(&say::dialogue_summary_groups(titles.len()));
    for title in titles.iter().take(TITLES_SHOWN) {
        pen.line(&say::list_line(title));
    }
    let more = titles.len().saturating_sub(TITLES_SHOWN);
    if more > 0 {
        pen.line(&say::list_line(say::dialogue_summary_groups_more(more)));
    }
}

fn changes(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    let what = (say::dialogue_button_change_what(), Choice::ChangeWhat);
    let when = (say::dialogue_button_change_when(), Choice::ChangeWhen);
    match dialogue.purpose {
        Purpose::Edit(_) => pen.row(&[what]),
        Purpose::Move(_) => pen.row(&[when]),
        Purpose::New => {
            let options = (say::dialogue_button_change_options(), Choice::ChangeOptions);
            if pen.facts.groups.len() > 1 {
                pen.row(&[what, (say::dialogue_button_change_groups(), Choice::ChangeGroups)]);
                pen.row(&[when, options]);
            } else if forum::next(dialogue, pen.facts, None).is_some() {
                pen.row(&[what, (say::dialogue_button_change_forum(), Choice::ChangeGroups)]);
                pen.row(&[when, options]);
            } else {
                pen.row(&[what, when, options]);
            }
        }
    }
}

fn stale(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    let date = pen.facts.time.today(dialogue.changed_at);
    pen.line(&say::dialogue_stale(phrase::short_date(date)));
    go_on_or_anew(pen);
}

fn again(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    pen.line(&say::dialogue_again(dialogue.draft.contents.len()));
    go_on_or_anew(pen);
}

fn go_on_or_anew(pen: &mut Pen<'_>) {
    pen.row(&[(say::dialogue_button_go_on(), Choice::Yes), (say::dialogue_button_anew(), Choice::Anew)]);
    pen.row(&[(say::dialogue_button_cancel(), Choice::Cancel)]);
}
