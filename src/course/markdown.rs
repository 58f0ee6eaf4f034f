//! Purpose: a lesson's Markdown as words with styles beside them.
//!
//! Chats can show paragraphs, bold, italic, code in a line, links and lists; nothing else is taken.
//!
//! Invariant: every span lies within the text, on UTF-16 units, and has words in it.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

use crate::channel::{Span, Style, Styled};
use crate::text::units;

/// Something that a chat can't show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unshown {
    /// A heading, also one made by underlining.
    Heading,
    /// A picture.
    Picture,
    /// A table.
    Table,
    /// HTML.
    Html,
    /// A block of code, also one made by four blanks.
    CodeBlock,
    /// A quotation.
    Quotation,
    /// A horizontal rule.
    Rule,
    /// A list within a list.
    NestedList,
    /// A box to tick, a footnote, struck-out words.
    Other,
    /// A link that leads to no web page.
    LinkTarget,
    /// Stars that were meant to make words bold but don't: punctuation or a blank stands on the wrong side of them.
    LooseStars,
}

/// The words of a Markdown text, and what of it can't be shown, with its byte.
#[must_use]
pub fn read(text: &str) -> (Styled, Vec<(usize, Unshown)>) {
    // Tables and the like are switched on to be refused: switched off, their signs would be shown to parents.
    let known = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let mut page = Writer::default();
    for (event, place) in TextMergeWithOffset::new(Parser::new_ext(text, known).into_offset_iter()) {
        if let Event::Text(_) = event {
            page.find_loose_stars(text.get(place.clone()).unwrap_or_default(), place.start);
        }
        page.take(event, place);
    }
    (page.written, page.unshown)
}

/// Writes the text while the parser walks through it.
#[derive(Default)]
struct Writer {
    written: Styled,
    unshown: Vec<(usize, Unshown)>,
    /// Styles and links that are open: where they began, in UTF-16 units.
    open: Vec<(usize, Option<Style>, Option<String>)>,
    /// The number of the next entry of each open list; none for a list without numbers.
    lists: Vec<Option<u64>>,
    /// A line end of the source that may become a blank, depending on the letters around it.
    line_ended: bool,
    /// How deep in something that isn't shown; what is inside needs no word of its own.
    skipping: usize,
}

impl Writer {
    fn take(&mut self, event: Event<'_>, place: Range<usize>) {
        if self.skipping > 0 {
            match event {
                Event::Start(_) => self.skipping += 1,
                Event::End(_) => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, place.start),
            Event::End(end) => self.end(end),
            Event::Text(words) => {
                self.settle_line_end(&words);
                self.written.push(&words);
            }
            Event::Code(words) => {
                self.settle_line_end(&words);
                self.written.push_in(&words, Style::Code);
            }
            Event::SoftBreak => self.line_ended = true,
            Event::HardBreak => self.written.push("\n"),
            Event::Html(_) | Event::InlineHtml(_) => self.refuse(place.start, Unshown::Html),
            Event::Rule => self.refuse(place.start, Unshown::Rule),
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => self.refuse(place.start, Unshown::Other),
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: usize) {
        let unshown = match tag {
            Tag::Paragraph => return self.begin_block("\n\n"),
            Tag::Emphasis => return self.open(Some(Style::Italic), None),
            Tag::Strong => return self.open(Some(Style::Bold), None),
            Tag::Link { link_type, dest_url, .. } => {
                if link_type == LinkType::Email || !is_web_page(&dest_url) {
                    self.refuse(at, Unshown::LinkTarget);
                }
                return self.open(None, Some(dest_url.into_string()));
            }
            Tag::List(first) if self.lists.is_empty() => {
                self.lists.push(first);
                return self.begin_block("\n\n");
            }
            Tag::Item => return self.begin_item(),
            Tag::List(_) => Unshown::NestedList,
            Tag::Heading { .. } => Unshown::Heading,
            Tag::Image { .. } => Unshown::Picture,
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => Unshown::Table,
            Tag::HtmlBlock => Unshown::Html,
            Tag::CodeBlock(_) => Unshown::CodeBlock,
            Tag::BlockQuote(_) => Unshown::Quotation,
            _ => Unshown::Other,
        };
        self.refuse(at, unshown);
        self.skipping = 1;
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link => self.close(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            _ => {}
        }
    }

    fn refuse(&mut self, at: usize, what: Unshown) {
        self.unshown.push((at, what));
    }

    /// Begins a paragraph or a list. In an entry of a list, its words follow the entry's mark at once.
    fn begin_block(&mut self, gap: &str) {
        self.line_ended = false;
        let in_entry = !self.lists.is_empty() && self.written.text.ends_with(' ');
        if !self.written.text.is_empty() && !in_entry && !self.written.text.ends_with("\n\n") {
            self.written.push(gap);
        }
    }

    fn begin_item(&mut self) {
        self.line_ended = false;
        if !self.written.text.is_empty() && !self.written.text.ends_with('\n') {
            self.written.push("\n");
        }
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number += 1;
                self.written.push(&mark);
            }
            _ => self.written.push("• "),
        }
    }

    /// Looks for stars in the source of plain words; stars with a backslash are meant.
    fn find_loose_stars(&mut self, source: &str, at: usize) {
        if self.skipping == 0
            && let Some(stars) = source.find("**").or_else(|| source.find("__"))
        {
            self.refuse(at + stars, Unshown::LooseStars);
        }
    }

    /// A line end between two lines is a blank, but not next to a Chinese letter or mark.
    fn settle_line_end(&mut self, next: &str) {
        let before = self.written.text.chars().next_back();
        let wide = [before, next.chars().next()].into_iter().flatten().any(is_wide);
        if std::mem::take(&mut self.line_ended) && !wide {
            self.written.push(" ");
        }
    }

    fn open(&mut self, style: Option<Style>, link: Option<String>) {
        // The blank of a line end stands before the styled words, not in them.
        if self.line_ended {
            self.settle_line_end("");
        }
        self.open.push((units(&self.written.text), style, link));
    }

    fn close(&mut self) {
        let Some((start, style, link)) = self.open.pop() else { return };
        let length = units(&self.written.text).saturating_sub(start);
        if length > 0 {
            self.written.spans.push(Span { start, length, style, link });
        }
    }
}

