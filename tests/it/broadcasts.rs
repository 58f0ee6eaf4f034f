//! Purpose: announcements as teachers and parents meet them: they go out, are confirmed, changed and taken back.
//!
//! Invariant: what is looked at is what people see in the sandbox, not what the bot remembers.

mod changing;
mod confirming;
mod copies;
mod digest;
mod fees;
mod late;
mod life;
mod nowhere;
mod often;
mod overdue;
mod parts;
mod poisoned;
mod recurring;
mod refusals;
mod released;
mod reporting;
mod rewording;
mod sent;
mod stale;
mod urgent;
mod withdrawn;

use homeroom::broadcasts::{self, Confirmation, Draft, Published};
use homeroom::channel::{Content, Styled};
use homeroom::failure::{Failure, Outcome};
use homeroom::i18n::Text;
use homeroom::ids::{BroadcastId, Native};
use homeroom::roster::{self, Person};
use homeroom::sandbox::PersonId;
use homeroom::work::Work;

use crate::school::School;

/// A text to be posted.
fn text(words: &str) -> Content {
    Content::Text { body: Styled::from(words.to_owned()) }
}

/// A draft for all groups of its author.
fn draft(words: &str) -> Draft {
    Draft { contents: vec![text(words)], ..Draft::default() }
}

fn read(words: &str) -> Draft {
    Draft { confirmation: Confirmation::Read, ..draft(words) }
}

fn at(when: &str) -> Draft {
    Draft { when: Some(when.to_owned()), ..draft("明天 8 点到校，请带水杯。") }
}

/// One of the sandbox's people as the bot knows them.
async fn known(work: &mut Work<'_>, person: PersonId) -> Outcome<Person> {
    Ok(roster::known_person(work, &Native::from(person.0)).await?.unwrap())
}

impl School {
    /// Somebody publishes; waits until everything due is sent.
    async fn publishes(&self, person: PersonId, draft: Draft) -> Result<Published, Text> {
        let done = self.bot().perform(async |work| {
            let author = known(work, person).await?;
            broadcasts::publish(work, &author, draft).await
        });
        let done = told(done.await);
        self.settle().await;
        done
    }

    /// Somebody decides about a broadcast.
    async fn decides<T>(
        &self,
        person: PersonId,
        what: impl AsyncFnOnce(&mut Work<'_>, &Person) -> Outcome<T>,
    ) -> Result<T, Text> {
        let done = self.bot().perform(async |work| {
            let actor = known(work, person).await?;
            what(work, &actor).await
        });
        let done = told(done.await);
        self.settle().await;
        done
    }

    /// Where a broadcast stands.
    async fn state(&self, broadcast: BroadcastId) -> String {
        let mut tx = self.database().read().await.unwrap();
        let sql = "SELECT state FROM broadcasts WHERE id = $1";
        tx.one(sql, &[broadcast.into()]).await.unwrap().unwrap().get(0).unwrap()
    }

    /// The bot's messages in the class's group that begin like this.
    fn posted(&self, start: &str) -> Vec<homeroom::sandbox::Said> {
        let said = self.bot_says(self.class.teacher, self.class.group);
        said.into_iter().filter(|said| said.text.starts_with(start)).collect()
    }
}

fn told<T>(done: Outcome<T>) -> Result<T, Text> {
    match done {
        Ok(done) => Ok(done),
        Err(Failure::Refused(why)) => Err(why),
        Err(Failure::Broken(error)) => panic!("{error:#}"),
    }
}
