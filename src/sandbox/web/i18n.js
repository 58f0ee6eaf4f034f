// Purpose: the page's own words in Chinese and English. Invariant: both languages have the same keys.

import { recall, remember } from "./memory.js";

const zh = {
  brand: "Homeroom 体验群",
  tagline: "模拟的班级群，里面没有真人，放心试。",
  switch_language: "EN",
  switch_language_label: "Switch to English",
  skip: "跳到输入框",
  side_label: "身份和聊天",
  people: "你现在是",
  chats: "聊天",
  role_parent: "家长",
  role_teacher: "老师",
  role_admin: "学校管理员",
  role_advertiser: "发广告的人",
  rename: "改名",
  rename_label: "给{name}改名",
  rename_hint: "名字谁都能改：机器人认的是账号，不是名字。改成老师的名字，权限也不会多。",
  new_name: "新名字",
  save: "保存",
  cancel: "取消",
  ok: "知道了",
  close: "关闭",
  now_you_are: "你现在是{name}",
  private_chat: "和机器人私聊",
  no_messages: "还没有消息",
  unread: "{n} 条未读",

  clock_label: "学校时钟",
  school_time: "学校时间",
  clock_next: "下一件事",
  clock_next_label: "把时钟拨到下一件安排好的事",
  clock_hour: "+1 小时",
  clock_day: "+1 天",
  clock_up_next: "下一件事：{when}",
  clock_moved: "时间到了{when}",

  tab_people: "身份",
  tab_chat: "聊天",
  tab_tour: "试一试",
  tabs_label: "页面切换",

  messages_label: "消息",
  members_count: "{n} 位成员",
  bot_absent: "机器人还没进群",
  bot_member: "机器人还不是管理员",
  bot_ready: "机器人已就位",
  hint_add_bot: "机器人还没进群，先请它进来吧。",
  hint_add_bot_ask: "机器人还没进群，要由老师请它进来。",
  hint_promote_bot: "设成管理员，机器人才能看到消息、管好这个群。",
  hint_promote_bot_ask: "机器人还不是管理员，要由老师来设置。",
  add_bot: "请机器人进群",
  remove_bot: "移出机器人",
  promote_bot: "设为管理员",
  become: "换成{name}",
  info: "群成员和设置",
  members: "群成员",
  status_creator: "群主",
  status_administrator: "管理员",
  status_member: "成员",
  status_restricted: "已禁言",
  status_left: "不在群里",
  status_kicked: "已移出",
  bot: "机器人",
  you: "你",
  promote: "设为管理员",
  demote: "取消管理员",
  join: "加入群聊",
  leave: "退出群聊",

  write_as: "以{name}身份发言",
  write_caption: "配一句话（可不写）",
  send: "发送",
  attach: "发图片或文件",
  remove_attachment: "不发这个了",
  reply: "回复",
  replying: "回复{name}",
  edit: "修改",
  editing: "修改消息",
  start: "开始",
  start_hint: "点“开始”，就可以和机器人私聊了。",
  not_member: "你还没进这个群。",
  removed_hint: "你已被移出这个群。",
  muted_hint: "你暂时不能在群里发言。",
  file_too_big: "文件太大了，最大 {mb} MB。",
  file_unreadable: "这个文件读不出来，换一个试试。",
  drop_here: "松手就能发送到这里",

  only_you: "只有你看得到",
  edited: "已编辑",
  deleted: "机器人删除了这条消息",
  photo: "图片",
  photo_open: "看大图",
  file: "文件",
  kind_video: "视频", kind_animation: "动图", kind_audio: "音频",
  kind_voice: "语音", kind_video_note: "视频消息", kind_sticker: "贴纸",
  place: "位置",
  forwarded: "转发自 {name}",
  forward_to_bot: "转发给机器人",
  album_of: "{n} 个文件",
  album_mixed: "一次只能发同一类：图片和视频，或者文件，或者音频，最多 10 个。",
  download: "下载 {name}",
  poll: "投票",
  quiz: "小测",
  poll_closed: "已结束",
  poll_total: "{n} 人已答",
  poll_nobody: "还没有人作答",
  poll_retract: "撤回",
  poll_vote: "提交",
  poll_right: "答对了",
  poll_wrong: "没选对",
  poll_answer: "正确答案",
  poll_mine: "你选的",
  new_messages: "{n} 条新消息",
  to_bottom: "回到最新消息",
  empty_group: "群里还很安静，说句话吧。",
  hidden_group: "进群以后就能看到消息。",
  today: "今天",
  yesterday: "昨天",
  spoiler: "点一下显示",
  opens_page: "打开网页",

  service_joined: "{who}加入了群聊",
  service_left: "{who}退出了群聊",
  service_added: "{by}邀请{who}进了群",
  service_added_self: "{who}进了群",
  service_removed: "{by}把{who}移出了群",
  service_removed_self: "{who}被移出了群",
  service_promoted: "{by}把{who}设为管理员",
  service_promoted_self: "{who}成为管理员",
  service_demoted: "{by}取消了{who}的管理员",
  service_demoted_self: "{who}不再是管理员",
  service_renamed: "{by}改名为{who}",
  service_renamed_self: "{who}换了名字",
  service_title: "{by}把群名改为“{who}”",
  service_title_self: "群名改为“{who}”",
  service_migrated: "本群升级成了超级群",
  service_other: "{who}",

  link_title: "要打开这个链接吗？",
  link_hint: "这会离开体验群。不认识的链接，别打开。",
  link_open: "打开",
  offline: "连不上体验群，正在重试。",
  retry: "马上重试",

  tour_label: "跟着试一试",
  tour_title: "跟着试一试",
  tour_progress: "{done}/{all}",
  tour_go: "带我去",
  tour_done: "已完成",
  tour_finished: "六步都走完了，接下来随便逛逛吧。",
  tour_1: "把机器人请进群",
  tour_1_hint: "你是老师：请机器人进群，设为管理员，再点它发来的“启用”。",
  tour_2: "把时钟拨到下一课",
  tour_2_hint: "点时钟上的“下一件事”，到了时间，机器人就会发课。",
  tour_3: "当一回家长，学完这一课",
  tour_3_hint: "课要读几分钟才算学完：看完卡片，把时钟拨“+1 小时”，再点“我学完了”，然后点“做小测”答题，只有你看得到。",
  tour_4: "查一查自己的积分",
  tour_4_hint: "在群里发“积分”，回答只有你看得到。",
  tour_5: "发一条广告试试",
  tour_5_hint: "你是发广告的人：进群发一条广告，看机器人怎么处理。",
  tour_6: "看看发广告的人收到了什么",
  tour_6_hint: "机器人只对他一个人说明原因，并附上“申诉”按钮。管理员先和机器人私聊过，才会收到申诉。",
};

