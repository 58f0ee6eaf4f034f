// Purpose: turn one message into a bubble. Invariant: what people wrote appears as text, and no link is followed before its address was shown.

import { avatar, el, hueOf, ownAddress, pushButton, safePicture, webAddress } from "./dom.js";
import { moment, hasText, t } from "./i18n.js";
import { pollNode } from "./poll.js";

const INLINE = { bold: "strong", italic: "em", code: "code", pre: "code", strike: "s", strikethrough: "s", underline: "u" };

/**
 * Styled text.
 * @param {{t: string, style?: string[], url?: string}[]} runs
 * @param {{openLink: Function}} ctx
 */
export function textNode(runs, ctx, className = "text") {
  const root = el("div", { class: className, dir: "auto" });
  let quote = null;
  for (const run of Array.isArray(runs) ? runs : []) {
    const styles = Array.isArray(run.style) ? run.style : [];
    if (styles.includes("blockquote")) {
      quote ??= root.appendChild(el("blockquote"));
      quote.append(runNode(run, styles, ctx));
    } else {
      // The line break after a quotation is already in the layout.
      const text = quote ? String(run.t ?? "").replace(/^\n/u, "") : run.t;
      quote = null;
      root.append(runNode({ ...run, t: text }, styles, ctx));
    }
  }
  return root;
}

function runNode(run, styles, ctx) {
  let node = document.createTextNode(String(run.t ?? ""));
  for (const style of styles) if (INLINE[style]) node = el(INLINE[style], {}, node);
  const url = run.url ?? (styles.includes("link") ? run.t : null);
  if (url && webAddress(url)) {
    const link = el("a", { href: webAddress(url).href, rel: "noopener noreferrer", class: "link" }, node);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      ctx.openLink(url);
    });
    node = link;
  }
  return styles.includes("spoiler") ? spoiler(node) : node;
}

function spoiler(node) {
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("spoiler") }, node);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (cover.classList.contains("shown")) return;
    event.preventDefault();
    event.stopPropagation();
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", reveal, true);
  cover.addEventListener("keydown", reveal);
  return cover;
}

/** The plain text of runs. */
export function plainText(runs) {
  return (Array.isArray(runs) ? runs : []).map((run) => run.t ?? "").join("");
}

/** The plain text of whatever a message is, for previews and for reading aloud. */
export function summary(message) {
  if (message.service) return serviceText(message.service);
  if (message.deleted) return t("deleted");
  const text = plainText(message.runs) || plainText(message.caption_runs);
  if (message.poll) return `${t("poll")}: ${message.poll.question ?? ""}`;
  if (message.photo) return `[${kindText(message.photo.kind, "photo")}] ${text}`.trim();
  if (message.document) return `[${kindText(message.document.kind, "file")}] ${message.document.name ?? ""} ${text}`.trim();
  if (message.place) return `[${t("place")}] ${message.place.title ?? ""}`.trim();
  return text;
}

/** What sort of file it is, in words. */
function kindText(kind, otherwise) {
  return t(hasText(`kind_${kind}`) ? `kind_${kind}` : otherwise);
}

/** A service line in words. */
export function serviceText(service) {
  const known = hasText(`service_${service.kind}`) ? service.kind : "other";
  const who = service.who ?? "";
  const byOther = service.by && service.by !== who;
  const key = byOther || !hasText(`service_${known}_self`) ? `service_${known}` : `service_${known}_self`;
  return t(key, { who, by: service.by ?? "" });
}

/**
 * One message.
 * @param {object} message as the view gives it
 * @param {{own: boolean, first: boolean, last: boolean, group: boolean, zone: string}} place where it stands
 * @param {object} ctx act, openLink, openPicture, reply, edit, goTo, canVote, avatarOf
 */
