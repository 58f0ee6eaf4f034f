// Purpose: show one chat. Invariant: a message that did not change keeps its element, so that focus, selection and the reading place survive.

import { avatar, el, findByTestid, focusFirst, pushButton } from "./dom.js";
import { language, moment, t } from "./i18n.js";
import { messageNode, summary } from "./message.js";

/** Messages of one person further apart than this start a new block: 5 min. */
const BLOCK_MS = 5 * 60_000;
/** Nearer to the end than this many pixels, the list follows new messages. */
const FOLLOW_PX = 120;

/** Older messages than the newest this many are left out, so that a long run stays quick. */
const MESSAGES_MAX = 400;

/**
 * The chat in the middle.
 * @param {{head: Element, hint: Element, list: Element, jump: Element, live: Element}} parts
 * @param {object} ctx what messages may do; see `messageNode`
 */
export function createChat(parts, ctx) {
  const { head, hint, list, jump, live } = parts;
  let shown = null;
  let kept = new Map();
  let unseen = 0;

  const distance = () => list.scrollHeight - list.scrollTop - list.clientHeight;
  const toEnd = () => { list.scrollTop = list.scrollHeight; };

  function renderJump() {
    jump.hidden = distance() < FOLLOW_PX;
    jump.textContent = unseen ? t("new_messages", { n: unseen }) : "";
    jump.setAttribute("aria-label", unseen ? t("new_messages", { n: unseen }) : t("to_bottom"));
  }

  list.addEventListener("scroll", () => {
    if (distance() < FOLLOW_PX) unseen = 0;
    renderJump();
  });
  // On a touch screen a tap on a message brings out its reply and edit buttons.
  list.addEventListener("click", (event) => {
    if (event.target.closest("button, a, label, .spoiler")) return;
    const message = event.target.closest(".message");
    for (const other of list.querySelectorAll(".picked")) if (other !== message) other.classList.remove("picked");
    message?.classList.toggle("picked");
  });
  jump.addEventListener("click", () => list.scrollTo({ top: list.scrollHeight, behavior: "smooth" }));
  // The place of reading is measured from the end, so a shrinking window (a phone's keyboard) doesn't hide the last message.
  let following = true;
  list.addEventListener("scroll", () => { following = distance() < FOLLOW_PX; });
  new ResizeObserver(() => { if (following) toEnd(); }).observe(list);

  function render(state) {
    const { view, chat, me, world } = state;
    renderHead(head, state, ctx);
    renderHint(hint, state, ctx);
    const place = `${me?.id}|${chat?.id}|${language()}`;
    const messages = (view?.messages ?? []).slice(-MESSAGES_MAX);
    const sameChat = shown === place;
    const follow = !sameChat || distance() < FOLLOW_PX;
    const before = sameChat ? new Set(kept.keys()) : null;
    if (!sameChat) {
      kept = new Map();
      unseen = 0;
    }
    shown = place;
    const fresh = before ? messages.filter((message) => !before.has(`m${message.key}`)) : [];
    patch(list, nodesFor(messages, state, kept, ctx), emptyNode(state));
    const mine = fresh.some((message) => message.from && String(message.from.id) === String(me.id));
    if (follow || mine) {
      following = true;
      toEnd();
      if (mine) unseen = 0;
    } else unseen += fresh.filter((message) => !message.service).length;
    announce(live, fresh, me);
    renderJump();
    return world;
  }

  function goTo(id) {
    const message = ctx.state().view?.messages?.find((other) => String(other.id) === String(id));
    const node = message && findByTestid(list, `message-${message.key}`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    // Reading the layout restarts the animation when the same message is asked for twice.
    void node.offsetWidth;
    node.classList.add("flash");
  }

  return { render, goTo, settle: () => { if (following) toEnd(); } };
}

/** The list's elements in order; unchanged ones are taken from `kept`. */
function nodesFor(messages, state, kept, ctx) {
  const { me, chat, world, view } = state;
  const zone = world.zone;
  const group = chat.kind !== "private";
  const today = moment(world.now_ms, zone, "key");
  const yesterday = moment(world.now_ms - 86_400_000, zone, "key");
  const next = new Map();
  const nodes = [];
  const put = (key, signature, make) => {
    const old = kept.get(key);
    const entry = old && old.signature === signature ? old : { signature, node: make() };
    next.set(key, entry);
    nodes.push(entry.node);
  };
  messages.forEach((message, index) => {
    const day = moment(message.date_ms, zone, "key");
    const prior = messages[index - 1];
    const newDay = !prior || moment(prior.date_ms, zone, "key") !== day;
    if (newDay) {
      const label = day === today ? t("today") : day === yesterday ? t("yesterday") : moment(message.date_ms, zone, "day");
      put(`d${day}`, label, () => el("div", { class: "day" }, el("span", { text: label })));
    }
    const following = messages[index + 1];
    const place = {
      own: String(message.from?.id) === String(me.id),
      first: newDay || !sameBlock(prior, message),
      last: !following || !sameBlock(message, following) || moment(following.date_ms, zone, "key") !== day,
      inAlbum: Boolean(message.album && prior?.album === message.album),
      group,
      zone,
    };
    const canWrite = Boolean(view.me?.can_write);
    const signature = JSON.stringify([message, place, canWrite]);
    put(`m${message.key}`, signature, () => messageNode(message, place, { ...ctx, chat: chat.id, canVote: canVote(view), canWrite, forward: group && forwarder(me, chat, ctx) }));
  });
  kept.clear();
  for (const [key, entry] of next) kept.set(key, entry);
  return nodes;
}

/** Sends a message of a group on to the bot, in the reader's private chat with it. */
function forwarder(me, chat, ctx) {
  return (message) => ctx.act("forward", { from: chat.id, id: message.id, chat: me.id });
}

function canVote(view) {
  return !["left", "kicked"].includes(view.me?.status);
}

function sameBlock(a, b) {
  return Boolean(a && b && !a.service && !b.service && a.from && b.from
    && String(a.from.id) === String(b.from.id)
    && Boolean(a.only_you || a.ephemeral) === Boolean(b.only_you || b.ephemeral)
    && Math.abs(b.date_ms - a.date_ms) < BLOCK_MS);
}

function emptyNode(state) {
  const { view, chat } = state;
  if (view?.messages?.length) return null;
  const outside = chat?.kind !== "private" && ["left", "kicked"].includes(view?.me?.status);
  const key = chat?.kind === "private" ? "start_hint" : outside ? "hidden_group" : "empty_group";
  return el("div", { class: "empty" }, el("span", { class: "icon bubbles", "aria-hidden": "true" }), el("p", { text: t(key) }));
}

/** Brings the list to the wanted order without touching elements that are already in place. */
function patch(list, nodes, empty) {
  const wanted = empty ? [empty] : nodes;
  const active = document.activeElement;
  const held = active && list.contains(active) ? active.dataset.testid : null;
  const heldIn = held ? active.closest("article")?.dataset.testid : null;
  const keep = new Set(wanted);
  for (const child of [...list.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  if (held && !list.contains(active)) {
    const article = heldIn && findByTestid(list, heldIn);
    focusFirst(article && findByTestid(article, held), article, list);
  }
}

/** Reads new messages aloud to those who can't see them. */
function announce(live, fresh, me) {
  const others = fresh.filter((message) => String(message.from?.id) !== String(me.id)).slice(-3);
  if (!others.length) return;
  live.replaceChildren(...others.map((message) => {
    const note = message.only_you || message.ephemeral ? `${t("only_you")}: ` : "";
    const name = message.service ? "" : `${message.from?.name ?? ""}: `;
    return el("p", { text: `${note}${name}${summary(message)}` });
  }));
}

function renderHead(head, state, ctx) {
  const { chat, view, world } = state;
  const group = chat?.kind !== "private";
  const title = view?.title ?? chat?.title ?? "";
  const members = (view?.members ?? chat?.members ?? []).filter((member) => !["left", "kicked"].includes(member.status));
  const status = { administrator: "bot_ready", creator: "bot_ready", member: "bot_member", restricted: "bot_member" }[chat?.bot_status] ?? "bot_absent";
  const subtitle = group ? [t("members_count", { n: members.length }), t(status)].join(" · ") : t("private_chat");
  head.dataset.botStatus = chat?.bot_status ?? "left";
  const signature = JSON.stringify([title, subtitle, language()]);
  if (head.dataset.signature === signature) return;
  head.dataset.signature = signature;
  head.replaceChildren(...[
    group ? avatar(chat?.id, title, "🏫") : avatar(world.bot?.id, title, ctx.avatarOf(world.bot?.id)),
    el("div", { class: "chat-title" },
      el("h2", { text: title, dir: "auto", testid: "chat-title" }),
      el("p", { text: subtitle, testid: "chat-subtitle" })),
    group && el("button", { type: "button", class: "round", "aria-label": t("info"), title: t("info"), testid: "info", on: { click: ctx.openMembers } },
      el("span", { class: "icon people", "aria-hidden": "true" })),
  ].filter(Boolean));
}

/** While the bot isn't ready, the next step stands above the messages. */
function renderHint(hint, state, ctx) {
  const { chat, view, world, me } = state;
  const group = chat && chat.kind !== "private";
  const inside = ["member", "restricted"].includes(chat?.bot_status);
  const ready = ["administrator", "creator"].includes(chat?.bot_status);
  hint.hidden = !group || ready;
  const leader = ["creator", "administrator"].includes(view?.me?.status);
  const teacher = world?.people?.find((person) => person.role_hint === "teacher");
  const signature = JSON.stringify([hint.hidden, inside, leader, me?.id, teacher?.name, language(), chat?.id]);
  if (hint.dataset.signature === signature) return;
  hint.dataset.signature = signature;
  if (hint.hidden) return;
  const key = `${inside ? "hint_promote_bot" : "hint_add_bot"}${leader ? "" : "_ask"}`;
  const action = leader
    ? inside
      ? pushButton(t("promote_bot"), () => ctx.act("promote", { chat: chat.id, person: world.bot.id }), { class: "button small", testid: "hint-promote-bot" })
      : pushButton(t("add_bot"), () => ctx.act("add_bot", { chat: chat.id }), { class: "button small", testid: "hint-add-bot" })
    : teacher && String(teacher.id) !== String(me?.id)
      ? pushButton(t("become", { name: teacher.name }), () => ctx.become(teacher.id), { class: "button small", testid: "hint-become-teacher" })
      : null;
  hint.replaceChildren(...[el("p", { text: t(key) }), action].filter(Boolean));
}
