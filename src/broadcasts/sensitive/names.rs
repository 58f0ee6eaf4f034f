//! Purpose: whether the words before a number are the name of a pupil: 王小明, 王小明同学, 子轩, Grace, Tom Williams.
//!
//! Invariant: pure; looks back over a bounded stretch of text. Subjects, months, weekdays and things are no names.

use std::sync::LazyLock;

use regex::Regex;

/// So far back a name is looked for, in bytes.
const BACK_BYTES: usize = 96;
/// The usual surnames. Those that mostly begin other words (元, 时, 平, 成, 全, 班, 包) are left out.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖\
    石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁\
    岳翟殷詹申欧耿关兰焦俞左柳甘祝包尚阮舒柯纪梅童凌毕路涂裴翁霍骆苗季盛冉应蒙褚卫娄尤喻管靳宁解屈饶谷符邬";
/// Surnames of two characters.
const LONG_SURNAMES: [&str; 8] = ["欧阳", "上官", "司马", "诸葛", "慕容", "皇甫", "令狐", "夏侯"];
/// Characters that stand in words beside numbers and hardly in a name after a surname.
const NEVER_IN_NAMES: &str = "的了是在请带到和与或及每共约第满分考试题科目费班级组次月号点页本支笔纸色巾格板路口间价词额牌度数校教室楼年务排全语期中均\
    总低师长们位各同于为从至件个只条根把套盒瓶袋份元钟时里后前这那有无不要会可以日节课程表名人家上下午晚早安豆铁围械器案法式\
    员队车站票贴列线段克角尺具厅馆场店街区县市省";
/// Characters of which given names are made, for those written without a surname.
const GIVEN: &str = "子梓轩涵浩宇欣怡诗思佳嘉俊晨辰泽瑞博雅婷琪萱妍彤悦雪梦阳伟芳丽娜静磊洋艳杰涛霞睿熙铭皓奕昊桐逸沐沫语可然妮乐若依艺晴晓瑶\
    琳菲";
/// Words of those characters that are no names.
const NO_GIVEN: [&str; 1] = ["可乐"];
/// Words between a name and its number.
const BETWEEN: [&str; 60] = [
    "语文",
    "数学",
    "英语",
    "物理",
    "化学",
    "生物",
    "历史",
    "地理",
    "政治",
    "科学",
    "体育",
    "道法",
    "作文",
    "口算",
    "听写",
    "总分",
    "成绩",
    "得分",
    "分数",
    "排名",
    "名次",
    "平均",
    "考了",
    "考到",
    "考得",
    "得了",
    "拿了",
    "拿到",
    "得到",
    "只有",
    "同学",
    "小朋友",
    "的",
    "是",
    "为",
    "得",
    "考",
    "等级",
    "年级",
    "班级",
    "全班",
    "全年级",
    "排",
    "English",
    "Chinese",
    "Math",
    "Maths",
    "Science",
    " score",
    " rank",
    " ranked",
    " mark",
    " got",
    " scored",
    " has",
    " with",
    " is",
    " received",
    " earned",
    " came",
];
/// Capitalised words that are no names of people.
const NO_PEOPLE: &str = " january february march april may june july august september october november december jan feb mar apr jun jul aug \
    sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun english chinese math maths \
    mathematics science history geography physics chemistry biology music art pe reading writing listening speaking spelling grammar \
    room grade class unit page year chapter lesson bus gate building block floor section part question paper exam test quiz midterm final score \
    total average full top level week day term semester team group table seat no number version appendix bring pencil eraser ruler pen \
    water snack notebook calculator from to until by at on in of the and or for before after our your all each every only about near over under \
    line step hall lab route platform zone area age size price cost time date homework book workbook exercise please dear parents \
    vocabulary dictation composition geometry algebra maximum minimum pass passing mark rank bonus extra section oral written \
    door entrance desk locker box bag period session shift court lane field street road avenue flight train metro channel ";
/// Given names that end like a plural.
const ENDING_IN_S: &str = " james charles thomas chris lucas agnes iris alexis francis nicholas ross louis doris marcus jess silas dennis elias atlas ines \
    lois mavis phyllis gladys boris travis curtis rufus julius magnus angus amos jonas mathias tess bess hans klaus niels paris ";

/// `98` in `Tom Williams 98`: the capitalised words at the end.
static LATIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("(?:^|[^A-Za-z'’-])((?:[A-Z][a-z]{1,14}|[A-Z]\\.)(?:[ -][A-Z][a-z]{0,14}\\.?){0,2})$").ok()
});

