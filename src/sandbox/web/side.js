// Purpose: who the reader is and which chat is open. Invariant: exactly one person and one chat are marked as current.

import { avatar, el, replaceKeepingFocus } from "./dom.js";
import { hasText, language, moment, t } from "./i18n.js";
import { summary } from "./message.js";

/**
 * The people and chat lists.
 * @param {{people: Element, chats: Element}} parts
 * @param {{become: Function, openChat: Function, rename: Function, avatarOf: Function}} ctx
 */
export function createSide(parts, ctx) {
  let shown = "";
  return {
    render(state) {
      const people = (state.world.people ?? []).map((person) => personRow(person, state, ctx));
      const chats = state.chats.map((chat) => chatRow(chat, state, ctx));
      const signature = JSON.stringify([language(), people.map((row) => row.signature), chats.map((row) => row.signature)]);
      if (signature === shown) return;
      shown = signature;
      replaceKeepingFocus(parts.people, ...people.map((row) => row.make()));
      replaceKeepingFocus(parts.chats, ...chats.map((row) => row.make()));
    },
  };
}

function roleText(role) {
  return hasText(`role_${role}`) ? t(`role_${role}`) : "";
}

function personRow(person, state, ctx) {
  const current = String(person.id) === String(state.me?.id);
  const make = () => el("li", { class: `row${current ? " current" : ""}` },
    el("button", {
      type: "button", class: "row-main", "aria-current": current ? "true" : null,
      testid: `person-${person.id}`, data: { role: person.role_hint ?? "" }, on: { click: () => ctx.become(person.id) },
    },
    avatar(person.id, person.name, person.avatar),
    el("span", { class: "row-text" },
      el("bdi", { class: "row-title", text: person.name }),
      el("span", { class: "row-note", text: roleText(person.role_hint) }))),
    current && el("button", {
      type: "button", class: "round", "aria-label": t("rename_label", { name: person.name }), title: t("rename"),
      testid: "rename", on: { click: () => ctx.rename(person) },
    }, el("span", { class: "icon pen", "aria-hidden": "true" })));
  return { signature: [person, current], make };
}

function chatRow(chat, state, ctx) {
  const { world } = state;
  const current = chat === state.chat;
  const group = chat.kind !== "private";
  const title = group ? chat.title : world.bot?.name ?? chat.title;
  const last = state.views.get(String(chat.id))?.messages?.at(-1);
  const unread = current ? 0 : state.unread(chat);
  const note = last ? summary(last).slice(0, 80) : group ? t("no_messages") : t("private_chat");
  const time = last ? moment(last.date_ms, world.zone, "time") : "";
  const picture = group ? avatar(chat.id, title, "🏫") : avatar(world.bot?.id, title, ctx.avatarOf(world.bot?.id));
  const make = () => el("li", { class: `row${current ? " current" : ""}` },
    el("button", {
      type: "button", class: "row-main", "aria-current": current ? "true" : null,
      testid: `chat-${chat.id}`, data: { kind: chat.kind }, on: { click: () => ctx.openChat(chat) },
    },
    picture,
    el("span", { class: "row-text" },
      el("span", { class: "row-line" }, el("bdi", { class: "row-title", text: title }), el("span", { class: "row-time", text: time })),
      el("span", { class: "row-line" },
        el("span", { class: "row-note", text: note, dir: "auto" }),
        unread > 0 && el("span", { class: "badge", "aria-label": t("unread", { n: unread }), text: unread > 99 ? "99+" : String(unread) })))));
  return { signature: [String(chat.id), title, current, note, time, unread], make };
}
