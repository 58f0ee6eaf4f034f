// Purpose: the sandbox page: holds what was fetched, and hands it to the parts. Invariant: parts read the state, only this file changes it.

import { fetchView, fetchWorld, listen, postAct, Refused } from "./api.js";
import { createChat } from "./chat.js";
import { createClock } from "./clock.js";
import { createComposer } from "./composer.js";
import { el, findByTestid, webAddress } from "./dom.js";
import { language, moment, speakLike, t, toggleLanguage, translatePage } from "./i18n.js";
import { createMembers } from "./members.js";
import { recall, remember } from "./memory.js";
import { alertDialog, askLink, askText, openPicture, toast } from "./notices.js";
import { createSide } from "./side.js";
import { createTour } from "./tour.js";

/** Fetched again at least this often, in case a word of change got lost: 20 s. */
const LOOK_AGAIN_MS = 20_000;
/** After a failed fetch, the next try: 2 s. */
const TRY_AGAIN_MS = 2_000;
const NAME_MAX = 64;
/** Only this many groups are watched for new messages besides the open one. */
const WATCHED_MAX = 8;

const byId = (id) => document.getElementById(id);
const same = (a, b) => String(a) === String(b);

const state = {
  world: null,
  /** The chats the reader has: groups, and their own private chat with the bot. */
  chats: [],
  views: new Map(),
  me: null,
  chat: null,
  view: null,
  unread: () => 0,
};
/** What the reader chose; the chat by kind, so that changing the person keeps "private" private. */
const choice = { person: recall("person"), private: recall("private") === "yes", group: recall("group") };
/** The newest message time seen per person and chat. */
const seen = new Map();
const alertsShown = new Set();

const ctx = {
  state: () => state,
  act,
  say: (text) => toast(text),
  become,
  openChat,
  openLink,
  openPicture,
  rename,
  openMembers: () => members.open(),
  avatarOf: (id) => (same(id, state.world?.bot?.id) ? state.world.bot.avatar ?? "🤖" : state.world?.people?.find((person) => same(person.id, id))?.avatar),
  reply: (message) => composer.reply(message),
  edit: (message) => composer.edit(message),
  goTo: (id) => chat.goTo(id),
  settle: () => chat.settle(),
  move: moveClock,
  now: () => state.world.now_ms,
  visit,
  written: (person, text) => tour.noteWritten(person, text),
};
const side = createSide({ people: byId("people"), chats: byId("chats") }, ctx);
const chat = createChat({ head: byId("chat-head"), hint: byId("chat-hint"), list: byId("messages"), jump: byId("jump"), live: byId("live") }, ctx);
const composer = createComposer(byId("composer"), ctx);
const members = createMembers(ctx);
const clock = createClock(byId("clock"), ctx);
const tour = createTour(byId("tour"), ctx);

// ---- fetching: one round at a time; a change during a round starts one more ----

let running = null;
let again = false;
let retryTimer = 0;

function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      await fetchAll();
    } while (again);
  })().finally(() => { running = null; });
  return running;
}

async function fetchAll() {
  clearTimeout(retryTimer);
  try {
    const world = await fetchWorld();
    const me = world.people?.find((person) => same(person.id, choice.person))
      ?? world.people?.find((person) => person.role_hint === "teacher") ?? world.people?.[0] ?? null;
    const chats = chatsOf(world, me);
    const views = new Map();
    const watched = chats.filter((one, index) => !one.unborn && (index < WATCHED_MAX || one.kind === "private" || same(one.id, choice.group)));
    await Promise.all(watched.map(async (one) => {
      try {
        views.set(String(one.id), await fetchView(me.id, one.id));
      } catch (error) {
        // A chat the reader may not look into is shown as one they aren't in.
        if (!(error instanceof Refused)) throw error;
        views.set(String(one.id), { title: one.title, kind: one.kind, members: one.members ?? [], me: { status: "left", can_write: false }, messages: [], alerts: [] });
      }
    }));
    byId("banner").hidden = true;
    // Somebody else was chosen meanwhile: this answer is about the wrong person.
    if (choice.person !== null && me && !same(me.id, choice.person) && world.people.some((person) => same(person.id, choice.person))) {
      again = true;
      return;
    }
    Object.assign(state, { world, me, chats, views });
    choice.person = me?.id ?? null;
    if (speakLike(me?.language)) renderWords();
    else render();
  } catch (error) {
    console.warn("the sandbox doesn't answer", error);
    byId("banner").hidden = false;
    retryTimer = setTimeout(refresh, TRY_AGAIN_MS);
  }
}

