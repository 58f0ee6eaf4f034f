// Purpose: remember small choices in the browser. Invariant: a browser that forbids storage only forgets, it never breaks the page.

/** What was kept under this name, or null. `area` is "local" (stays) or "session" (until the tab closes). */
export function recall(name, area = "session") {
  try {
    return store(area).getItem(`homeroom.${name}`);
  } catch {
    return null;
  }
}

/** Keeps a text under this name. */
export function remember(name, value, area = "session") {
  try {
    store(area).setItem(`homeroom.${name}`, value);
  } catch {
    // Storage is forbidden or full: the choice lasts until the page is closed.
  }
}

function store(area) {
  return area === "local" ? window.localStorage : window.sessionStorage;
}
