//! Purpose: everything that is sent passes the sandbox's strict reading of Bot API 10.3, and what comes back is
//! understood.

use std::collections::VecDeque;
use std::time::Duration;

use super::server::NOW;
use crate::channel::telegram::{Poller, Telegram, Updates};
use crate::channel::{
    Answer, Button, ButtonLook, Card, Channel, Command, CommandScope, Destination, Event, Message, Outgoing,
    Quiz, SendOutcome, Source, Style, Styled,
};
use crate::clock::{Clock, MINUTE_MS};
use crate::config::Pace;
use crate::ids::Native;
use crate::random::Random;
use crate::sandbox::{ChatId, PersonId, Rights, Sandbox, SimConfig, World};

pub(super) struct Scene {
    pub(super) sandbox: Sandbox,
    telegram: Telegram,
    updates: Updates,
    waiting: VecDeque<Event>,
    pub(super) parent: PersonId,
    pub(super) group: ChatId,
}

impl Scene {
    pub(super) async fn start(supports_ephemeral: bool) -> Self {
        let clock = Clock::frozen(NOW);
        let config = SimConfig { supports_ephemeral, rate_limits: None, ..SimConfig::default() };
        let sandbox = Sandbox::start(config, clock.clone()).await.expect("a port");
        let (teacher, parent) = (sandbox.add_person("Wang"), sandbox.add_person("Fang"));
        let group = sandbox.add_supergroup("三年二班", teacher);
        sandbox.joins(parent, group).expect("free to join");
        sandbox.adds_bot(teacher, group).expect("the creator may");
        sandbox.promotes(sandbox.bot(), group, Rights::ALL).expect("the bot is there");
        let token = sandbox.token().parse().expect("a token");
        let connected = Telegram::connect(&sandbox.url(), token, &Pace::default(), clock).await;
        let (telegram, _) = connected.expect("the sandbox is there");
        let poller = Poller::new(telegram.clone(), Random::seeded(1), None, Duration::from_secs(1));
        let updates = Updates::Polled(poller);
        Self { sandbox, telegram, updates, waiting: VecDeque::new(), parent, group }
    }

    pub(super) async fn send(&self, what: Outgoing) -> SendOutcome {
        let to = Destination { chat: Native::from(self.group.0), is_group: true };
        self.telegram.send(&to, &what).await
    }

    /// Sends what must be done and gives what came of it.
    pub(super) async fn done(&self, what: Outgoing) -> Answer {
        match self.send(what.clone()).await {
            SendOutcome::Done(answer) => answer,
            other => panic!("{what:?} ended as {other:?}"),
        }
    }

    pub(super) async fn sent(&self, what: Outgoing) -> (Native, Option<Native>) {
        match self.done(what).await {
            Answer::Sent { message, poll } => (message, poll),
            other => panic!("{other:?}"),
        }
    }

