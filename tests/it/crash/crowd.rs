//! Purpose: many groups and parents who go on voting, finishing lessons, asking and advertising while the program dies
//! and comes back, and what they are owed for it.
//!
//! Invariant: what people are owed is computed only from what they did in the simulator, never from the program's own
//! records.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use homeroom::random::Random;
use homeroom::sandbox::{ChatId, Content, PersonId, Rights, Sandbox, Standing};

use super::announcements;
use super::course::{self, PAYS_DONE, PAYS_PASSED, PAYS_PERFECT, QUESTIONS};

/// Nobody does anything while so many updates wait, so that the crowd is as fast as the program.
const WAITING_MAX: usize = 60;
/// What the crowd does between two looks at the world.
const ACTS_AT_ONCE: usize = 1;

/// A group.
pub struct Class {
    pub group: ChatId,
    pub teacher: PersonId,
    pub parents: Vec<PersonId>,
    advertiser: PersonId,
    /// Messages up to this one have been read.
    read: u64,
    /// The polls that were posted: id, lesson, question.
    polls: Vec<(String, u32, u32)>,
    /// The announcements that were posted.
    posts: Vec<i64>,
    /// The lesson cards that can be pressed, and since when that pays: message, lesson.
    pub cards: Vec<(i64, u32)>,
}

/// What was done, in order.
#[derive(Default)]
pub struct Deeds {
    /// Person, lesson, question, whether it was right.
    votes: Vec<(PersonId, u32, u32, bool)>,
    /// Person and lesson.
    done: HashSet<(PersonId, u32)>,
    /// Presses of buttons.
    pub presses: Vec<String>,
    /// Announcements confirmed: person, chat, message.
    pub confirmed: HashSet<(PersonId, ChatId, i64)>,
    /// Questions for points in a group: chat, message, person.
    pub asked: Vec<(ChatId, i64, PersonId)>,
    /// Questions for points in private: how many of whom.
    asked_in_private: HashMap<PersonId, usize>,
    /// Advertisements: chat, message.
    pub advertised: Vec<(ChatId, i64)>,
    /// Updates delivered once more.
    pub repeated: usize,
    /// Votes of people who are in no group.
    pub outsiders_votes: usize,
}

impl Deeds {
    /// The points everybody is owed; people who are owed none are left out.
    pub fn owed(&self) -> HashMap<PersonId, i64> {
        let mut first: HashMap<(PersonId, u32, u32), bool> = HashMap::new();
        for (person, lesson, question, right) in &self.votes {
            first.entry((*person, *lesson, *question)).or_insert(*right);
        }
        let mut quizzes: HashMap<(PersonId, u32), (u32, u32)> = HashMap::new();
        for ((person, lesson, _), right) in first {
            let (answered, rights) = quizzes.entry((person, lesson)).or_default();
            *answered += 1;
            *rights += u32::from(right);
        }
        let mut owed: HashMap<PersonId, i64> = HashMap::new();
        for ((person, _), (answered, rights)) in quizzes {
            if answered == QUESTIONS && rights * 10 >= QUESTIONS * 6 {
                *owed.entry(person).or_default() += PAYS_PASSED;
                *owed.entry(person).or_default() += if rights == QUESTIONS { PAYS_PERFECT } else { 0 };
            }
        }
        for (person, _) in &self.done {
            *owed.entry(*person).or_default() += PAYS_DONE;
        }
        owed
    }

    /// How much was done.
    pub fn summary(&self) -> String {
        let (votes, presses, asked) = (self.votes.len(), self.presses.len(), self.asked.len());
        let (advertised, repeated, outside) = (self.advertised.len(), self.repeated, self.outsiders_votes);
        format!(
            "{votes} votes, {outside} from outside, {presses} presses, {asked} questions, {advertised} \
             advertisements, {repeated} updates delivered twice"
        )
    }
}

/// Everybody.
pub struct Crowd {
    pub sandbox: Sandbox,
    pub classes: Vec<Class>,
    pub deeds: Deeds,
    outsiders: Vec<PersonId>,
    voted: HashSet<(PersonId, String)>,
    random: Random,
}

