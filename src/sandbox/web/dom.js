// Purpose: build page elements. Invariant: text reaches the page as text only; there is no way here to hand in markup.

/**
 * Makes one element.
 * @param {string} tag the element's name
 * @param {object} [props] `class`, `text`, `data` (data-* values), `on` (listeners), `testid`; anything else is an attribute
 * @param {...(Node|string|null|false|undefined)} children empty ones are left out, so a condition can stand in the list
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "testid") node.dataset.testid = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A push button; `run` may be asynchronous, and the button rests until it has ended. */
export function pushButton(text, run, props = {}) {
  const node = el("button", { type: "button", class: "button", text, ...props });
  node.addEventListener("click", async (event) => {
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    try {
      await run(event);
    } finally {
      node.removeAttribute("aria-busy");
    }
  });
  return node;
}

/** Replaces what is inside `root`, and gives the focus back to the element with the same test id, or else to `root`. */
export function replaceKeepingFocus(root, ...children) {
  const active = document.activeElement;
  const held = active && active !== root && root.contains(active) ? active.dataset.testid : null;
  root.replaceChildren(...children.filter(Boolean));
  if (held) focusFirst(findByTestid(root, held), root);
}

/** Focuses the first of these elements that takes it; without one, a keyboard would start over at the top of the page. */
export function focusFirst(...nodes) {
  for (const node of nodes.filter(Boolean)) {
    node.focus({ preventScroll: true });
    if (document.activeElement === node) return;
  }
}

/** The element with this test id inside `root`. The id may hold anything a person typed, so it is compared, not put in a selector. */
export function findByTestid(root, id) {
  for (const node of root.querySelectorAll("[data-testid]")) if (node.dataset.testid === id) return node;
  return null;
}

const HUES = 8;

/** One of eight colours, always the same for the same person. */
export function hueOf(id) {
  let sum = 0;
  for (const char of String(id)) sum = (sum * 31 + char.codePointAt(0)) >>> 0;
  return (sum ^ (sum >>> 7)) % HUES;
}

/** One Chinese character, or up to two initials. */
function initials(name) {
  const letters = [...String(name).trim()];
  if (letters.length === 0) return "?";
  if (/\p{Script=Han}/u.test(letters[0])) return letters[0];
  const words = String(name).trim().split(/\s+/u);
  return words.slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();
}

/** A round picture: what the world gives as avatar (an emoji, letters, or a picture of our own server), or else initials. */
export function avatar(id, name, given, extra = "") {
  const node = el("span", { class: `avatar hue-${hueOf(id)} ${extra}`.trim(), "aria-hidden": "true" });
  const picture = typeof given === "string" && given.startsWith("/") ? safePicture(given) : null;
  if (picture) node.append(el("img", { src: picture, alt: "" }));
  else if (typeof given === "string" && given && [...given].length <= 4) node.textContent = given;
  else node.textContent = initials(name);
  return node;
}

/** The address if it is a picture this page may show (own server, data or blob), else null. */
export function safePicture(address) {
  if (typeof address !== "string") return null;
  if (/^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/iu.test(address)) return address;
  return ownAddress(address);
}

/** The address if it points to our own server or to a blob of this page, else null. */
export function ownAddress(address) {
  const url = parse(address);
  if (!url || url.origin !== location.origin) return null;
  return ["http:", "https:", "blob:"].includes(url.protocol) ? url.href : null;
}

/** A web address a person may be sent to after being asked, else null: `javascript:` and the like never pass. */
export function webAddress(address) {
  const url = parse(address);
  return url && ["http:", "https:", "tg:"].includes(url.protocol) ? url : null;
}

function parse(address) {
  try {
    return new URL(address, location.href);
  } catch {
    return null;
  }
}
