//! Purpose: the updates a bot is measured with: talk, advertisements and questions for points in many groups.
//!
//! Invariants: the same on every run. Each update has an author of its own, so a reaction names its update whatever
//! way the bot answers. The first updates warm the bot up and are not measured.

use bytes::Bytes;
use homeroom::random::Random;
use serde_json::json;

/// Groups the updates come from.
pub const GROUPS: usize = 1_000;
/// Points that everybody has.
pub const BALANCE: i64 = 15;
/// Updates that are not measured.
pub const WARM_UP: usize = 200;
/// Of a hundred updates, so many are advertisements, and as many ask for points; the rest is plain talk.
const ADVERTISEMENTS_PERCENT: usize = 15;
const POINTS_PERCENT: usize = 15;
const SEED: u64 = 20_260_901;
/// 2026-09-01T10:00:00+08:00, when the messages were written.
const DATE_S: i64 = 1_788_228_000;

/// What a keyword begins and ends with: every pair is one, 200 in all.
const OFFERS: [&str; 10] =
    ["低价出", "厂价出", "整箱批", "急转让", "诚信售", "秒发货", "长期供", "清仓甩", "包邮卖", "高价收"];
const GOODS: [&str; 20] = [
    "学习机",
    "点读笔",
    "奶粉券",
    "童装货",
    "护眼灯",
    "错题本",
    "网课号",
    "题库卡",
    "打印机",
    "平板机",
    "手表号",
    "积木箱",
    "游泳卡",
    "健身卡",
    "月饼票",
    "螃蟹券",
    "充值卡",
    "电影票",
    "早教卡",
    "绘本箱",
];

/// What parents say to each other; `#` becomes a number.
const TALK: [&str; 16] = [
    "收到，谢谢老师！",
    "请问明天几点放学？孩子说是#点，我想确认一下。",
    "今天的数学作业是第#页到第几页？",
    "我家孩子今天有点咳嗽，请假一天，麻烦老师了。",
    "运动会需要家长志愿者吗？我可以来。",
    "校服尺码表发一下好吗，我们要#号的。",
    "周末一起去图书馆的可以接龙，目前#人。",
    "老师辛苦了，孩子回来说今天的课特别有意思。",
    "英语听写的单词是第#单元，大家别记错了。",
    "有没有捡到一个蓝色水杯？上面写着#班。",
    "下雨了，接孩子的家长路上注意安全，校门口有点堵。",
    "请各位家长记得在回执上签字，明天交给班主任。",
    "美术课要带彩纸和剪刀，还有#根冰棍棒。",
    "孩子昨晚写作业写到#点，是不是太慢了，大家一般写多久？",
    "家长会的时间改到周五晚上七点了，地点不变。",
    "OK, thanks a lot! See you at the parents' meeting in room #.",
];
/// What stands around the keyword of an advertisement; `@` becomes the keyword in disguise.
const PITCHES: [&str; 5] = [
    "各位宝妈看过来，@，有意的接龙",
    "@！九成新，自提优先，先到先得",
    "【福利】今天@，只剩最后几份",
    "打扰一下大家，@，品质保证，喜欢的说一声",
    "✨✨ @ ✨✨ 数量不多",
];
/// What is put between the characters of a keyword: nothing, symbols, blanks, an invisible character.
const DISGUISES: [&str; 6] = ["", ".", "-", " ", "·", "\u{200b}"];

/// What an update is, and so what is expected of the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is expected.
    Plain,
    /// The message is to be deleted.
    Advertisement,
    /// A message is to be sent.
    Points,
}

/// Updates by index: warming up first, then those that are measured.
pub struct Workload {
    kinds: Vec<Kind>,
    texts: Vec<Bytes>,
}

impl Workload {
    /// The first [`WARM_UP`] updates and `measured` more.
    pub fn new(measured: usize) -> Self {
        let random = Random::seeded(SEED);
        let mut kinds = mixed(WARM_UP, &random);
        kinds.extend(mixed(measured, &random));
        let keywords = keywords();
        let texts = kinds.iter().enumerate().map(|(index, kind)| update(index, *kind, &keywords)).collect();
        Self { kinds, texts }
    }