impl Crowd {
    /// `groups` groups with three parents each; every third parent has a child in the next group too.
    pub fn gather(sandbox: &Sandbox, random: Random, groups: usize) -> Self {
        let mut classes: Vec<Class> = (0..groups)
            .map(|number| {
                let teacher = sandbox.add_person("Teacher");
                let group = sandbox.add_supergroup(&format!("Class {number}"), teacher);
                let parents: Vec<PersonId> = (0..3).map(|_| sandbox.add_person("Parent")).collect();
                let advertiser = sandbox.add_person("Advertiser");
                for person in parents.iter().chain([&advertiser]) {
                    sandbox.seat(group, *person, Standing::Member);
                }
                Class {
                    group,
                    teacher,
                    parents,
                    advertiser,
                    read: 0,
                    polls: Vec::new(),
                    posts: Vec::new(),
                    cards: Vec::new(),
                }
            })
            .collect();
        for number in 0..groups {
            let of_two = classes[number].parents[0];
            let next = &mut classes[(number + 1) % groups];
            sandbox.seat(next.group, of_two, Standing::Member);
            next.parents.push(of_two);
        }
        let outsiders = (0..4).map(|_| sandbox.add_person("Outsider")).collect();
        Self {
            sandbox: sandbox.clone(),
            classes,
            deeds: Deeds::default(),
            outsiders,
            voted: HashSet::new(),
            random,
        }
    }

    /// Brings the bot into every group.
    pub fn invite_bot(&self) {
        for class in &self.classes {
            self.sandbox.adds_bot(class.teacher, class.group).unwrap();
            self.sandbox.promotes(self.sandbox.bot(), class.group, Rights::ALL).unwrap();
        }
    }

    /// Goes on until dropped.
    pub async fn live(&mut self) {
        loop {
            for _ in 0..ACTS_AT_ONCE {
                if self.sandbox.read(|world| world.pending_updates() < WAITING_MAX) {
                    self.act();
                }
            }
            let seen = self.sandbox.read(homeroom::sandbox::World::revision);
            let moved = |world: &homeroom::sandbox::World| (world.revision() > seen).then_some(());
            // Whether something happened in the meantime or not, life goes on.
            let _ = self.sandbox.until(Duration::from_millis(3), moved).await;
        }
    }

    /// Everybody answers the questions they have left and confirms an announcement, as far as the world shows them.
    pub fn answer_the_rest(&mut self, share: u64) {
        for index in 0..self.classes.len() {
            self.read(index);
            for person in self.classes[index].parents.clone() {
                self.confirm(index, person);
                for place in 0..self.classes[index].polls.len() {
                    if self.random.below(100) < share {
                        self.vote(index, person, place);
                    }
                }
            }
        }
    }

    fn below(&self, count: usize) -> usize {
        usize::try_from(self.random.below(u64::try_from(count).unwrap())).unwrap()
    }

    fn act(&mut self) {
        let index = self.below(self.classes.len());
        self.read(index);
        let class = &self.classes[index];
        let person = class.parents[self.below(class.parents.len())];
        match self.random.below(100) {
            0..74 => self.vote_somewhere(index, person),
            74..80 => self.confirm(index, person),
            80..83 => self.ask(index, person),
            83 => self.advertise(index),
            84..89 => self.finish(index, person),
            89 => self.ask_in_private(person),
            90..94 => self.repeat(),
            94..97 => self.vote_from_outside(index),
            _ => drop(self.sandbox.writes(person, class.group, "今天作业好多")),
        }
    }

    /// Looks for new polls in a group.
    fn read(&mut self, index: usize) {
        let class = &mut self.classes[index];
        let Class { group, read, polls, posts, .. } = class;
        self.sandbox.read(|world| {
            let before = *read;
            for message in world.chat(*group).unwrap().messages().filter(|message| message.seq > before) {
                if let Content::Poll(id) = &message.content {
                    let (lesson, question) = course::read_words(&world.poll(id).unwrap().question.text);
                    polls.push((id.clone(), lesson, question));
                }
                if let Content::Text(words) = &message.content
                    && words.text.starts_with(announcements::WORDS)
                {
                    posts.push(message.id);
                }
                *read = message.seq;
            }
        });
    }

