// Purpose: talk to the sandbox server. Invariant: every failure comes back as `Unreachable` (nobody answered) or `Refused` (it said no).

/** Nobody answered, or what came back was not an answer of the sandbox. */
export class Unreachable extends Error {}

/** The sandbox understood and said no; the message is meant for people. */
export class Refused extends Error {}

/** An answer later than this counts as none: 20 s. */
const ANSWER_MS_MAX = 20_000;
/** Moving the clock plays everything that was due in between: 120 s. */
const CLOCK_MS_MAX = 120_000;

async function call(path, options = {}, limitMs = ANSWER_MS_MAX) {
  let response;
  let body = null;
  try {
    response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(limitMs), ...options });
    const text = await response.text();
    if (text) body = JSON.parse(text);
  } catch (cause) {
    // A refusal without a JSON body is still a refusal.
    if (!response || response.ok) throw new Unreachable(String(cause));
  }
  if (response.status >= 500) throw new Unreachable(`status ${response.status}`);
  if (!response.ok) throw new Refused(String(body?.error ?? `HTTP ${response.status}`));
  return body ?? {};
}

/** Who is there, which chats exist, what time it is. */
export function fetchWorld() {
  return call("/api/world");
}

/** One chat as one person sees it. */
export function fetchView(person, chat) {
  return call(`/api/view?${new URLSearchParams({ as: String(person), chat: String(chat) })}`);
}

/** Does something as a person, for example `postAct(7, "write", {chat, text})`. */
export function postAct(person, act, fields) {
  return call("/api/act", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ as: person, act, ...fields }),
  }, act === "clock" ? CLOCK_MS_MAX : ANSWER_MS_MAX);
}

/** Calls `changed` whenever the world changed or the line came back. The browser reconnects by itself; a closed line is opened again. */
export function listen(changed, lost) {
  const reopenMs = 2_000;
  const open = () => {
    const source = new EventSource("/api/events");
    source.addEventListener("open", changed);
    source.addEventListener("changed", changed);
    source.addEventListener("error", () => {
      lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(open, reopenMs);
    });
  };
  open();
}

/** Reads a chosen file as a `data:` address. */
export function readDataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