    /// What each update is.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The updates in `range`, without `update_id`.
    pub fn texts(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = Bytes> {
        self.texts.get(range).unwrap_or_default().iter().cloned()
    }

    /// All updates, those for warming up included. Also the number of people.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }
}

/// `count` kinds in their proportions and in random order.
fn mixed(count: usize, random: &Random) -> Vec<Kind> {
    let mut kinds = vec![Kind::Plain; count];
    let advertisements = count * ADVERTISEMENTS_PERCENT / 100;
    let questions = count * POINTS_PERCENT / 100;
    kinds.iter_mut().take(advertisements).for_each(|kind| *kind = Kind::Advertisement);
    kinds.iter_mut().skip(advertisements).take(questions).for_each(|kind| *kind = Kind::Points);
    for last in (1..count).rev() {
        let other = random.below(to_u64(last) + 1);
        kinds.swap(last, usize::try_from(other).unwrap_or(last));
    }
    kinds
}

/// The keywords that make an advertisement.
pub fn keywords() -> Vec<String> {
    OFFERS.iter().flat_map(|offer| GOODS.iter().map(move |goods| format!("{offer}{goods}"))).collect()
}

fn update(index: usize, kind: Kind, keywords: &[String]) -> Bytes {
    let spread = scatter(index);
    let text = match kind {
        Kind::Points => "/points".to_owned(),
        Kind::Plain => pick(&TALK, spread).replace('#', &(spread % 37 + 1).to_string()),
        Kind::Advertisement => {
            let word = keywords.get(spread % keywords.len()).map(String::as_str).unwrap_or_default();
            let between = pick(&DISGUISES, spread / 7);
            let letters: Vec<String> = word.chars().map(String::from).collect();
            pick(&PITCHES, spread / 5).replace('@', &letters.join(between))
        }
    };
    let group = group_of(index);
    let mut message = json!({
        "message_id": message_id(index),
        "from": {
            "id": person_id(index), "is_bot": false, "first_name": person_name(index),
            "username": format!("parent_{index}"), "language_code": "zh-hans",
        },
        "chat": {"id": group_id(group), "title": group_title(group), "type": "supergroup"},
        "date": DATE_S,
        "text": text,
    });
    if kind == Kind::Points {
        message["entities"] = json!([{"offset": 0, "length": 7, "type": "bot_command"}]);
    }
    Bytes::from(json!({ "message": message }).to_string())
}

fn pick<'a>(list: &[&'a str], number: usize) -> &'a str {
    list.get(number % list.len()).copied().unwrap_or_default()
}

/// A number that looks unrelated to its neighbours' (Knuth's multiplicative hashing).
fn scatter(index: usize) -> usize {
    index.wrapping_mul(2_654_435_761) >> 7
}

/// The group the person writes in.
pub fn group_of(person: usize) -> usize {
    scatter(person) % GROUPS
}

/// Telegram's id of a group.
pub fn group_id(group: usize) -> i64 {
    -1_001_000_000_000 - to_i64(group)
}

/// A group's title.
pub fn group_title(group: usize) -> String {
    format!("{}年级（{}）班家长群", group / 100 + 1, group % 100 + 1)
}

const FIRST_PERSON: i64 = 500_000_000;

/// Telegram's id of the author of an update.
pub fn person_id(index: usize) -> i64 {
    FIRST_PERSON + to_i64(index)
}

/// The update this person wrote.
pub fn index_of_person(id: i64) -> Option<usize> {
    usize::try_from(id.checked_sub(FIRST_PERSON)?).ok()
}

/// A person's name.
pub fn person_name(index: usize) -> String {
    format!("家长{index}")
}

/// The number of an update's message.
fn message_id(index: usize) -> i64 {
    to_i64(index) + 1
}

/// The update this message came with.
pub fn index_of_message(id: i64) -> Option<usize> {
    usize::try_from(id.checked_sub(1)?).ok()
}

fn to_i64(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn to_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
