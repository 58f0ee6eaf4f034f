//! Purpose: the bot homeroom is compared with: teloxide as its documentation shows it, without storage.
//!
//! Invariant: does what homeroom is asked to do and nothing more: deletes advertisements and tells their authors in private,
//! answers `/points` with a fixed text. Its dispatcher acknowledges updates before they are handled.

use std::sync::Arc;

use teloxide::dispatching::UpdateFilterExt as _;
use teloxide::payloads::SendMessageSetters as _;
use teloxide::prelude::{Bot, Dispatcher, Message, Requester as _, Update};
use teloxide::types::ReplyParameters;
use teloxide::{RequestError, dptree};

use crate::words::{Words, asks_for_points};
use crate::workload::BALANCE;

/// Runs until it is killed. Token and server come from `TELOXIDE_TOKEN` and `TELOXIDE_API_URL`.
pub fn run() -> anyhow::Result<()> {
    let words = Arc::new(Words::new()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let handler = Update::filter_message().endpoint(answer);
        Dispatcher::builder(Bot::from_env(), handler)
            .dependencies(dptree::deps![words])
            .build()
            .dispatch()
            .await;
    });
    Ok(())
}

async fn answer(bot: Bot, message: Message, words: Arc<Words>) -> Result<(), RequestError> {
    let Some(text) = message.text() else { return Ok(()) };
    if asks_for_points(text) {
        bot.send_message(message.chat.id, format!("你现在有 {BALANCE} 积分。"))
            .reply_parameters(ReplyParameters::new(message.id))
            .await?;
    } else if words.found_in(text) {
        bot.delete_message(message.chat.id, message.id).await?;
        if let Some(author) = &message.from {
            let group = message.chat.title().unwrap_or_default();
            let notice = format!(
                "你在「{group}」发的消息像是广告，已经删除。这是第 1 次提醒，共 3 次。觉得删错了？请告诉老师。"
            );
            bot.send_message(author.id, notice).await?;
        }
    }
    Ok(())
}
