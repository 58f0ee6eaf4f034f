// Purpose: show a poll or quiz and take the answer. Invariant: shares are shown only to someone who has answered, or once the poll is closed.

import { el, pushButton } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Whole percentages. When each person has one vote they add up to 100 (largest remainders win),
 * because bars that add up to 99 look like a mistake.
 * @param {number[]} votes votes per option
 * @param {number} total people who answered
 */
export function percentages(votes, total) {
  if (!total) return votes.map(() => 0);
  const exact = votes.map((count) => (count * 100) / total);
  const whole = exact.map(Math.floor);
  const oneVoteEach = votes.reduce((sum, count) => sum + count, 0) === total;
  if (!oneVoteEach) return exact.map(Math.round);
  let missing = 100 - whole.reduce((sum, share) => sum + share, 0);
  const byRemainder = exact.map((share, index) => [share - whole[index], index]).sort((a, b) => b[0] - a[0]);
  for (const [, index] of byRemainder) {
    if (missing <= 0) break;
    whole[index] += 1;
    missing -= 1;
  }
  return whole;
}

/**
 * The poll inside a bubble.
 * @param {object} poll as the view gives it; `quiz`, `multiple` and `can_retract` may be missing
 * @param {{act: Function, canVote: boolean}} ctx
 */
export function pollNode(poll, ctx) {
  const options = Array.isArray(poll.options) ? poll.options : [];
  const mine = Array.isArray(poll.mine) ? poll.mine : [];
  const correct = Array.isArray(poll.correct) ? poll.correct[0] ?? null : poll.correct ?? null;
  const answered = mine.length > 0;
  const open = answered || poll.closed;
  const isQuiz = poll.quiz === true || correct !== null || Boolean(poll.explanation);
  const shares = percentages(options.map((option) => option.votes ?? 0), poll.total ?? 0);
  const multiple = poll.multiple === true && !isQuiz;

  const rows = options.map((option, index) => (open
    ? resultRow(option, index, { share: shares[index], mine: mine.includes(index), correct })
    : choiceRow(option, index, { multiple, poll, ctx })));

  const kind = poll.closed ? t("poll_closed") : t(isQuiz ? "quiz" : "poll");
  const node = el("div", { class: `poll${open ? " open" : ""}`, data: { testid: `poll-${poll.id}` } },
    el("p", { class: "poll-question", text: poll.question ?? "" }),
    el("p", { class: "poll-kind", text: kind }),
    el("ul", { class: "poll-options" }, ...rows),
    open && poll.explanation && explanation(poll.explanation, correct === null ? null : mine.includes(correct)),
    pollFoot(poll, { answered, multiple, ctx }));
  if (multiple && !open) wireMultiple(node, poll, ctx);
  return node;
}

function choiceRow(option, index, { multiple, poll, ctx }) {
  const testid = `poll-option-${index}`;
  if (multiple) {
    return el("li", {}, el("label", { class: "poll-choice" },
      el("input", { type: "checkbox", value: index, testid, disabled: !ctx.canVote }),
      el("span", { text: option.text ?? "" })));
  }
  const button = pushButton("", () => ctx.act("vote", { poll: poll.id, options: [index] }), {
    class: "poll-choice", testid, disabled: !ctx.canVote,
  });
  button.append(el("span", { class: "poll-dot", "aria-hidden": "true" }), el("span", { text: option.text ?? "" }));
  return el("li", {}, button);
}

function resultRow(option, index, { share, mine, correct }) {
  const right = correct === index;
  const mark = right ? "✓" : mine ? (correct === null ? "✓" : "✗") : "";
  const state = right ? "right" : mine && correct !== null ? "wrong" : mine ? "mine" : "plain";
  const spoken = [mine && t("poll_mine"), right && t("poll_answer"), state === "wrong" && t("poll_wrong")].filter(Boolean).join(", ");
  const bar = el("span", { class: "poll-bar", "aria-hidden": "true" }, el("span", { class: "poll-fill" }));
  bar.firstChild.style.setProperty("--share", `${share}%`);
  return el("li", {
    class: `poll-result ${state}`, testid: `poll-option-${index}`, data: { mine: String(mine), state },
  },
  el("span", { class: "poll-share", text: `${share}%` }),
  el("span", { class: "poll-text" },
    el("span", { text: option.text ?? "" }),
    mark && el("span", { class: "poll-mark", text: mark, "aria-hidden": "true" }),
    spoken && el("span", { class: "visually-hidden", text: ` (${spoken})` })),
  bar);
}

function explanation(text, passed) {
  const verdict = passed === null ? null : t(passed ? "poll_right" : "poll_wrong");
  return el("p", { class: `poll-explanation${passed ? " passed" : ""}`, testid: "poll-explanation" },
    verdict && el("strong", { text: `${verdict} ` }), el("span", { text }));
}

function pollFoot(poll, { answered, multiple, ctx }) {
  const total = poll.total ?? 0;
  return el("div", { class: "poll-foot" },
    el("span", { class: "poll-total", text: total ? t("poll_total", { n: total }) : t("poll_nobody") }),
    answered && !poll.closed && poll.can_retract !== false
      && pushButton(t("poll_retract"), () => ctx.act("retract", { poll: poll.id }), { class: "text-button", testid: "poll-retract" }),
    multiple && !answered && !poll.closed
      && el("button", { type: "button", class: "text-button", text: t("poll_vote"), testid: "poll-submit", disabled: true }));
}

function wireMultiple(node, poll, ctx) {
  const submit = node.querySelector("button.text-button");
  if (!submit) return;
  const chosen = () => [...node.querySelectorAll("input:checked")].map((box) => Number(box.value));
  node.addEventListener("change", () => { submit.disabled = chosen().length === 0; });
  submit.addEventListener("click", () => ctx.act("vote", { poll: poll.id, options: chosen() }));
}
