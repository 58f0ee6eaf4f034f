//! Purpose: posting what somebody wrote to be published, changing it, and sending files.
//!
//! Invariant: one thing is one request. What Telegram can't change is refused with a reason, and nothing else is
//! changed in its stead.

use serde::Deserialize;

use super::native::MessageId;
use super::send::{Sent, Telegram, done, sent, whispered};
use super::{posts, requests};
use crate::channel::{Answer, Button, Content, Media, MediaKind, Outgoing, Post, SendOutcome, Styled};
use crate::ids::Native;

#[derive(Deserialize)]
struct AlbumMessage {
    message_id: i64,
}

fn refused(reason: &str) -> Sent {
    Err(SendOutcome::Content { reason: reason.to_owned() })
}

impl Telegram {
    pub(super) async fn publish(&self, chat: i64, post: &Post, what: &Outgoing) -> Sent {
        let reply = match &post.content {
            Content::Text { body } => self.ask(&posts::text(chat, post, body)?, what).await?,
            Content::Media { media, caption } => {
                let (method, fields) = posts::media(chat, post, media, caption)?;
                self.ask_named(method, &fields, what).await?
            }
            Content::Album { items, caption } => return self.album(chat, post, items, caption, what).await,
            Content::Poll { question, options, multiple, anonymous } => {
                let poll = posts::poll(chat, post, (question, options), (*multiple, *anonymous))?;
                self.ask(&poll, what).await?
            }
            Content::Place { latitude, longitude, title: None, address: None } => {
                self.ask(&posts::location(chat, post, (*latitude, *longitude))?, what).await?
            }
            Content::Place { latitude, longitude, title, address } => {
                let address = address.as_deref().unwrap_or_default();
                let named = (title.as_deref().unwrap_or(address), address);
                self.ask(&posts::venue(chat, post, (*latitude, *longitude), named)?, what).await?
            }
        };
        Ok(sent(&reply))
    }

    async fn album(
        &self,
        chat: i64,
        post: &Post,
        items: &[Media],
        caption: &Styled,
        what: &Outgoing,
    ) -> Sent {
        let album = posts::album(chat, post, items, caption)?;
        let reply = self.ask_named("sendMediaGroup", &album, what).await?;
        let Some(messages) = reply.result::<Vec<AlbumMessage>>() else {
            tracing::warn!("an album was sent, but its ids can't be read");
            return done();
        };
        let messages = messages.into_iter().map(|message| message.message_id.into()).collect();
        Ok(SendOutcome::Done(Answer::Album { messages }))
    }

    pub(super) async fn amend(&self, chat: i64, message: &Native, post: &Post, what: &Outgoing) -> Sent {
        let MessageId::Open(id) = requests::message_id(message)? else {
            return refused("a whisper is no post");
        };
        match &post.content {
            Content::Text { body } => {
                self.ask(&posts::edit_text(chat, id, post, body)?, what).await?;
            }
            Content::Media { media, caption } => match media.kind {
                MediaKind::Picture
                | MediaKind::Video
                | MediaKind::Animation
                | MediaKind::File
                | MediaKind::Audio => {
                    let change = posts::edit_media(chat, id, post, media, caption)?;
                    self.ask_named("editMessageMedia", &change, what).await?;
                }
                // The recording itself can't be exchanged, the words under it can.
                MediaKind::Voice => {
                    self.ask(&posts::edit_caption(chat, id, post, caption)?, what).await?;
                }
                MediaKind::VideoNote => return refused("Telegram can't change a round video"),
                MediaKind::Sticker => return refused("Telegram can't change a sticker"),
            },
            Content::Album { caption, .. } => {
                self.ask(&posts::edit_caption(chat, id, post, caption)?, what).await?;
            }
            Content::Poll { .. } => return refused("Telegram can't change a poll"),
            Content::Place { .. } => return refused("Telegram can't change a place"),
        }
        done()
    }

    pub(super) async fn buttons(
        &self,
        chat: i64,
        message: &Native,
        buttons: &[Vec<Button>],
        what: &Outgoing,
    ) -> Sent {
        match requests::message_id(message)? {
            MessageId::Open(id) => self.ask(&requests::edit_buttons(chat, id, buttons)?, what).await?,
            MessageId::Ephemeral { member, number } => {
                let which = whispered(chat, member, number);
                self.ask(&requests::edit_whisper_buttons(which, buttons)?, what).await?
            }
        };
        done()
    }

    pub(super) async fn file(
        &self,
        chat: i64,
        (name, text): (&str, &str),
        caption: &Styled,
        what: &Outgoing,
    ) -> Sent {
        let form = posts::file(chat, name, text, caption)?;
        Ok(sent(&self.upload("sendDocument", form, what).await?))
    }
}
