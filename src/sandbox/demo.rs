//! Purpose: the class a reader of the page finds: a teacher, an administrator, two parents, and an advertiser.
//!
//! Invariant: the bot is not in the group; adding it is the first step of the tour.

use super::Sandbox;
use super::ids::{ChatId, PersonId};
use super::standing::{Rights, Standing};

/// Who is in the class.
#[derive(Clone, Copy, Debug)]
pub struct DemoClass {
    /// The group, owned by the teacher.
    pub group: ChatId,
    /// The teacher.
    pub teacher: PersonId,
    /// The school's administrator, administrator of the group.
    pub admin: PersonId,
    /// Two parents.
    pub parents: [PersonId; 2],
    /// Somebody outside the group who wants to advertise.
    pub advertiser: PersonId,
}

/// The names of one language.
struct Names {
    group: &'static str,
    teacher: &'static str,
    admin: &'static str,
    parents: [&'static str; 2],
    advertiser: &'static str,
}

const CHINESE: Names = Names {
    group: "三年级二班家长群",
    teacher: "王老师",
    admin: "李主任",
    parents: ["张小明妈妈", "陈一诺爸爸"],
    advertiser: "兼职招聘小刘",
};

const ENGLISH: Names = Names {
    group: "Class 3-2 parents",
    teacher: "Ms Wang",
    admin: "Director Li",
    parents: ["Ming's mother", "Yinuo's father"],
    advertiser: "Liu's part-time jobs",
};

impl Sandbox {
    /// Builds the class; to begin with the bot in the group, call [`Self::adds_bot`] and [`Self::promotes`] after it.
    /// `language` is a tag such as `zh-CN` or `en`; everything but Chinese gets English names.
    #[must_use]
    pub fn demo_world(&self, language: &str) -> DemoClass {
        let chinese = language.starts_with("zh");
        let names = if chinese { CHINESE } else { ENGLISH };
        let tag = if chinese { "zh-hans" } else { "en" };
        let person = |name: &str, role: &str| {
            let id = self.add_person(name);
            self.edit_person(id, |person| {
                person.language = Some(tag.to_owned());
                role.clone_into(&mut person.role_hint);
            });
            id
        };
        let teacher = person(names.teacher, "teacher");
        let admin = person(names.admin, "admin");
        let parents = names.parents.map(|name| person(name, "parent"));
        let advertiser = person(names.advertiser, "advertiser");
        let group = self.add_supergroup(names.group, teacher);
        self.seat(group, admin, Standing::Administrator(Rights::ALL));
        for parent in parents {
            self.seat(group, parent, Standing::Member);
        }
        DemoClass { group, teacher, admin, parents, advertiser }
    }
}
