// Purpose: six steps that show what the bot does. Invariant: a step is ticked because it was seen in the data, never because a button was pressed here.

import { el, pushButton, replaceKeepingFocus } from "./dom.js";
import { language, t } from "./i18n.js";
import { plainText } from "./message.js";
import { recall, remember } from "./memory.js";

const STEPS = 6;
const DONE_BUTTON = /学完|finished/iu;
const SETUP_BUTTON = /启用|set.?up/iu;
const POINTS = /积分|\d\s*分|points?/iu;
/** What a parent writes to learn their points, and what an advertiser would post. */
const SAMPLES = {
  zh: { points: "积分", advertisement: "招聘宝妈兼职，在家就能做，日结300元，加我微信 xiaoliu888" },
  en: { points: "points", advertisement: "Part-time job from home: easy money, paid daily! Add me on WhatsApp." },
};

/**
 * The tour panel.
 * @param {Element} root
 * @param {{visit: Function}} ctx `visit({role, text, point})` becomes somebody, fills in a text, points at a control
 */
export function createTour(root, ctx) {
  const kept = read();
  let open = true;
  let shown = "";

  function observe(state) {
    // A clock that went back means a fresh sandbox: nothing has been done in it yet.
    if (state.world.now_ms < kept.now) kept.done.clear();
    kept.now = state.world.now_ms;
    for (let step = 1; step <= STEPS; step += 1) if (!kept.done.has(step) && SEEN[step](state, kept)) kept.done.add(step);
    remember("tour", JSON.stringify({ now: kept.now, done: [...kept.done], asked: kept.asked }));
  }

  function render(state) {
    observe(state);
    const signature = JSON.stringify([[...kept.done], open, language()]);
    if (signature === shown) return;
    shown = signature;
    const current = firstOpen(kept.done);
    const toggle = el("button", {
      type: "button", class: "tour-toggle", "aria-expanded": String(open), "aria-controls": "tour-body", testid: "tour-toggle",
      on: { click: () => { open = !open; shown = ""; render(state); } },
    },
    el("span", { class: "tour-title", text: t("tour_title") }),
    el("span", { class: "tour-progress", text: t("tour_progress", { done: kept.done.size, all: STEPS }) }),
    el("span", { class: "icon chevron", "aria-hidden": "true" }));
    const steps = Array.from({ length: STEPS }, (_, index) => stepRow(index + 1, current, kept.done, ctx));
    const bar = el("div", { class: "tour-bar", "aria-hidden": "true" }, el("span"));
    bar.firstChild.style.setProperty("--share", `${(kept.done.size / STEPS) * 100}%`);
    replaceKeepingFocus(root, el("h2", { class: "tour-head" }, toggle), bar,
      el("div", { id: "tour-body", class: "tour-body", ...(open ? {} : { hidden: true }) },
        el("ol", { class: "steps" }, ...steps),
        kept.done.size === STEPS && el("p", { class: "tour-finished", text: t("tour_finished") })));
  }

  /** Remembers who asked for their points: the bot may take the question away before the page sees it. */
  function noteWritten(person, text) {
    if (/积分|points?/iu.test(text) && text.length <= 20) kept.asked = String(person);
  }

  return { render, noteWritten, left: () => STEPS - kept.done.size };
}

function read() {
  try {
    const given = JSON.parse(recall("tour") ?? "{}");
    return { now: Number(given.now) || 0, done: new Set(given.done ?? []), asked: given.asked ?? null };
  } catch {
    return { now: 0, done: new Set(), asked: null };
  }
}

function firstOpen(done) {
  for (let step = 1; step <= STEPS; step += 1) if (!done.has(step)) return step;
  return 0;
}

function stepRow(step, current, done, ctx) {
  const ticked = done.has(step);
  return el("li", {
    class: `step${ticked ? " done" : ""}${step === current ? " current" : ""}`, testid: `tour-step-${step}`,
    data: { done: String(ticked) }, "aria-current": step === current ? "step" : null,
  },
  el("span", { class: "step-mark", "aria-hidden": "true", text: ticked ? "✓" : String(step) }),
  el("div", { class: "step-text" },
    el("p", { class: "step-title", text: t(`tour_${step}`) }, ticked && el("span", { class: "visually-hidden", text: ` (${t("tour_done")})` })),
    step === current && el("p", { class: "step-hint", text: t(`tour_${step}_hint`) }),
    step === current && pushButton(t("tour_go"), () => ctx.visit({ ...VISIT[step], text: SAMPLES[language()][VISIT[step].sample] }, t(`tour_${step}_hint`)), { class: "button small main", testid: `tour-go-${step}` })));
}

const VISIT = {
  1: { role: "teacher", point: ["hint-add-bot", "hint-promote-bot", "button-启用", "button-Set up"] },
  2: { point: ["clock-next"] },
  3: { role: "parent", point: ["clock-hour"] },
  4: { role: "parent", sample: "points" },
  5: { role: "advertiser", sample: "advertisement", point: ["join"] },
  6: { role: "advertiser", told: true },
};

const groups = (state) => state.world.chats.filter((chat) => chat.kind !== "private");
const ready = (chat) => ["administrator", "creator"].includes(chat.bot_status);
const roleOf = (state, id) => state.world.people.find((person) => String(person.id) === String(id))?.role_hint;
const onlyYou = (message) => Boolean(message.only_you || message.ephemeral);
const words = (message) => plainText(message.runs) || plainText(message.caption_runs);
const labels = (message) => (message.buttons ?? []).flat().map((button) => button.text ?? "");

function messagesOf(state, kind) {
  return state.chats
    .filter((chat) => (kind === "group" ? chat.kind !== "private" : chat.kind === kind))
    .flatMap((chat) => state.views.get(String(chat.id))?.messages ?? []);
}

function isLesson(message) {
  if (!message.from?.is_bot || message.deleted) return false;
  return Boolean(message.poll) || labels(message).some((label) => DONE_BUTTON.test(label));
}

/** What the bot told the reader alone in the chat that is open: in the group for their eyes only, or in private. */
function toldPrivately({ chat, view }) {
  return (view?.messages ?? []).filter((message) => message.from?.is_bot && (chat.kind === "private" || onlyYou(message)));
}

const SEEN = {
  // The bot greets with a button to set it up, and takes the button away when that is done.
  1: (state) => groups(state).some((chat) => {
    const said = (state.views.get(String(chat.id))?.messages ?? []).filter((message) => message.from?.is_bot && !message.service);
    return ready(chat) && said.length > 0 && !said.some((message) => labels(message).some((label) => SETUP_BUTTON.test(label)));
  }),
  2: (state) => messagesOf(state, "group").some(isLesson),
  // After the last question the bot tells each parent how it went.
  3: (state) => state.me?.role_hint === "parent"
    && messagesOf(state, "group").some((message) => message.poll?.mine?.length > 0)
    && messagesOf(state, "group").some((message) => message.from?.is_bot && onlyYou(message)),
  4: (state, kept) => kept.asked === String(state.me?.id)
    && (toldPrivately(state).some((message) => POINTS.test(words(message)))
      || (state.view?.alerts ?? []).some((alert) => POINTS.test(alert.text ?? ""))),
  5: (state) => messagesOf(state, "group").some((message) => message.deleted && roleOf(state, message.from?.id) === "advertiser"),
  6: (state, kept) => kept.done.has(5) && state.me?.role_hint === "advertiser" && toldPrivately(state).length > 0,
};