export function messageNode(message, place, ctx) {
  if (message.service) {
    return el("div", { class: "service", testid: `message-${message.key}`, data: { service: message.service.kind ?? "" } },
      el("span", { text: serviceText(message.service), dir: "auto" }));
  }
  const onlyYou = Boolean(message.only_you || message.ephemeral);
  const classes = ["message", place.inAlbum && "in-album", place.own && "own", place.first && "first", place.last && "last", message.deleted && "deleted", onlyYou && "only-you"];
  const from = message.from ?? {};
  return el("article", {
    class: classes.filter(Boolean).join(" "),
    testid: `message-${message.key}`,
    tabindex: "-1",
    "aria-label": `${from.name ?? ""}, ${moment(message.date_ms, place.zone, "time")}`,
    data: { deleted: String(Boolean(message.deleted)), onlyYou: String(onlyYou), bot: String(Boolean(from.is_bot)), own: String(place.own) },
  },
  !place.own && place.group && el("div", { class: "avatar-slot" }, place.last && avatar(from.id, from.name, ctx.avatarOf(from.id), "small")),
  el("div", { class: "column" },
    el("div", { class: "bubble-row" }, bubble(message, place, ctx, onlyYou), !message.deleted && tools(message, place, ctx, onlyYou)),
    keyboard(message, ctx)));
}

function bubble(message, place, ctx, onlyYou) {
  const from = message.from ?? {};
  const node = el("div", { class: "bubble" });
  if (onlyYou) node.append(el("p", { class: "only-you-note" }, el("span", { class: "icon eye", "aria-hidden": "true" }), t("only_you")));
  if (place.group && !place.own && place.first) {
    node.append(el("p", { class: "from" },
      el("bdi", { class: `name ink-${hueOf(from.id)}`, text: from.name ?? "" }),
      from.tag && el("bdi", { class: "tag", text: from.tag }),
      from.is_bot && !from.tag && el("span", { class: "tag bot-tag", text: t("bot") })));
  }
  if (message.deleted) node.append(...deletedContent(message));
  else node.append(...content(message, ctx));
  node.append(el("span", { class: "meta" },
    message.edited && !message.deleted && el("span", { class: "edited", text: t("edited") }),
    el("time", { datetime: new Date(message.date_ms).toISOString(), text: moment(message.date_ms, place.zone, "time") })));
  return node;
}

function deletedContent(message) {
  const text = plainText(message.runs) || plainText(message.caption_runs);
  return [
    el("p", { class: "deleted-note" }, el("span", { class: "icon shield", "aria-hidden": "true" }), t("deleted")),
    text && el("s", { class: "text deleted-text", text, dir: "auto" }),
  ].filter(Boolean);
}

function content(message, ctx) {
  const runs = message.runs?.length ? message.runs : null;
  const caption = message.caption_runs?.length ? message.caption_runs : null;
  return [
    message.forwarded && el("p", { class: "forwarded", text: t("forwarded", { name: message.forwarded }), dir: "auto" }),
    message.reply_to && replyQuote(message.reply_to, ctx),
    message.photo && photo(message.photo, ctx),
    message.document && fileCard(message.document),
    message.place && placeCard(message.place, ctx),
    message.poll && pollNode(message.poll, ctx),
    runs && textNode(runs, ctx),
    caption && textNode(caption, ctx),
  ].filter(Boolean);
}

function replyQuote(reply, ctx) {
  return el("button", { type: "button", class: `reply-quote edge-${hueOf(reply.name)}`, on: { click: () => ctx.goTo(reply.id) } },
    el("bdi", { class: "reply-name", text: reply.name ?? "" }),
    el("span", { class: "reply-text", text: reply.text ?? "", dir: "auto" }));
}