    fn vote_somewhere(&mut self, index: usize, person: PersonId) {
        // Most answer what came last.
        let count = self.classes[index].polls.len();
        let recent = count.saturating_sub(if self.random.below(5) == 0 { count } else { 12 });
        let left: Vec<usize> = (recent..count)
            .filter(|place| !self.voted.contains(&(person, self.classes[index].polls[*place].0.clone())))
            .collect();
        if !left.is_empty() {
            self.vote(index, person, left[self.below(left.len())]);
        }
    }

    fn vote(&mut self, index: usize, person: PersonId, place: usize) {
        let (poll, lesson, question) = self.classes[index].polls[place].clone();
        if !self.voted.insert((person, poll.clone())) {
            return;
        }
        // Whoever is asked the same twice, because a question was posted twice, answers the same.
        let wit = u64::try_from(person.0).unwrap() * 31 + u64::from(lesson * 7 + question * 3);
        let is_right = !wit.is_multiple_of(5);
        let right = course::right(lesson, question);
        self.sandbox.votes(person, &poll, &[if is_right { right } else { 1 - right }]).unwrap();
        self.deeds.votes.push((person, lesson, question, is_right));
    }

    fn vote_from_outside(&mut self, index: usize) {
        let person = self.outsiders[self.below(self.outsiders.len())];
        let class = &self.classes[index];
        if let Some((poll, lesson, question)) = class.polls.last().cloned()
            && self.voted.insert((person, poll.clone()))
        {
            self.sandbox.votes(person, &poll, &[course::right(lesson, question)]).unwrap();
            self.deeds.outsiders_votes += 1;
        }
    }

    fn finish(&mut self, index: usize, person: PersonId) {
        let class = &self.classes[index];
        if class.cards.is_empty() {
            return;
        }
        let (message, lesson) = class.cards[self.below(class.cards.len())];
        let button =
            self.sandbox.read(|world| world.find(class.group, message).unwrap().buttons[0][0].clone());
        let press = self.sandbox.presses(person, class.group, message, &button.text).unwrap();
        self.deeds.presses.push(press);
        self.deeds.done.insert((person, lesson));
    }

    fn confirm(&mut self, index: usize, person: PersonId) {
        let class = &self.classes[index];
        if class.posts.is_empty() {
            return;
        }
        // Most confirm what came last.
        let old = if self.random.below(5) == 0 { class.posts.len() } else { 3.min(class.posts.len()) };
        let message = class.posts[class.posts.len() - 1 - self.below(old)];
        let button =
            self.sandbox.read(|world| world.find(class.group, message).unwrap().buttons[0][0].clone());
        let press = self.sandbox.presses(person, class.group, message, &button.text).unwrap();
        self.deeds.confirmed.insert((person, class.group, message));
        self.deeds.presses.push(press);
    }

    fn ask(&mut self, index: usize, person: PersonId) {
        let group = self.classes[index].group;
        let message = self.sandbox.writes(person, group, "积分").unwrap();
        self.deeds.asked.push((group, message, person));
    }

    fn ask_in_private(&mut self, person: PersonId) {
        if !self.deeds.asked_in_private.contains_key(&person) {
            self.sandbox.starts_bot(person, None).unwrap();
        }
        self.sandbox.writes(person, person.private_chat(), "积分").unwrap();
        *self.deeds.asked_in_private.entry(person).or_default() += 1;
    }

    fn advertise(&mut self, index: usize) {
        let Class { group, advertiser, .. } = self.classes[index];
        // Whoever has advertised too often is mute for a while.
        if let Ok(message) = self.sandbox.writes(advertiser, group, course::ADVERTISEMENT) {
            self.deeds.advertised.push((group, message));
        }
    }

    fn repeat(&mut self) {
        // Telegram never delivers out of order what it has not delivered yet.
        let last = self.sandbox.read(homeroom::sandbox::World::confirmed_update);
        let update = last - i64::try_from(self.random.below(300)).unwrap();
        self.deeds.repeated += usize::from(self.sandbox.deliver_again(update));
    }
}