const en = {
  brand: "Homeroom sandbox",
  tagline: "A pretend class group. Nobody here is real, so try anything.",
  switch_language: "中文",
  switch_language_label: "切换到中文",
  skip: "Skip to the message box",
  side_label: "People and chats",
  people: "You are",
  chats: "Chats",
  role_parent: "Parent",
  role_teacher: "Teacher",
  role_admin: "School administrator",
  role_advertiser: "Advertiser",
  rename: "Rename",
  rename_label: "Rename {name}",
  rename_hint: "Anybody can take any name: the bot goes by the account, so the teacher's name gives nobody a teacher's rights.",
  new_name: "New name",
  save: "Save",
  cancel: "Cancel",
  ok: "OK",
  close: "Close",
  now_you_are: "You are now {name}",
  private_chat: "Private chat with the bot",
  no_messages: "No messages yet",
  unread: "{n} unread",

  clock_label: "School clock",
  school_time: "School time",
  clock_next: "Next event",
  clock_next_label: "Move the clock to the next scheduled event",
  clock_hour: "+1 h",
  clock_day: "+1 day",
  clock_up_next: "Next event: {when}",
  clock_moved: "It is now {when}",

  tab_people: "People",
  tab_chat: "Chat",
  tab_tour: "Try this",
  tabs_label: "Views",

  messages_label: "Messages",
  members_count: "{n} members",
  members_count_one: "1 member",
  bot_absent: "the bot isn't here yet",
  bot_member: "the bot isn't an administrator yet",
  bot_ready: "the bot is ready",
  hint_add_bot: "The bot isn't in the group yet. Invite it in.",
  hint_add_bot_ask: "The bot isn't in the group yet. The teacher can invite it.",
  hint_promote_bot: "Make the bot an administrator, so it can look after the group.",
  hint_promote_bot_ask: "The bot isn't an administrator yet. The teacher can change that.",
  add_bot: "Add the bot",
  remove_bot: "Remove the bot",
  promote_bot: "Make it administrator",
  become: "Be {name}",
  info: "Members and settings",
  members: "Members",
  status_creator: "Owner",
  status_administrator: "Administrator",
  status_member: "Member",
  status_restricted: "Muted",
  status_left: "Not in the group",
  status_kicked: "Removed",
  bot: "Bot",
  you: "you",
  promote: "Make administrator",
  demote: "Make member",
  join: "Join the group",
  leave: "Leave the group",

  write_as: "Write as {name}",
  write_caption: "Add a caption, if you like",
  send: "Send",
  attach: "Send a picture or file",
  remove_attachment: "Don't send this",
  reply: "Reply",
  replying: "Reply to {name}",
  edit: "Edit",
  editing: "Edit message",
  start: "Start",
  start_hint: "Press Start to chat with the bot in private.",
  not_member: "You aren't in this group yet.",
  removed_hint: "You were removed from this group.",
  muted_hint: "You can't write in this group for now.",
  file_too_big: "That file is too big. The limit is {mb} MB.",
  file_unreadable: "That file can't be read. Please try another one.",
  drop_here: "Drop it here to send it",

  only_you: "Only you can see this",
  edited: "edited",
  deleted: "The bot removed this message",
  photo: "Picture",
  photo_open: "View the picture",
  file: "File",
  kind_video: "Video", kind_animation: "Animation", kind_audio: "Audio",
  kind_voice: "Voice message", kind_video_note: "Video message", kind_sticker: "Sticker",
  place: "Location",
  forwarded: "Forwarded from {name}",
  forward_to_bot: "Forward to the bot",
  album_of: "{n} files",
  album_mixed: "Send one sort at a time: pictures and videos, or files, or audio, 10 at most.",
  download: "Download {name}",
  poll: "Poll",
  quiz: "Quiz",
  poll_closed: "Closed",
  poll_total: "{n} people answered",
  poll_total_one: "1 person answered",
  poll_nobody: "No answers yet",
  poll_retract: "Take back",
  poll_vote: "Submit",
  poll_right: "Correct",
  poll_wrong: "Not quite",
  poll_answer: "Correct answer",
  poll_mine: "Your answer",
  new_messages: "{n} new messages",
  new_messages_one: "1 new message",
  to_bottom: "Go to the newest message",
  empty_group: "It's quiet in here. Say hello.",
  hidden_group: "Join the group to see its messages.",
  today: "Today",
  yesterday: "Yesterday",
  spoiler: "Show hidden text",
  opens_page: "Opens a web page",

  service_joined: "{who} joined",
  service_left: "{who} left",
  service_added: "{by} added {who}",
  service_added_self: "{who} was added",
  service_removed: "{by} removed {who}",
  service_removed_self: "{who} was removed",
  service_promoted: "{by} made {who} an administrator",
  service_promoted_self: "{who} is now an administrator",
  service_demoted: "{by} made {who} a member again",
  service_demoted_self: "{who} is a member again",
  service_renamed: "{by} is now called {who}",
  service_renamed_self: "{who} has a new name",
  service_title: "{by} renamed the group “{who}”",
  service_title_self: "The group is now called “{who}”",
  service_migrated: "This group is now a supergroup",
  service_other: "{who}",

  link_title: "Open this link?",
  link_hint: "It leads out of the sandbox. If you don't know it, don't open it.",
  link_open: "Open",
  offline: "Can't reach the sandbox. Trying again.",
  retry: "Try now",

  tour_label: "Try this",
  tour_title: "Try this",
  tour_progress: "{done} of {all}",
  tour_go: "Take me there",
  tour_done: "Done",
  tour_finished: "All six done. Now look around as you like.",
  tour_1: "Bring in the bot",
  tour_1_hint: "You are the teacher. Add the bot, make it an administrator, then press “Set up” under its message.",
  tour_2: "Go to the next lesson",
  tour_2_hint: "Press “Next event” on the clock. When the time comes, the bot posts the lesson.",
  tour_3: "Finish the lesson as a parent",
  tour_3_hint: "A lesson takes a few minutes to count: read the card, move the clock by “+1 h”, press “I've finished”, then “Take the quiz”, which only you see.",
  tour_4: "Ask for your points",
  tour_4_hint: "Send “points” in the group. Only you see the answer.",
  tour_5: "Post an advertisement",
  tour_5_hint: "You are the advertiser. Join, post an advertisement, and see what the bot does.",
  tour_6: "See what the advertiser is told",
  tour_6_hint: "Only the advertiser reads why, with a button to appeal. Administrators who have started a private chat with the bot are then asked.",
};

