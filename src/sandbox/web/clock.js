// Purpose: the school clock and the ways to move it. Invariant: it shows the server's time; it never counts by itself.

import { el, pushButton } from "./dom.js";
import { language, moment, t } from "./i18n.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The clock.
 * @param {Element} root
 * @param {{move: (to: number|"next") => Promise, now: () => number}} ctx
 */
export function createClock(root, ctx) {
  const time = el("strong", { class: "clock-time", testid: "clock-time" });
  const day = el("span", { class: "clock-day" });
  const next = el("p", { class: "clock-up-next" });
  const sky = el("span", { class: "clock-sky", "aria-hidden": "true" });
  const label = el("h2", { class: "clock-label" });
  const toNext = pushButton("", () => ctx.move("next"), { class: "button main", testid: "clock-next" });
  const hour = pushButton("", () => ctx.move(ctx.now() + HOUR_MS), { class: "button", testid: "clock-hour" });
  const oneDay = pushButton("", () => ctx.move(ctx.now() + DAY_MS), { class: "button", testid: "clock-day" });
  root.append(label,
    el("div", { class: "clock-face" }, sky, el("div", { class: "clock-words" }, time, day)),
    next,
    el("div", { class: "clock-buttons" }, toNext, hour, oneDay));
  let shown = "";

  return {
    render(state) {
      const { now_ms: now, zone, next_ms: nextMs } = state.world;
      const signature = JSON.stringify([now, zone, nextMs, language()]);
      if (signature === shown) return;
      shown = signature;
      time.textContent = moment(now, zone, "time");
      day.textContent = moment(now, zone, "brief");
      day.title = moment(now, zone, "day");
      const oclock = Number(time.textContent.slice(0, 2));
      sky.textContent = oclock >= 6 && oclock < 18 ? "☀️" : "🌙";
      next.hidden = !Number.isFinite(nextMs);
      if (Number.isFinite(nextMs)) next.textContent = t("clock_up_next", { when: moment(nextMs, zone, "short") });
      label.textContent = t("school_time");
      toNext.textContent = t("clock_next");
      toNext.setAttribute("aria-label", `${t("clock_next")}: ${t("clock_next_label")}`);
      hour.textContent = t("clock_hour");
      oneDay.textContent = t("clock_day");
    },
  };
}