/// Letters and marks of Chinese, which is written without blanks.
fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}'
        | '“' | '”' | '‘' | '’' | '…' | '—')
}

fn is_web_page(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_alphanumeric()) && rest.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text with each span as `[style|words]` behind it.
    fn shown(text: &str) -> String {
        let (styled, unshown) = read(text);
        assert_eq!(unshown, [], "{text}");
        let letters: Vec<u16> = styled.text.encode_utf16().collect();
        let spans = styled.spans.iter().map(|span| {
            let words = String::from_utf16(&letters[span.start..span.start + span.length]).unwrap();
            let look = span.link.clone().unwrap_or_else(|| format!("{:?}", span.style.unwrap()));
            format!("[{look}|{words}]")
        });
        format!("{}{}", styled.text, spans.collect::<String>())
    }

    #[test]
    fn words_keep_their_styles_and_links() {
        for (text, expected) in [
            ("一段。\n\n另一段。\n", "一段。\n\n另一段。"),
            ("😀 **粗***斜*", "😀 粗斜[Bold|粗][Italic|斜]"),
            ("***both***", "both[Bold|both][Italic|both]"),
            ("call `12345` &amp; \\*wait\\*", "call 12345 & *wait*[Code|12345]"),
            ("[学校](https://a.cn/x)。", "学校。[https://a.cn/x|学校]"),
            ("<https://a.cn>", "https://a.cn[https://a.cn|https://a.cn]"),
            ("第一行\n第二行", "第一行第二行"),
            ("one\n**two**\nthree", "one two three[Bold|two]"),
            ("诗  \n第二行", "诗\n第二行"),
            ("2 * 3 * 4 \\*\\*", "2 * 3 * 4 **"),
            ("- **一**，甲\n- 乙\n  丙\n\n后", "• 一，甲\n• 乙丙\n\n后[Bold|一]"),
            ("前：\n\n- 甲\n\n- 乙", "前：\n\n• 甲\n• 乙"),
            ("3. 甲\n4. 乙", "3. 甲\n4. 乙"),
            ("- 甲\n\n  乙", "• 甲\n\n乙"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_chat_cannot_show_is_refused_at_its_place() {
        for (text, expected) in [
            ("# 题", vec![(0, Unshown::Heading)]),
            ("题\n===\n", vec![(0, Unshown::Heading)]),
            ("a ![p](https://a.cn/p.png)", vec![(2, Unshown::Picture)]),
            ("a|b\n-|-\n1|2", vec![(0, Unshown::Table)]),
            ("a <b>c</b>", vec![(2, Unshown::Html), (6, Unshown::Html)]),
            ("<div>\nx\n</div>", vec![(0, Unshown::Html)]),
            ("```\nx\n```", vec![(0, Unshown::CodeBlock)]),
            ("> x", vec![(0, Unshown::Quotation)]),
            ("a\n\n---\n", vec![(3, Unshown::Rule)]),
            ("- a\n  - b\n", vec![(6, Unshown::NestedList)]),
            ("- [ ] a", vec![(2, Unshown::Other)]),
            ("~~a~~", vec![(0, Unshown::Other)]),
            ("[a](javascript:x)", vec![(0, Unshown::LinkTarget)]),
            ("[a](lesson.md) <a@b.cn>", vec![(0, Unshown::LinkTarget), (15, Unshown::LinkTarget)]),
            ("他说**“好。”**然后", vec![(6, Unshown::LooseStars)]),
            ("** a**", vec![(0, Unshown::LooseStars)]),
        ] {
            assert_eq!(read(text).1, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn spans_always_lie_within_the_text(text in "[a中😀 *_`\\[\\]()\\n.<>#|:-]{0,60}") {
            let (styled, _) = read(&text);
            let letters: Vec<u16> = styled.text.encode_utf16().collect();
            for span in &styled.spans {
                prop_assert!(span.length > 0);
                let words = letters.get(span.start..span.start + span.length);
                prop_assert!(words.is_some_and(|words| String::from_utf16(words).is_ok()));
            }
        }
    }
}