function chatsOf(world, me) {
  const mine = (world.chats ?? []).filter((one) => one.kind !== "private" || (me && same(one.with, me.id)));
  const groups = mine.filter((one) => one.kind !== "private");
  const own = mine.find((one) => one.kind === "private");
  // Before the first word there is no private chat yet, but there must be a place to press Start.
  return [...groups, own ?? { id: "private", kind: "private", title: world.bot?.name ?? "", members: [], unborn: true }];
}

// ---- drawing ----

function render() {
  const { world, me, chats, views } = state;
  if (!world || !me) return;
  const groups = chats.filter((one) => one.kind !== "private");
  state.chat = choice.private || !groups.length
    ? chats.find((one) => one.kind === "private")
    : groups.find((one) => same(one.id, choice.group)) ?? groups[0];
  state.view = views.get(String(state.chat.id)) ?? null;
  state.unread = unreadOf;
  remember("person", String(me.id));
  remember("private", choice.private ? "yes" : "no");
  remember("group", String(groups.length ? choice.group ?? groups[0].id : ""));
  markSeen();
  side.render(state);
  clock.render(state);
  chat.render(state);
  composer.render(state);
  members.render();
  tour.render(state);
  renderTabs();
  showAlerts();
}

function newest(view) {
  return Math.max(0, ...(view?.messages ?? []).map((message) => message.date_ms));
}

function markSeen() {
  seen.set(`${state.me.id}|${state.chat.id}`, newest(state.view));
}

function unreadOf(one) {
  const upTo = seen.get(`${state.me.id}|${one.id}`) ?? 0;
  return (state.views.get(String(one.id))?.messages ?? [])
    .filter((message) => message.date_ms > upTo && message.from && !same(message.from.id, state.me.id) && !message.service).length;
}

function showAlerts() {
  for (const alert of state.view?.alerts ?? []) {
    const key = `${state.me.id}|${alert.id}`;
    if (alertsShown.has(key)) continue;
    alertsShown.add(key);
    const dismiss = () => postAct(state.me.id, "dismiss", { alert: alert.id }).catch(() => {});
    if (alert.alert) alertDialog(alert.text ?? "", state.world.bot?.name ?? "").then(dismiss);
    else {
      toast(alert.text ?? "", "bot");
      dismiss();
    }
  }
}

function renderTabs() {
  const root = byId("tabs");
  const current = byId("app").dataset.tab;
  const unread = state.chats.filter((one) => one !== state.chat).reduce((sum, one) => sum + unreadOf(one), 0);
  const marks = { side: unread > 0, tour: tour.left() > 0 };
  const signature = JSON.stringify([current, marks, tour.left(), language()]);
  if (root.dataset.signature === signature) return;
  root.dataset.signature = signature;
  const held = root.contains(document.activeElement);
  root.replaceChildren(...[["side", "people", "tab_people"], ["chat", "bubbles", "tab_chat"], ["tour", "flag", "tab_tour"]].map(([tab, icon, key]) =>
    el("button", { type: "button", class: "tab", "aria-current": tab === current ? "page" : null, testid: `tab-${tab}`, on: { click: () => showTab(tab) } },
      el("span", { class: `icon ${icon}`, "aria-hidden": "true" }),
      el("span", { text: t(key) }),
      tab === "side" && marks.side && el("span", { class: "dot", "aria-label": t("unread", { n: unread }) }),
      tab === "tour" && marks.tour && el("span", { class: "count", text: String(tour.left()), "aria-hidden": "true" }))));
  if (held) findByTestid(root, `tab-${current}`)?.focus();
}

function showTab(tab) {
  byId("app").dataset.tab = tab;
  if (state.world) render();
  if (tab === "chat") chat.settle();
}

function renderWords() {
  translatePage();
  const button = byId("language");
  button.textContent = t("switch_language");
  button.setAttribute("aria-label", t("switch_language_label"));
  render();
}

// ---- what the reader does ----

