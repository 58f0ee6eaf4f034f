//! Purpose: what is asked of the server for each thing the product sends.

use serde_json::{Value, json};

use super::server::{NOW, Reply, Server, send};
use crate::channel::{
    Answer, Button, ButtonLook, Card, Channel, Command, CommandScope, Outgoing, Quiz, Role, SendOutcome,
    Span, Style, Styled,
};
use crate::clock::MINUTE_MS;
use crate::ids::Native;

fn card(text: &str) -> Card {
    Card { body: Styled::from(text.to_owned()), ..Card::default() }
}

/// Sends with a positive answer laid down; gives the end, the method and its fields.
async fn ask(what: &Outgoing, result: Value) -> (SendOutcome, String, Value) {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    server.will_answer([Reply::ok(&result)]);
    let (outcome, mut asked) = send(&server, &telegram, what).await;
    assert_eq!(asked.len(), 1, "one thing is one request: {asked:?}");
    let (method, fields) = asked.remove(0);
    (outcome, method, fields)
}

#[tokio::test]
async fn a_card_goes_out_with_entities_buttons_and_its_place() {
    let span = |start, length, style, link: Option<&str>| Span {
        start,
        length,
        style,
        link: link.map(str::to_owned),
    };
    let card = Card {
        body: Styled {
            text: "今日 <b>".to_owned(),
            spans: vec![
                span(0, 2, Some(Style::Bold), Some("https://a.example/")),
                span(3, 3, None, Some("not an address")),
            ],
        },
        buttons: vec![vec![
            Button { label: "好".to_owned(), does: ButtonLook::Token("tok".to_owned()) },
            Button { label: "看".to_owned(), does: ButtonLook::Link("https://b.example/".to_owned()) },
        ]],
        reply_to: Some(Native::from(4)),
        topic: Some(Native::from(3)),
        silent: true,
    };
    let (outcome, method, fields) = ask(&Outgoing::Say { card }, json!({"message_id": 9})).await;
    assert_eq!(outcome, SendOutcome::Done(Answer::Sent { message: Native::from(9), poll: None }));
    assert_eq!(method, "sendMessage");
    assert_eq!(
        fields,
        json!({
            "chat_id": -100, "text": "今日 <b>", "message_thread_id": 3, "disable_notification": true,
            "entities": [
                {"type": "bold", "offset": 0, "length": 2},
                {"type": "text_link", "url": "https://a.example/", "offset": 0, "length": 2},
            ],
            "link_preview_options": {"is_disabled": true},
            "reply_parameters": {"message_id": 4, "allow_sending_without_reply": true},
            "reply_markup": {"inline_keyboard": [[
                {"text": "好", "callback_data": "tok"}, {"text": "看", "url": "https://b.example/"},
            ]]},
        })
    );
}

#[tokio::test]
async fn a_quiz_names_its_right_option_in_the_old_and_the_new_way() {
    let quiz = Quiz {
        question: "3 + 4 = ?".to_owned(),
        options: vec!["6".to_owned(), "7".to_owned()],
        correct: 1,
        explanation: String::new(),
        closes_at: None,
        topic: None,
    };
    let result = json!({"message_id": 9, "poll": {"id": "5521", "question": "3 + 4 = ?"}});
    let (outcome, method, fields) = ask(&Outgoing::Quiz(quiz), result).await;
    let sent = Answer::Sent { message: Native::from(9), poll: Some(Native::from("5521")) };
    assert_eq!(outcome, SendOutcome::Done(sent));
    assert_eq!(method, "sendPoll");
    assert_eq!(
        fields,
        json!({
            "chat_id": -100, "question": "3 + 4 = ?", "options": [{"text": "6"}, {"text": "7"}],
            "is_anonymous": false, "type": "quiz", "correct_option_id": 1, "correct_option_ids": [1],
        })
    );
}

#[tokio::test]
async fn a_whisper_names_its_receiver_in_the_old_and_the_new_way() {
    let card = Card { reply_to: Some(Native::from("e11:31")), ..card("12 分") };
    let what = Outgoing::Whisper { to: Native::from(11), card, fallback: None, private_first: false };
    let (outcome, method, fields) = ask(&what, json!({"message_id": 0, "ephemeral_message_id": 32})).await;
    assert_eq!(outcome, SendOutcome::Done(Answer::Sent { message: Native::from("e11:32"), poll: None }));
    assert_eq!(method, "sendMessage");
    assert_eq!(
        fields,
        json!({
            "chat_id": -100, "text": "12 分", "link_preview_options": {"is_disabled": true},
            "receiver_user_id": 11, "ephemeral_message_parameters": {"receiver_user_id": 11},
            "reply_parameters": {"ephemeral_message_id": 31},
        })
    );
}

