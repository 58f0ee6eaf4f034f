// Purpose: toasts, dialogs and the picture viewer. Invariant: one dialog at a time, the rest wait their turn.

import { el, pushButton } from "./dom.js";
import { t } from "./i18n.js";

/** A toast stays 3 s and 70 ms a character, so that long texts can be read; at most 12 s. */
const TOAST_MS = 3_000;
const TOAST_MS_PER_CHAR = 70;
const TOAST_MS_MAX = 12_000;
const TOASTS_MAX = 3;

/** Shows a short text at the edge; pressing it takes it away. `kind`: "note" of the page, "bot" for an answer of the bot, "problem". */
export function toast(text, kind = "note") {
  const root = document.getElementById("toasts");
  // Of the page's own notes only the newest matters; what the bot said stays until its time is over.
  if (kind === "note") for (const old of root.querySelectorAll(".toast.note")) old.remove();
  const node = el("button", { type: "button", class: `toast ${kind}`, text, testid: "toast", data: { kind }, dir: "auto", on: { click: () => node.remove() } });
  root.append(node);
  while (root.children.length > TOASTS_MAX) root.firstChild.remove();
  setTimeout(() => node.remove(), Math.min(TOAST_MS_MAX, TOAST_MS + TOAST_MS_PER_CHAR * text.length));
}

let queue = Promise.resolve();

/**
 * Opens a dialog when no other is open.
 * @param {{testid: string, className?: string, build: (close: Function) => Node[], label?: string}} wanted
 * @returns {Promise<any>} what `close` was called with; undefined if it was dismissed
 */
export function openDialog(wanted) {
  const result = queue.then(() => new Promise((resolve) => {
    let value;
    const dialog = el("dialog", { class: `dialog ${wanted.className ?? ""}`.trim(), testid: wanted.testid, "aria-label": wanted.label });
    const close = (given) => {
      value = given;
      dialog.close();
    };
    dialog.append(...wanted.build(close, dialog).filter(Boolean));
    dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(value);
    });
    document.body.append(dialog);
    dialog.showModal();
  }));
  queue = result.catch(() => {});
  return result;
}

/** What a bot answers to a press, when it wants it read: a text and one button. */
export function alertDialog(text, from) {
  return openDialog({
    testid: "alert",
    className: "alert",
    label: from,
    build: (close) => [
      el("p", { class: "dialog-from" }, el("bdi", { text: from })),
      el("p", { class: "dialog-text", text, dir: "auto" }),
      el("div", { class: "dialog-foot" }, pushButton(t("ok"), () => close(), { class: "button main", testid: "alert-ok", autofocus: true })),
    ],
  });
}

/** Shows a link's true address before it is followed; true if the person wants to go. */
export function askLink(address) {
  return openDialog({
    testid: "link-dialog",
    label: t("link_title"),
    build: (close) => [
      el("h2", { text: t("link_title") }),
      el("p", { class: "address", text: address }),
      el("p", { class: "dialog-text", text: t("link_hint") }),
      el("div", { class: "dialog-foot" },
        pushButton(t("link_open"), () => close(true), { class: "button quiet", testid: "link-open" }),
        pushButton(t("cancel"), () => close(false), { class: "button main", autofocus: true })),
    ],
  });
}

/** Asks for a line of text; undefined if the person changes their mind. */
export function askText({ title, hint, label, value, lengthMax }) {
  return openDialog({
    testid: "text-dialog",
    label: title,
    build: (close) => {
      const input = el("input", { type: "text", id: "asked-text", class: "field", value, maxlength: lengthMax, autocomplete: "off", testid: "text-input", autofocus: true });
      const form = el("form", { method: "dialog" },
        el("h2", { text: title }),
        el("label", { for: "asked-text", text: label }),
        input,
        hint && el("p", { class: "dialog-hint", text: hint }),
        el("div", { class: "dialog-foot" },
          pushButton(t("cancel"), () => close(), { class: "button quiet" }),
          el("button", { type: "submit", class: "button main", text: t("save"), testid: "text-save" })));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (input.value.trim()) close(input.value.trim());
      });
      return [form];
    },
  });
}

/** Shows a picture as large as the window allows. */
export function openPicture(address) {
  return openDialog({
    testid: "picture",
    className: "picture",
    label: t("photo"),
    build: (close) => [
      el("img", { src: address, alt: t("photo") }),
      pushButton(t("close"), () => close(), { class: "button small", autofocus: true }),
    ],
  });
}
