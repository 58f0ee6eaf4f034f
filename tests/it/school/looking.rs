//! Purpose: what people see in the sandbox.
//!
//! Invariant: nothing is changed by looking.

use super::*;

impl School {
    /// What a person reads in a chat, a line a message: who, the words' first line, the buttons.
    pub fn sees(&self, person: PersonId, chat: ChatId) -> String {
        self.sandbox.read(|world| {
            let mut lines = String::new();
            for said in world.visible(person, chat) {
                let name =
                    world.person(said.from).map(homeroom::sandbox::Person::full_name).unwrap_or_default();
                let private = if said.only_for.is_some() { " (only you)" } else { "" };
                let struck = if said.deleted { " (deleted)" } else { "" };
                let _ = write!(
                    lines,
                    "{name}{private}{struck}: {}",
                    said.text.lines().next().unwrap_or_default()
                );
                if let Some(poll) = said.poll.as_ref().and_then(|poll| world.poll(poll)) {
                    let _ = write!(lines, "❓ {}", poll.question.text);
                }
                for button in said.buttons.iter().flatten() {
                    let _ = write!(lines, " [{}]", button.text);
                }
                lines.push('\n');
            }
            lines
        })
    }

    /// The bot's messages in a chat that a person sees, oldest first.
    pub fn bot_says(&self, person: PersonId, chat: ChatId) -> Vec<Said> {
        let bot = self.sandbox.bot();
        self.sandbox.read(|world| {
            world.visible(person, chat).into_iter().filter(|said| said.from == bot && !said.deleted).collect()
        })
    }

    /// The polls in the class's group: (id, right option), oldest first.
    pub fn polls(&self) -> Vec<(String, usize)> {
        self.polls_in(self.class.group)
    }

    /// The polls in a chat.
    pub fn polls_in(&self, chat: ChatId) -> Vec<(String, usize)> {
        self.sandbox.read(|world| {
            let said = world.said(chat);
            let polls = said.filter_map(|said| said.poll).filter_map(|id| {
                let right = world.poll(&id)?.correct.first().copied()?;
                Some((id, right))
            });
            polls.collect()
        })
    }
}