#[tokio::test]
async fn a_whisper_shown_to_all_is_deleted_at_once_and_is_the_last() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    assert!(telegram.capabilities().whisper);
    let what =
        Outgoing::Whisper {
            to: Native::from(11), card: card("12 分"), fallback: None, private_first: false
        };
    server.will_answer([Reply::ok(&json!({"message_id": 44})), Reply::ok(&json!(true))]);
    let (outcome, asked) = send(&server, &telegram, &what).await;
    assert_eq!(outcome, SendOutcome::NoWhisper);
    assert_eq!(asked[1], ("deleteMessage".to_owned(), json!({"chat_id": -100, "message_id": 44})));
    assert!(!telegram.capabilities().whisper);
    let (outcome, asked) = send(&server, &telegram, &what).await;
    assert_eq!((outcome, asked.len()), (SendOutcome::NoWhisper, 0));
}

#[tokio::test]
async fn a_server_without_whispers_is_found_out_before_anything_is_sent() {
    let server = Server::start().await;
    let (telegram, me) = server.connect(false).await;
    assert!(!telegram.capabilities().whisper);
    assert_eq!((me.id, me.username.as_str()), (Native::from(7), "homeroom_bot"));
    let what =
        Outgoing::Whisper {
            to: Native::from(11), card: card("12 分"), fallback: None, private_first: false
        };
    let (outcome, asked) = send(&server, &telegram, &what).await;
    assert_eq!((outcome, asked.len()), (SendOutcome::NoWhisper, 0));
    let menu = Outgoing::SetCommands {
        scope: CommandScope::Groups,
        language: Some("zh-CN".to_owned()),
        commands: vec![Command {
            name: "balance".to_owned(),
            description: "积分".to_owned(),
            ephemeral: true,
        }],
    };
    server.will_answer([Reply::ok(&json!(true))]);
    let (_, asked) = send(&server, &telegram, &menu).await;
    let plain = json!([{"command": "balance", "description": "积分"}]);
    assert_eq!((&asked[0].1["commands"], &asked[0].1["language_code"]), (&plain, &json!("zh")));
}

#[tokio::test]
async fn messages_are_deleted_each_in_the_way_of_its_kind() {
    let ids = |ids: &[&str]| Outgoing::Delete { messages: ids.iter().map(|id| Native::from(*id)).collect() };
    let (_, method, fields) = ask(&ids(&["5"]), json!(true)).await;
    assert_eq!((method.as_str(), fields), ("deleteMessage", json!({"chat_id": -100, "message_id": 5})));
    let (_, method, fields) = ask(&ids(&["5", "6"]), json!(true)).await;
    assert_eq!(
        (method.as_str(), fields),
        ("deleteMessages", json!({"chat_id": -100, "message_ids": [5, 6]}))
    );
    let (_, method, fields) = ask(&ids(&["e11:32"]), json!(true)).await;
    let expected = json!({"chat_id": -100, "receiver_user_id": 11, "ephemeral_message_id": 32});
    assert_eq!((method.as_str(), fields), ("deleteEphemeralMessage", expected));
}

#[tokio::test]
async fn an_edit_finds_a_whisper_too() {
    let edit = |id: &str| Outgoing::Edit { message: Native::from(id), card: card("改") };
    let (outcome, method, fields) = ask(&edit("5"), json!({"message_id": 5})).await;
    assert_eq!(outcome, SendOutcome::Done(Answer::Done));
    assert_eq!((method.as_str(), &fields["message_id"]), ("editMessageText", &json!(5)));
    let (_, method, fields) = ask(&edit("e11:32"), json!(true)).await;
    assert_eq!((method.as_str(), &fields["ephemeral_message_id"]), ("editEphemeralMessageText", &json!(32)));
}