/** Both tables, so that a test can compare their keys. */
export const tables = { zh, en };

const chosen = recall("language", "local");
let current = chosen === "zh" || chosen === "en" ? chosen : ofTag(navigator.language);

function ofTag(tag) {
  return tag?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Takes the language of the people in the world, unless the reader has chosen one; true if that changes it. */
export function speakLike(tag) {
  if (!tag || recall("language", "local") || ofTag(tag) === current) return false;
  current = ofTag(tag);
  return true;
}

/** "zh" or "en". */
export function language() {
  return current;
}

/** The tag for `lang` attributes and for dates. */
export function localeTag() {
  return current === "zh" ? "zh-CN" : "en-GB";
}

/** Switches to the other language and remembers it. */
export function toggleLanguage() {
  current = current === "zh" ? "en" : "zh";
  remember("language", current, "local");
}

/** The text for a key, with `{name}` places filled; for n = 1 a key ending in `_one` is preferred. */
export function t(key, args = {}) {
  const table = tables[current];
  const text = (args.n === 1 && table[`${key}_one`]) || table[key] || key;
  return text.replace(/\{(\w+)\}/gu, (whole, name) => (name in args ? String(args[name]) : whole));
}

/** Whether there is a text for this key. */
export function hasText(key) {
  return key in tables[current];
}

/** Fills in the fixed texts of the page. */
export function translatePage(root = document) {
  document.documentElement.lang = localeTag();
  document.title = t("brand");
  for (const node of root.querySelectorAll("[data-i18n]")) node.textContent = t(node.dataset.i18n);
  for (const node of root.querySelectorAll("[data-i18n-label]")) node.setAttribute("aria-label", t(node.dataset.i18nLabel));
}

/** A moment in school time: "time" 07:55, "day" Monday 7 September, "short" Mon 7 Sept, 07:55, "key" 2026-09-07. */
export function moment(ms, zone, form) {
  const forms = {
    time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    day: { weekday: "long", month: "long", day: "numeric" },
    brief: { weekday: "short", month: "short", day: "numeric" },
    short: { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    key: { year: "numeric", month: "2-digit", day: "2-digit" },
  };
  const tag = form === "key" ? "sv-SE" : localeTag();
  return new Intl.DateTimeFormat(tag, { timeZone: zone || "Asia/Shanghai", ...forms[form] }).format(ms);
}
