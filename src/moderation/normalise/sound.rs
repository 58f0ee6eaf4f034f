//! Purpose: how a Chinese character sounds, for words written with same-sounding characters (薇芯 for 微信).
//!
//! Invariant: an everyday character never counts as a stand-in. 家委信箱 sounds like 加微信 and 因为信任 like 微信,
//! and both are what parents write all day.

use pinyin::ToPinyin;

/// Characters too common to stand for another one: the most frequent few hundred of written Chinese, those of
/// school life, and those of common names (魏鑫). A disguise uses rare ones, or it would be misread.
const EVERYDAY: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里\
用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机\
十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回\
特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报\
才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马司五基眼书非则听白却界达光放强即像难且权\
思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运班群课晚早您吗呢吧啊呀哦谢请委\
未味尾围喂维续需徐许需心辛欣星兴型醒姓幸夹价假佳甲姐爸妈爷奶哥弟妹孩宝贝校园级题卷答字词读写背默算英语数魏韦伟炜蔚鑫馨昕嘉贾佳";

/// The syllable of a simplified Chinese character without tone, `ü` as `v`; the most frequent reading if there are several.
#[must_use]
pub fn sound(c: char) -> Option<&'static str> {
    // Looks like 微, which is why it is used for it.
    if c == '徽' {
        return Some("wei");
    }
    Some(match c.to_pinyin()?.plain() {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        plain => plain,
    })
}

/// True if `c` is too common to be taken for a stand-in.
#[must_use]
pub fn is_everyday(c: char) -> bool {
    EVERYDAY.contains(c)
}
