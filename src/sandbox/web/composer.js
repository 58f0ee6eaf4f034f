// Purpose: write, answer, edit, and send pictures and files. Invariant: a draft belongs to one person in one chat and is never sent as another.

import { avatar, el, pushButton } from "./dom.js";
import { language, t } from "./i18n.js";
import { readDataUrl } from "./api.js";
import { plainText, sizeText, summary } from "./message.js";

/** Telegram's limits, in UTF-16 units: a text 4096, a caption 1024. */
const TEXT_MAX = 4096;
const CAPTION_MAX = 1024;
/** The sandbox keeps everything in memory: 5 MB a file. */
const FILE_MB_MAX = 5;
/** The text box grows up to this height. */
const BOX_PX_MAX = 160;
const ALBUM_MAX = 10;
/** What may stand together in an album. */
const SORTS = { photo: "sight", video: "sight", audio: "audio", file: "file" };
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/**
 * The foot of the chat.
 * @param {Element} root
 * @param {{act: Function, say: Function, avatarOf: Function, state: Function, written: Function}} ctx
 */
export function createComposer(root, ctx) {
  const drafts = new Map();
  let place = null;
  let draft = blank();
  let shown = "";

  const context = el("div", { class: "composer-context", testid: "composer-context", hidden: true });
  const who = el("span", { class: "composer-who" });
  const chooser = el("input", { type: "file", multiple: true, class: "visually-hidden", tabindex: "-1", testid: "file-input", "aria-hidden": "true" });
  const attach = el("button", { type: "button", class: "round", testid: "attach", on: { click: () => chooser.click() } }, el("span", { class: "icon clip", "aria-hidden": "true" }));
  const box = el("textarea", { id: "composer-text", class: "composer-text", rows: "1", maxlength: TEXT_MAX, testid: "composer", enterkeyhint: "send", autocomplete: "off" });
  const send = el("button", { type: "submit", class: "round send", testid: "send" }, el("span", { class: "icon plane", "aria-hidden": "true" }));
  const form = el("form", { class: "composer-form" }, who, attach, box, send, chooser);
  const gate = el("div", { class: "composer-gate", hidden: true });
  root.append(context, form, gate);

  const fit = () => {
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${Math.min(box.scrollHeight, BOX_PX_MAX)}px`);
    send.disabled = !box.value.trim() && !draft.file;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", () => { draft.text = box.value; fit(); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (draft.reply || draft.edit || draft.file)) {
      event.preventDefault();
      drop();
    }
    // Enter that ends the choice of a Chinese word must not send.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    submit();
  });
  chooser.addEventListener("change", () => {
    takeAll([...chooser.files]);
    chooser.value = "";
  });
  box.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files?.[0];
    if (!file) return;
    event.preventDefault();
    take(file);
  });

  async function take(file) {
    if (!file || !open()) return;
    if (file.size > FILE_MB_MAX * 1024 * 1024) {
      ctx.say(t("file_too_big", { mb: FILE_MB_MAX }));
      return;
    }
    const target = draft;
    try {
      target.file = await read(file);
      target.edit = null;
    } catch {
      ctx.say(t("file_unreadable"));
    }
    renderContext();
    box.focus();
  }

  /** One file is sent by itself, several are an album. */
  async function takeAll(files) {
    if (files.length < 2) {
      await take(files[0]);
      return;
    }
    if (!open()) return;
    const sorts = new Set(files.map((file) => SORTS[actFor(file)]));
    if (sorts.size > 1 || sorts.has(undefined) || files.length > ALBUM_MAX) {
      ctx.say(t("album_mixed"));
      return;
    }
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > FILE_MB_MAX * 1024 * 1024) {
      ctx.say(t("file_too_big", { mb: FILE_MB_MAX }));
      return;
    }
    const target = draft;
    try {
      const album = await Promise.all(files.map(read));
      target.file = { name: t("album_of", { n: album.length }), size, album };
      target.edit = null;
    } catch {
      ctx.say(t("file_unreadable"));
    }
    renderContext();
    box.focus();
  }

  /** Forgets the answer, edit or file, in this order of presence; keeps a text that was typed. */
  function drop() {
    if (draft.edit) draft.text = "";
    Object.assign(draft, { reply: null, edit: null, file: null });
    box.value = draft.text;
    renderContext();
    box.focus();
  }

  async function submit() {
    const { chat, me } = ctx.state();
    const text = box.value.trim();
    if ((!text && !draft.file) || !chat || !open() || send.getAttribute("aria-busy") === "true") return;
    if (draft.file && text.length > CAPTION_MAX) {
      ctx.say(`${text.length} / ${CAPTION_MAX}`);
      return;
    }
    const sent = draft;
    // Taken out at once, so that the next words can be typed while this is on its way; given back if it was refused.
    drafts.delete(place);
    draft = blank();
    drafts.set(place, draft);
    restore();
    send.setAttribute("aria-busy", "true");
    ctx.written(me.id, text);
    const done = await ctx.act(...request(sent, chat.id, text));
    send.removeAttribute("aria-busy");
    if (!done && !draft.text) giveBack(sent);
  }

  function giveBack(sent) {
    Object.assign(draft, sent);
    restore();
  }

  function restore() {
    box.value = draft.text;
    renderContext();
  }

  function open() {
    return !form.hidden;
  }

  function renderContext() {
    context.hidden = !draft.reply && !draft.edit && !draft.file;
    const parts = [];
    if (draft.file) parts.push(filePreview(draft.file));
    if (draft.reply) parts.push(note("back", t("replying", { name: draft.reply.from?.name ?? "" }), summary(draft.reply)));
    if (draft.edit) parts.push(note("pen", t("editing"), plainText(draft.edit.runs)));
    context.replaceChildren(...parts, el("button", {
      type: "button", class: "round", "aria-label": draft.file ? t("remove_attachment") : t("cancel"), testid: "context-cancel", on: { click: drop },
    }, el("span", { class: "icon cross", "aria-hidden": "true" })));
    const name = ctx.state().me?.name ?? "";
    box.placeholder = draft.file ? t("write_caption") : t("write_as", { name });
    box.setAttribute("aria-label", t("write_as", { name }));
    fit();
  }

  function render(state) {
    const { me, chat, view } = state;
    const here = `${me?.id}|${chat?.id}`;
    if (place !== here) {
      place = here;
      draft = drafts.get(here) ?? blank();
      drafts.set(here, draft);
      box.value = draft.text;
    }
    const gateNode = gateFor(state, ctx);
    const signature = JSON.stringify([here, me, view?.me, gateNode?.dataset, language()]);
    if (signature === shown) return;
    shown = signature;
    const held = gate.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    form.hidden = Boolean(gateNode);
    gate.hidden = !gateNode;
    gate.replaceChildren(...(gateNode ? [gateNode] : []));
    if (held) (gateNode?.querySelector("button") ?? box).focus();
    attach.setAttribute("aria-label", t("attach"));
    attach.title = t("attach");
    send.setAttribute("aria-label", t("send"));
    send.title = t("send");
    who.replaceChildren(avatar(me?.id, me?.name, ctx.avatarOf(me?.id), "small"));
    renderContext();
    if (gateNode) context.hidden = true;
  }

  function begin(kind, message) {
    Object.assign(draft, { reply: null, edit: null, [kind]: message });
    if (kind === "edit") {
      draft.file = null;
      draft.text = plainText(message.runs);
      box.value = draft.text;
    }
    renderContext();
    box.focus();
  }

  return {
    render,
    takeAll,
    reply: (message) => begin("reply", message),
    edit: (message) => begin("edit", message),
    fill(text) {
      draft.text = text;
      box.value = text;
      fit();
      if (open()) box.focus();
    },
  };
}

function blank() {
  return { text: "", reply: null, edit: null, file: null };
}

function request(draft, chat, text) {
  if (draft.edit) return ["edit", { chat, id: draft.edit.id, text }];
  const caption = text || undefined;
  if (draft.file?.album) {
    const files = draft.file.album.map(({ act, name, address }) => ({ act, name, data_url: address }));
    return ["album", { chat, files, caption }];
  }
  if (draft.file) return [draft.file.act, { chat, name: draft.file.name, data_url: draft.file.address, caption }];
  return ["write", { chat, text, reply_to: draft.reply?.id }];
}

/** What a file is sent as. A recording is a voice message; music has a title and comes as audio. */
function actFor(file) {
  if (PICTURES.includes(file.type)) return "photo";
  if (file.type.startsWith("video/")) return "video";
  if (file.type === "audio/ogg") return "voice";
  return file.type.startsWith("audio/") ? "audio" : "file";
}

async function read(file) {
  const act = actFor(file);
  return { name: file.name, size: file.size, address: await readDataUrl(file), act, picture: act === "photo" };
}

function note(icon, title, text) {
  return el("div", { class: "context-note" },
    el("span", { class: `icon ${icon}`, "aria-hidden": "true" }),
    el("div", { class: "context-text" }, el("strong", { text: title, dir: "auto" }), el("span", { text: text.slice(0, 120), dir: "auto" })));
}

function filePreview(file) {
  return el("div", { class: "context-note" },
    file.picture ? el("img", { src: file.address, alt: t("photo"), class: "context-picture" }) : el("span", { class: "icon page", "aria-hidden": "true" }),
    el("div", { class: "context-text" }, el("strong", { text: file.name }), el("span", { text: sizeText(file.size) })));
}

/** What stands in place of the text box when the reader can't write: a start button, a join button, or a reason. */
function gateFor({ chat, view, me }, ctx) {
  if (!chat || !me) return null;
  const status = view?.me?.status;
  const line = (kind, text, button) => el("div", { class: "gate", data: { kind } }, el("p", { text }), button);
  if (chat.kind === "private") {
    const begun = view?.messages?.length > 0;
    return begun && view.me?.can_write !== false ? null
      : line("start", t("start_hint"), pushButton(t("start"), () => ctx.act("start", {}), { class: "button main", testid: "start" }));
  }
  const join = () => pushButton(t("join"), () => ctx.act("join", { chat: chat.id }), { class: "button main", testid: "join" });
  if (!view) return null;
  if (status === "kicked") return line("kicked", t("removed_hint"), join());
  if (status === "left" || !status) return line("left", t("not_member"), join());
  if (view.me?.can_write === false) return line("muted", t("muted_hint"));
  return null;
}
