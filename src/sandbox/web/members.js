// Purpose: the group's members and settings. Invariant: it offers what the reader's role suggests; the server decides.

import { avatar, el, pushButton, replaceKeepingFocus } from "./dom.js";
import { hasText, t } from "./i18n.js";
import { openDialog } from "./notices.js";

const LEADERS = ["creator", "administrator"];
const OUTSIDE = ["left", "kicked"];
const ORDER = ["creator", "administrator", "member", "restricted", "kicked", "left"];

/**
 * The members dialog; it stays up to date while it is open.
 * @param {{state: Function, act: Function, avatarOf: Function}} ctx
 */
export function createMembers(ctx) {
  let body = null;

  function render() {
    if (!body) return;
    const { chat, view, world, me } = ctx.state();
    if (!chat || chat.kind === "private") return;
    const leader = LEADERS.includes(view?.me?.status);
    const rows = membersOf(chat, view, world).map((member) => memberRow(member, { leader, me, chat, ctx }));
    replaceKeepingFocus(body, el("ul", { class: "rows" }, ...rows), settings({ chat, view, leader, ctx }));
  }

  async function open() {
    await openDialog({
      testid: "members",
      className: "members",
      label: t("info"),
      build: (close) => {
        body = el("div", { class: "members-body", tabindex: "-1" });
        render();
        return [
          el("header", { class: "dialog-head" }, el("h2", { text: t("members") }), pushButton(t("close"), () => close(), { class: "button small quiet", testid: "members-close" })),
          body,
        ];
      },
    });
    body = null;
  }

  return { open, render };
}

/** Everyone the world names, the bot too, those inside first. */
function membersOf(chat, view, world) {
  const known = new Map((view?.members ?? chat.members ?? []).map((member) => [String(member.id), member]));
  const everyone = [...(world.people ?? []), ...(world.bot ? [{ ...world.bot, is_bot: true }] : [])];
  return everyone
    .map((person) => {
      const member = known.get(String(person.id));
      const status = person.is_bot ? member?.status ?? chat.bot_status ?? "left" : member?.status ?? "left";
      return { ...person, tag: member?.tag, status };
    })
    .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
}

function memberRow(member, { leader, me, chat, ctx }) {
  const self = String(member.id) === String(me?.id);
  const status = hasText(`status_${member.status}`) ? t(`status_${member.status}`) : t("status_left");
  const note = [member.is_bot && t("bot"), self && t("you"), status].filter(Boolean).join(" · ");
  const outside = OUTSIDE.includes(member.status) || !ORDER.includes(member.status);
  const fields = { chat: chat.id, person: member.id };
  const action = !leader || self || outside || member.status === "creator"
    ? null
    : member.status === "administrator"
      ? pushButton(t("demote"), () => ctx.act("demote", fields), { class: "button small quiet", testid: `demote-${member.id}` })
      : pushButton(t("promote"), () => ctx.act("promote", fields), { class: "button small", testid: `promote-${member.id}` });
  return el("li", { class: `row${outside ? " faded" : ""}`, testid: `member-${member.id}`, data: { status: member.status } },
    el("div", { class: "row-main" },
      avatar(member.id, member.name, ctx.avatarOf(member.id)),
      el("span", { class: "row-text" },
        el("span", { class: "row-line start" }, el("bdi", { class: "row-title", text: member.name }), member.tag && el("bdi", { class: "tag", text: member.tag })),
        el("span", { class: "row-note", text: note }))),
    action);
}

function settings({ chat, view, leader, ctx }) {
  const inside = !OUTSIDE.includes(view?.me?.status ?? "left");
  const botInside = ["member", "administrator", "restricted", "creator"].includes(chat.bot_status);
  const fields = { chat: chat.id };
  return el("div", { class: "members-foot" },
    leader && !botInside && pushButton(t("add_bot"), () => ctx.act("add_bot", fields), { class: "button main", testid: "add-bot" }),
    leader && botInside && pushButton(t("remove_bot"), () => ctx.act("remove_bot", fields), { class: "button quiet", testid: "remove-bot" }),
    inside
      ? pushButton(t("leave"), () => ctx.act("leave", fields), { class: "button quiet danger", testid: "leave" })
      : pushButton(t("join"), () => ctx.act("join", fields), { class: "button main", testid: "join-members" }));
}