/** Does something as the current person; null if it was refused (the reason is shown). */
async function act(name, fields) {
  const person = state.me?.id;
  try {
    const answer = await postAct(person, name, fields);
    await refresh();
    return answer ?? {};
  } catch (error) {
    if (error instanceof Refused) toast(error.message, "problem");
    else {
      byId("banner").hidden = false;
      refresh();
    }
    return null;
  }
}

/** Whether this is the phone view, where the lists are out of sight while the chat is open. */
function narrow() {
  return byId("tabs").offsetParent !== null;
}

async function become(person) {
  showTab("chat");
  if (same(choice.person, person)) return;
  choice.person = person;
  await refreshFor(person);
  if (narrow() && state.me && same(state.me.id, person)) toast(t("now_you_are", { name: state.me.name }));
}

async function refreshFor(person) {
  await refresh();
  // The round that was under way may have been about the person before.
  if (!same(state.me?.id, person)) await refresh();
}

function openChat(one) {
  choice.private = one.kind === "private";
  if (!choice.private) choice.group = one.id;
  showTab("chat");
}

async function rename(person) {
  const name = await askText({ title: t("rename_label", { name: person.name }), label: t("new_name"), hint: t("rename_hint"), value: person.name, lengthMax: NAME_MAX });
  if (name && name !== person.name) await act("rename", { name });
}

async function moveClock(to) {
  const before = state.world.now_ms;
  if (!(await act("clock", to === "next" ? { to: "next" } : { to_ms: to }))) return;
  const { now_ms: now, zone } = state.world;
  if (now !== before) toast(t("clock_moved", { when: moment(now, zone, "short") }));
}

/** A link to our own bot starts it in the sandbox; any other link is shown before it is followed. */
async function openLink(address) {
  const payload = startPayload(address);
  if (payload !== null) {
    choice.private = true;
    showTab("chat");
    await act("start", payload ? { payload } : {});
    return;
  }
  const url = webAddress(address);
  if (url && (await askLink(url.href))) window.open(url.href, "_blank", "noopener,noreferrer");
}

/** The start word of a link to our bot ("" if it has none); null for every other link. */
function startPayload(address) {
  const url = webAddress(address);
  const name = state.world?.bot?.username?.toLowerCase();
  if (!url || !name) return null;
  const telegram = ["t.me", "telegram.me", "telegram.dog"].includes(url.hostname) && url.pathname.slice(1).toLowerCase() === name;
  const direct = url.protocol === "tg:" && url.searchParams.get("domain")?.toLowerCase() === name;
  return telegram || direct ? url.searchParams.get("start") ?? "" : null;
}

/** Where a step of the tour leads. On a phone the panel goes out of sight, so the hint comes along. */
async function visit({ role, text, point = [], told = false }, hint) {
  choice.private = false;
  const person = state.me?.role_hint === role ? state.me : state.world.people.find((one) => one.role_hint === role);
  if (person) await become(person.id);
  showTab("chat");
  if (narrow()) toast(hint);
  if (told) {
    const own = state.chats.find((one) => one.kind === "private");
    if (unreadOf(own) > 0) openChat(own);
  }
  if (text) composer.fill(text);
  for (const id of point) {
    const target = findByTestid(document, id);
    if (!target || target.offsetParent === null) continue;
    target.focus();
    target.classList.add("pointed");
    target.addEventListener("animationend", () => target.classList.remove("pointed"), { once: true });
    break;
  }
}

// ---- start ----

byId("retry").addEventListener("click", () => refresh());
byId("language").addEventListener("click", () => {
  toggleLanguage();
  renderWords();
});
const stage = byId("chat");
stage.addEventListener("dragover", (event) => {
  event.preventDefault();
  stage.dataset.drop = t("drop_here");
});
stage.addEventListener("dragleave", (event) => { if (!stage.contains(event.relatedTarget)) delete stage.dataset.drop; });
stage.addEventListener("drop", (event) => {
  event.preventDefault();
  delete stage.dataset.drop;
  composer.takeAll([...(event.dataTransfer?.files ?? [])]);
});
renderWords();
refresh();
listen(refresh, () => {
  clearTimeout(retryTimer);
  retryTimer = setTimeout(refresh, TRY_AGAIN_MS);
});
setInterval(() => { if (!document.hidden) refresh(); }, LOOK_AGAIN_MS);
