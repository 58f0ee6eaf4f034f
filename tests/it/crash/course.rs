//! Purpose: a configuration in which much happens in little time: a lesson a second, wide caps, a fast pace.
//!
//! Invariant: every question's words say which lesson and question it is, so that the simulator's polls can be judged
//! without asking the program.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// Questions of each lesson.
pub const QUESTIONS: u32 = 3;
/// What the configuration pays.
pub const PAYS_PASSED: i64 = 2;
pub const PAYS_PERFECT: i64 = 1;
pub const PAYS_DONE: i64 = 2;
/// Words that the rules delete.
pub const ADVERTISEMENT: &str = "诚招代理，日入三千";

const SCHOOL: &str = "quiz = \"open\"\ntime_zone = \"Asia/Shanghai\"\nlanguage = \"zh-CN\"\n[name]\nzh-CN = \"试验小学\"\n\
    [quiet_hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n";
/// As fast as a configuration may allow.
const BOT: &str = "[updates]\nmode = \"polling\"\n[pace]\nbot_per_second = 1000\nchat_per_second = 100\n\
    group_per_minute = 6000\nrequest_max_seconds = 5\n";
const MODERATION: &str = "[ladder]\nwarnings = 20\nwindow_days = 30\nmute_hours = 1\n\
    [rule.R3]\nmode = \"enforce\"\naction = \"delete-and-warn\"\nkeywords = [\"诚招代理\"]\n";

/// Writes the configuration with so many lessons, one of them every `every_s` seconds.
pub fn write(folder: &Path, lessons: u32, every_s: u32) {
    let course = folder.join("lessons/primary");
    fs::create_dir_all(&course).unwrap();
    let save = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    save("school.toml", SCHOOL);
    save("bot.toml", BOT);
    save("moderation.toml", MODERATION);
    save(
        "points.toml",
        &format!(
            "version = \"crash\"\n[together]\nday = 10000\nweek = 10000\n\
             [acts.finish-lesson]\npoints = {PAYS_DONE}\n[acts.quiz-pass]\npoints = {PAYS_PASSED}\n\
             [acts.quiz-perfect]\npoints = {PAYS_PERFECT}\n[[stars]]\npoints = 60\n"
        ),
    );
    save(
        "schedules.toml",
        &format!(
            "[[schedule]]\nname = \"crash\"\ncron = \"*/{every_s} * * * * *\"\nstage = \"primary\"\n\
             late_max_hours = 24\nquiz_open_hours = 24\n"
        ),
    );
    for lesson in 1..=lessons {
        fs::write(course.join(format!("{}.zh-CN.md", id(lesson))), text(lesson)).unwrap();
    }
}

/// Has updates posted to `listen`, through a proxy. Without a file the program makes itself a new secret at each start.
pub fn have_posted(folder: &Path, listen: SocketAddr) {
    let posted = format!(
        "mode = \"webhook\"\nurl = \"https://bot.example.edu/telegram/crash\"\nlisten = \"{listen}\"\n"
    );
    fs::write(folder.join("bot.toml"), BOT.replace("mode = \"polling\"\n", &posted)).unwrap();
}

/// Makes somebody staff in every group.
pub fn add_staff(folder: &Path, person: i64) {
    fs::write(folder.join("school.toml"), format!("staff = [{person}]\n{SCHOOL}")).unwrap();
}

/// A lesson's id.
pub fn id(lesson: u32) -> String {
    format!("primary-{lesson:04}")
}

/// The number of a lesson by its id.
pub fn number(id: &str) -> u32 {
    id.rsplit('-').next().unwrap().parse().unwrap()
}

/// A question's words.
fn words(lesson: u32, question: u32) -> String {
    format!("第 {lesson} 课 第 {question} 题")
}

/// Which lesson and question a poll's words are, the question counted from 1.
pub fn read_words(words: &str) -> (u32, u32) {
    let mut numbers = words.split(' ').filter_map(|part| part.parse().ok());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// The right option of a question, counted from 0.
pub fn right(lesson: u32, question: u32) -> usize {
    usize::from((lesson + question).is_multiple_of(2))
}

fn text(lesson: u32) -> String {
    let mut text = format!(
        "+++\nid = \"{}\"\ntitle = \"第 {lesson} 课\"\nstage = \"primary\"\nclass = \"basic\"\nminutes = 1\n\
         sources = [\"试验\"]\ntry_at_home = \"一起读书\"\n",
        id(lesson)
    );
    for question in 1..=QUESTIONS {
        let (words, answer) = (words(lesson, question), right(lesson, question) + 1);
        write!(
            text,
            "[[quiz]]\nquestion = \"{words}\"\noptions = [\"一\", \"二\"]\nanswer = {answer}\n\
             explanation = \"因为如此\"\n"
        )
        .unwrap();
    }
    text.push_str("+++\n多陪孩子。\n");
    text
}
