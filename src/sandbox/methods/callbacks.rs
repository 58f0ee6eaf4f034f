//! Purpose: answerCallbackQuery.
//!
//! Invariant: only a press not older than 150 seconds can be answered; what the person sees is the first answer.

use serde_json::json;

use crate::sandbox::callback::{CALLBACK_VALID_MS, CallbackAnswer};
use crate::sandbox::entities::utf16_len;
use crate::sandbox::world::World;

use super::{Answer, ApiError, Call};

impl World {
    pub(super) fn answer_callback(&mut self, call: &Call) -> Answer {
        let now = self.now();
        let id = call.need_text("callback_query_id")?;
        let text = call.text("text").filter(|text| !text.is_empty());
        if text.is_some_and(|text| utf16_len(text) > 200) {
            return Err(ApiError::bad("MESSAGE_TOO_LONG"));
        }
        let known = self.callbacks.get_mut(id).filter(|known| now.since_ms(known.at) <= CALLBACK_VALID_MS);
        let Some(callback) = known else {
            return Err(ApiError::bad(
                "query is too old and response timeout expired or query ID is invalid",
            ));
        };
        if callback.answered {
            return Ok(json!(true));
        }
        callback.answered = true;
        let answer = CallbackAnswer {
            callback: id.to_owned(),
            person: callback.person,
            text: text.map(str::to_owned),
            alert: call.flag("show_alert"),
            url: call.text("url").map(str::to_owned),
            at: now,
            dismissed: false,
        };
        self.note_answer(answer);
        self.touch();
        Ok(json!(true))
    }
}