#[tokio::test]
async fn a_mute_never_lasts_for_ever_by_being_short() {
    let mute = |ahead_ms| Outgoing::Mute { person: Native::from(11), until: NOW.plus_ms(ahead_ms) };
    let (_, method, fields) = ask(&mute(10 * MINUTE_MS), json!(true)).await;
    assert_eq!((method.as_str(), &fields["until_date"]), ("restrictChatMember", &json!(1_790_000_600)));
    assert_eq!(fields["permissions"]["can_send_messages"], json!(false));
    assert_eq!(fields["use_independent_chat_permissions"], json!(true));
    let (_, _, fields) = ask(&mute(1), json!(true)).await;
    assert_eq!(fields["until_date"], json!(1_790_000_060));
}

#[tokio::test]
async fn a_mute_that_is_over_asks_nothing() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    let what = Outgoing::Mute { person: Native::from(11), until: NOW };
    let (outcome, asked) = send(&server, &telegram, &what).await;
    assert_eq!((outcome, asked.len()), (SendOutcome::Done(Answer::Done), 0));
}

#[tokio::test]
async fn unmuting_gives_every_permission_back() {
    let (_, _, fields) = ask(&Outgoing::Unmute { person: Native::from(11) }, json!(true)).await;
    let permissions = fields["permissions"].as_object().expect("an object");
    assert_eq!(permissions.len(), 16);
    assert!(permissions.values().all(|allowed| allowed == &json!(true)));
    assert_eq!(fields.get("until_date"), None);
}

#[tokio::test]
async fn what_was_asked_for_is_in_the_answer() {
    let user = json!({"id": 11, "is_bot": false, "first_name": "王", "last_name": "芳"});
    let admin = json!({"status": "administrator", "user": user, "can_delete_messages": true});
    let (outcome, method, _) = ask(&Outgoing::AskAdministrators, json!([admin])).await;
    assert_eq!(method, "getChatAdministrators");
    let SendOutcome::Done(Answer::Administrators(members)) = outcome else { panic!("{outcome:?}") };
    assert_eq!((members[0].name.as_str(), members[0].role), ("王 芳", Role::Administrator));
    assert!(members[0].rights.delete && !members[0].is_bot);

    let what = Outgoing::AskMember { person: Native::from(11) };
    let (outcome, method, fields) = ask(&what, json!({"status": "left", "user": user})).await;
    assert_eq!((method.as_str(), fields), ("getChatMember", json!({"chat_id": -100, "user_id": 11})));
    assert!(matches!(outcome, SendOutcome::Done(Answer::Member(member)) if member.role == Role::Absent));

    let poll =
        json!({"id": "5", "options": [{"text": "6", "voter_count": 4}, {"text": "7", "voter_count": 9}]});
    let (outcome, method, _) = ask(&Outgoing::CloseQuiz { message: Native::from(5) }, poll).await;
    assert_eq!((method.as_str(), outcome), ("stopPoll", SendOutcome::Done(Answer::Tally(vec![4, 9]))));
}

#[tokio::test]
async fn a_press_is_answered_and_a_chat_is_left() {
    let what =
        Outgoing::AnswerPress { press: Native::from("81"), text: Some("12 分".to_owned()), alert: true };
    let (_, method, fields) = ask(&what, json!(true)).await;
    assert_eq!(method, "answerCallbackQuery");
    assert_eq!(fields, json!({"callback_query_id": "81", "text": "12 分", "show_alert": true}));
    let (_, method, fields) = ask(&Outgoing::Leave, json!(true)).await;
    assert_eq!((method.as_str(), fields), ("leaveChat", json!({"chat_id": -100})));
}

#[tokio::test]
async fn what_cannot_even_be_asked_is_refused_as_content() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    let button = Button { label: "x".to_owned(), does: ButtonLook::Link("no address".to_owned()) };
    let wrong = [
        Outgoing::Say { card: Card { buttons: vec![vec![button]], ..card("x") } },
        Outgoing::Edit { message: Native::from("x"), card: card("x") },
        Outgoing::Delete { messages: (1..=101).map(Native::from).collect() },
        Outgoing::Mute { person: Native::from("x"), until: NOW.plus_ms(1) },
        Outgoing::Mute { person: Native::from(-100), until: NOW.plus_ms(1) },
    ];
    for what in wrong {
        let (outcome, asked) = send(&server, &telegram, &what).await;
        assert!(matches!(outcome, SendOutcome::Content { .. }), "{what:?}: {outcome:?}");
        assert!(asked.is_empty());
    }
}