function photo(given, ctx) {
  const address = safePicture(given.url);
  const missing = () => el("div", { class: "no-picture", text: kindText(given.kind, "photo") });
  if (!address) return missing();
  const picture = el("img", { src: address, alt: t("photo"), on: { load: ctx.settle } });
  const open = el("button", {
    type: "button", class: given.covered ? "photo covered" : "photo", "aria-label": t(given.covered ? "spoiler" : "photo_open"),
  }, picture);
  open.addEventListener("click", () => {
    if (!open.classList.contains("covered")) return ctx.openPicture(address);
    open.classList.remove("covered");
    open.setAttribute("aria-label", t("photo_open"));
  });
  // What a test sends as a picture need not be one.
  picture.addEventListener("error", () => open.replaceWith(missing()));
  return open;
}

function placeCard(given, ctx) {
  const where = `${Number(given.latitude).toFixed(5)}, ${Number(given.longitude).toFixed(5)}`;
  const map = `https://www.openstreetmap.org/?mlat=${Number(given.latitude)}&mlon=${Number(given.longitude)}#map=16/${Number(given.latitude)}/${Number(given.longitude)}`;
  return el("button", { type: "button", class: "file place", on: { click: () => ctx.openLink(map) } },
    el("span", { class: "pin", "aria-hidden": "true", text: "📍" }),
    el("span", { class: "file-text" },
      el("bdi", { class: "file-name", text: given.title || t("place") }),
      el("span", { class: "file-size", text: given.address || where })));
}

function fileCard(given) {
  const own = ownAddress(given.url) ?? (/^data:/u.test(given.url ?? "") ? given.url : null);
  const name = given.name || kindText(given.kind, "file");
  const inside = [
    el("span", { class: "icon page", "aria-hidden": "true" }),
    el("span", { class: "file-text" }, el("bdi", { class: "file-name", text: name }), el("span", { class: "file-size", text: sizeText(given.size) })),
  ];
  return own
    ? el("a", { class: "file", href: own, download: name, "aria-label": t("download", { name }) }, ...inside)
    : el("div", { class: "file" }, ...inside);
}

/** Bytes as people read them: 812 B, 14 KB, 2.5 MB. */
export function sizeText(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function tools(message, place, ctx, onlyYou) {
  const name = message.from?.name ?? "";
  const editable = place.own && plainText(message.runs) && !onlyYou;
  if (!ctx.canWrite || onlyYou) return null;
  return el("div", { class: "tools" },
    el("button", { type: "button", class: "tool", "aria-label": `${t("replying", { name })}`, title: t("reply"), testid: `reply-${message.key}`, on: { click: () => ctx.reply(message) } },
      el("span", { class: "icon back", "aria-hidden": "true" })),
    ctx.forward && !message.poll?.quiz && el("button", { type: "button", class: "tool", "aria-label": t("forward_to_bot"), title: t("forward_to_bot"), testid: `forward-${message.key}`, on: { click: () => ctx.forward(message) } },
      el("span", { class: "icon out", "aria-hidden": "true" })),
    editable && el("button", { type: "button", class: "tool", "aria-label": t("editing"), title: t("edit"), testid: `edit-${message.key}`, on: { click: () => ctx.edit(message) } },
      el("span", { class: "icon pen", "aria-hidden": "true" })));
}

function keyboard(message, ctx) {
  const rows = Array.isArray(message.buttons) ? message.buttons.filter((row) => row?.length) : [];
  if (!rows.length || message.deleted) return null;
  // Messages for one person are numbered by themselves, so the number alone could name two messages.
  const request = (button) => ({ chat: ctx.chat, id: message.id, ephemeral: Boolean(message.ephemeral), data_id: button.data_id });
  return el("div", { class: "keyboard" }, ...rows.map((row) => el("div", { class: "key-row" }, ...row.map((button) => {
    const press = () => (button.url ? ctx.openLink(button.url) : ctx.act("press", request(button)));
    const node = pushButton(button.text ?? "", press, { class: "key", testid: `button-${button.text ?? ""}`, data: { button: "" } });
    if (button.url) node.append(el("span", { class: "icon out", role: "img", "aria-label": t("opens_page") }));
    return node;
  }))));
}