/// How sure it is that these words are a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A surname and a given name, or 同学 after it.
    Sure,
    /// A given name alone, or a name at the end of other words.
    Likely,
    /// In Latin letters.
    Latin,
}

/// The name at the end of a text, before a number, with what kind it is.
pub(super) fn before(text: &str) -> Option<(&str, Kind)> {
    let mut from = text.len().saturating_sub(BACK_BYTES);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let (rest, is_pupil) = without_between(&text[from..]);
    if rest.chars().next_back()?.is_ascii_alphabetic() { latin(rest) } else { chinese(rest, is_pupil) }
}

/// Without separators and what may stand between a name and its number; and whether it says 同学.
fn without_between(text: &str) -> (&str, bool) {
    let (mut rest, mut is_pupil, mut lines) = (text, false, 0);
    loop {
        let trimmed = rest.trim_end_matches(|letter: char| {
            lines += usize::from(letter == '\n');
            (letter.is_whitespace() && lines < 2) || "：:，,、(（|=—–-→*【[“\"".contains(letter)
        });
        let word = BETWEEN.iter().find(|word| trimmed.ends_with(*word));
        is_pupil |= matches!(word, Some(&("同学" | "小朋友")));
        let Some(word) = word else { return (trimmed, is_pupil) };
        rest = &trimmed[..trimmed.len() - word.len()];
    }
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fa5}').contains(&letter)
}

fn chinese(text: &str, is_pupil: bool) -> Option<(&str, Kind)> {
    let run = text.trim_end_matches(|letter: char| is_han(letter) || "*＊某○".contains(letter)).len();
    let run = &text[run..];
    let length = run.chars().count();
    for size in [4, 3, 2] {
        let Some(skipped) = length.checked_sub(size) else { continue };
        let name = run.char_indices().nth(skipped).map_or("", |(at, _)| &run[at..]);
        if is_full_name(name) {
            let kind = if skipped == 0 || is_pupil { Kind::Sure } else { Kind::Likely };
            return Some((name, kind));
        }
    }
    if is_pupil && (2..=4).contains(&length) && !run.contains(|letter| NEVER_IN_NAMES.contains(letter)) {
        return Some((run, Kind::Sure));
    }
    (length == 2 && is_given(run)).then_some((run, Kind::Likely))
}

/// Whether it is a surname with one or two characters behind it.
pub(super) fn is_full_name(name: &str) -> bool {
    let length = name.chars().count();
    let given = match LONG_SURNAMES.iter().find_map(|surname| name.strip_prefix(surname)) {
        Some(given) => given,
        None if length <= 3 && name.starts_with(|first| SURNAMES.contains(first)) => after_first(name),
        None => return false,
    };
    let is_weekday = name.starts_with('周') && given.starts_with(|day| "一二三四五六日末天".contains(day));
    let is_word = given.contains(|letter| NEVER_IN_NAMES.contains(letter));
    !given.is_empty() && !is_weekday && !is_word
}

fn after_first(name: &str) -> &str {
    let mut letters = name.chars();
    letters.next();
    letters.as_str()
}

fn is_given(name: &str) -> bool {
    let is_small = name.starts_with(['小', '阿']) && !name.contains(|letter| NEVER_IN_NAMES.contains(letter));
    (is_small && !["小学", "小票", "小心", "小吃", "小旗"].contains(&name))
        || (name.chars().all(|letter| GIVEN.contains(letter)) && !NO_GIVEN.contains(&name))
}

fn latin(text: &str) -> Option<(&str, Kind)> {
    let words = LATIN.as_ref()?.captures(text)?.get(1)?.as_str();
    let is_in = |list: &str, word: &str| list.contains(&format!(" {} ", word.to_ascii_lowercase()));
    // 'Scores Grace' and 'Class Tom': the words before the name drop out.
    let start = words.split([' ', '-']).take_while(|word| is_in(NO_PEOPLE, word) || is_heading(word));
    let skipped: usize = start.map(|word| word.len() + 1).sum();
    let name = words.get(skipped..).filter(|name| !name.is_empty())?;
    let last = name.rsplit([' ', '-']).next()?;
    let is_plural = last == name && last.ends_with('s') && !is_in(ENDING_IN_S, last);
    (name.len() > 1 && !is_plural && !is_in(NO_PEOPLE, last)).then_some((name, Kind::Latin))
}

fn is_heading(word: &str) -> bool {
    ["Scores", "Marks", "Ranks", "Results", "Grades"].contains(&word)
}