    /// The next event that `wanted` finds something in; those before it are passed over.
    async fn next<R>(&mut self, wanted: impl Fn(Event) -> Option<R>) -> R {
        loop {
            while let Some(event) = self.waiting.pop_front() {
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
            let batch = self.updates.next_batch().await.expect("updates");
            for update in &batch.updates {
                self.waiting.push_back(Updates::parse(&update.0).incoming.expect("understood").event);
            }
            batch.receipt.acknowledge(true);
        }
    }

    pub(super) async fn next_message(&mut self) -> Message {
        self.next(|event| if let Event::Message(message) = event { Some(*message) } else { None }).await
    }

    fn person(&self) -> Native {
        Native::from(self.parent.0)
    }

    pub(super) fn assert_no_violations(&self) {
        assert_eq!(self.sandbox.read(World::violations), Vec::<String>::new());
    }
}

fn card(words: &str) -> Card {
    let mut body = Styled::default();
    body.push_in(words, Style::Bold);
    let button = Button { label: "看".to_owned(), does: ButtonLook::Token("tok".to_owned()) };
    Card { body, buttons: vec![vec![button]], ..Card::default() }
}

#[tokio::test]
async fn a_conversation_passes_the_strict_server() {
    let mut scene = Scene::start(true).await;
    scene.sandbox.writes(scene.parent, scene.group, "/balance").expect("may write");
    let asked = scene.next_message().await;
    assert_eq!((asked.words(), &asked.sender.id), ("/balance", &scene.person()));

    let answer = Card { reply_to: Some(asked.id.clone()), silent: true, ..card("12 分") };
    let (message, _) = scene.sent(Outgoing::Say { card: answer }).await;
    scene.done(Outgoing::Edit { message: message.clone(), card: card("13 分") }).await;
    // The same text again is refused by the server and is done all the same.
    scene.done(Outgoing::Edit { message: message.clone(), card: card("13 分") }).await;

    let number = message.as_str().parse().expect("a number");
    scene.sandbox.presses(scene.parent, scene.group, number, "看").expect("the button is there");
    let press = scene.next(|event| if let Event::Press(press) = event { Some(press) } else { None }).await;
    assert_eq!((press.token.as_str(), press.message), ("tok", Some(message.clone())));
    scene.done(Outgoing::AnswerPress { press: press.id, text: Some("好".to_owned()), alert: true }).await;

    scene.done(Outgoing::Delete { messages: vec![message.clone(), asked.id] }).await;
    scene.done(Outgoing::Delete { messages: vec![message] }).await;
    scene.assert_no_violations();
}

#[tokio::test]
async fn a_quiz_runs_from_the_question_to_the_tally() {
    let mut scene = Scene::start(true).await;
    let quiz = Quiz {
        question: "3 + 4 = ?".to_owned(),
        options: vec!["6".to_owned(), "7".to_owned()],
        correct: 1,
        explanation: "七".to_owned(),
        closes_at: None,
        topic: None,
    };
    let (message, poll) = scene.sent(Outgoing::Quiz(quiz)).await;
    let poll = poll.expect("a poll");
    scene.sandbox.votes(scene.parent, poll.as_str(), &[1]).expect("may vote");
    let vote = scene.next(|event| if let Event::Vote(vote) = event { Some(vote) } else { None }).await;
    assert_eq!((vote.poll, vote.options), (poll, vec![1]));
    assert_eq!(vote.voter.map(|voter| voter.id), Some(scene.person()));
    let close = Outgoing::CloseQuiz { message };
    assert_eq!(scene.done(close.clone()).await, Answer::Tally(vec![0, 1]));
    assert_eq!(scene.done(close).await, Answer::Done);
    scene.assert_no_violations();
}

#[tokio::test]
async fn a_whisper_is_seen_by_one_member_only() {
    let scene = Scene::start(true).await;
    assert!(scene.telegram.capabilities().whisper);
    let whisper =
        Outgoing::Whisper { to: scene.person(), card: card("12 分"), fallback: None, private_first: false };
    let (message, _) = scene.sent(whisper).await;
    assert!(message.as_str().starts_with('e'), "{message}");
    scene.done(Outgoing::Edit { message: message.clone(), card: card("13 分") }).await;
    let outsider = scene.sandbox.add_person("Li");
    scene.sandbox.joins(outsider, scene.group).expect("free to join");
    let seen = |person| {
        scene.sandbox.read(|world| world.visible(person, scene.group).iter().any(|said| said.text == "13 分"))
    };
    assert!(seen(scene.parent) && !seen(outsider));
    scene.done(Outgoing::Delete { messages: vec![message] }).await;
    assert!(!seen(scene.parent));
    scene.assert_no_violations();
}

#[tokio::test]
async fn an_older_server_never_shows_a_whisper() {
    let scene = Scene::start(false).await;
    assert!(!scene.telegram.capabilities().whisper);
    let whisper =
        Outgoing::Whisper { to: scene.person(), card: card("12 分"), fallback: None, private_first: false };
    assert_eq!(scene.send(whisper).await, SendOutcome::NoWhisper);
    assert_eq!(scene.sandbox.read(|world| world.said(scene.group).count()), 0);
}

#[tokio::test]
async fn members_are_known_muted_and_unmuted() {
    let scene = Scene::start(true).await;
    let can_write = || scene.sandbox.read(|world| world.can_write(scene.group, scene.parent));
    scene.done(Outgoing::Mute { person: scene.person(), until: NOW.plus_ms(10 * MINUTE_MS) }).await;
    assert!(!can_write());
    scene.done(Outgoing::Unmute { person: scene.person() }).await;
    assert!(can_write());
    let Answer::Administrators(members) = scene.done(Outgoing::AskAdministrators).await else { panic!() };
    assert_eq!(members.len(), 2);
    let Answer::Member(member) = scene.done(Outgoing::AskMember { person: scene.person() }).await else {
        panic!()
    };
    assert!(member.role.is_present());
    let stranger = Outgoing::AskMember { person: Native::from(1) };
    let Answer::Member(member) = scene.done(stranger).await else { panic!() };
    assert!(!member.role.is_present());
    let command = Command { name: "balance".to_owned(), description: "积分".to_owned(), ephemeral: true };
    scene
        .done(Outgoing::SetCommands { scope: CommandScope::Groups, language: None, commands: vec![command] })
        .await;
    scene.done(Outgoing::Leave).await;
    scene.done(Outgoing::Leave).await;
    let gone = scene.send(Outgoing::Say { card: card("?") }).await;
    assert!(matches!(gone, SendOutcome::Gone { .. }), "{gone:?}");
    scene.assert_no_violations();
}
