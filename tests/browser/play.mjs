// Purpose: play the first steps of the thread in a real browser against a running sandbox.
// Invariant: every wait ends, with the thing waited for or with a failed step; nothing sleeps for a fixed time.
//
// BASE_URL=http://127.0.0.1:8080 OUT_DIR=out PAGE_LANGUAGE=en CHROMIUM=<path, if not on PATH> node play.mjs
// PAGE_LANGUAGE is the language the sandbox was started with: zh-CN (default) or en.

import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const BASE_URL = process.env.BASE_URL ?? "http://127.0.0.1:8080";
const OUT_DIR = process.env.OUT_DIR ?? "out";
const WAIT_MS = Number(process.env.WAIT_MS ?? 20_000);
/** How often the clock may be moved before a lesson must have come. */
const EVENTS_MAX = 8;
/** After one move of the clock the bot has this long to post, before the clock moves on. */
const LESSON_MS = 6_000;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const LANGUAGE = process.env.PAGE_LANGUAGE ?? "zh-CN";
const DONE = /学完|finished/iu;
const QUIZ = /做小测|take the quiz/iu;
const SETUP = /启用|set.?up/iu;
/** What the people of each language write, and words of the bot's answers. */
const WORDS = {
  "zh-CN": { points: "积分", advertisement: "招聘宝妈兼职，在家就能做，日结300元，加我微信 xiaoliu888", early: /不着急/u, done: /学完啦/u, here: /只有您看得到/u, quiz: /小测做完了/u, removed: /已移除/u },
  en: { points: "points", advertisement: "Part-time job from home: easy money, paid daily! Add me on WhatsApp.", early: /no rush/u, done: /Well done/u, here: /only you/u, quiz: /Quiz finished/u, removed: /was removed/u },
}[LANGUAGE];

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) if (existsSync(join(folder, name))) return join(folder, name);
  }
  throw new Error("no Chromium on PATH; set CHROMIUM");
}

const byTestid = (id) => `[data-testid="${id}"]`;
let page;
let passed = 0;
let failed = 0;
const problems = [];

/** Runs one step, prints one line, keeps a picture of both sizes. After a failure the rest would only fail for its sake, so it is left out. */
async function step(name, run) {
  if (failed) return;
  const label = `${String(passed + 1).padStart(2, "0")}-${name.replace(/[^a-z0-9]+/giu, "-")}`;
  try {
    const note = await run();
    await shoot(label);
    passed += 1;
    console.log(`ok   ${name}${note ? ` (${note})` : ""}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${String(error.message ?? error).split("\n")[0]}`);
    // What the page looked like helps to find out why; if even that fails, the line above already says so.
    await page.screenshot({ path: join(OUT_DIR, `${label}-failed.png`) }).catch(() => {});
  }
}

async function shoot(label) {
  for (const [size, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    await page.setViewportSize(viewport);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert(wide <= 0, `the page is ${wide} px wider than a ${size}`);
    await page.screenshot({ path: join(OUT_DIR, `${label}-${size}.png`), animations: "disabled" });
  }
  await page.setViewportSize(DESKTOP);
}

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

/** Waits until one of the locators shows; -1 if none does in time. */
async function firstShown(locators, timeout = WAIT_MS) {
  const waits = locators.map((locator, index) => locator.first().waitFor({ state: "visible", timeout }).then(() => index));
  try {
    return await Promise.any(waits);
  } catch {
    return -1;
  }
}

async function become(role) {
  await page.locator(`#people [data-role="${role}"]`).first().click();
  await page.locator(`#people .current [data-role="${role}"]`).waitFor({ timeout: WAIT_MS });
}

/** Presses a button and waits until the page says that the answer has come. */
async function press(locator) {
  const handle = await locator.elementHandle({ timeout: WAIT_MS });
  await locator.click({ timeout: WAIT_MS });
  await page.waitForFunction((node) => !node.isConnected || node.getAttribute("aria-busy") !== "true", handle, { timeout: WAIT_MS });
}

/** Takes away what the bot said to a press, so that the next step can't mistake it for its own answer. */
async function clearNotices() {
  const ok = page.locator(byTestid("alert-ok"));
  if (await ok.count()) {
    await ok.first().click();
    await page.locator(byTestid("alert")).first().waitFor({ state: "detached", timeout: WAIT_MS });
  }
  await page.evaluate(() => document.querySelectorAll('[data-testid="toast"]').forEach((toast) => toast.click()));
}

const botStatus = (wanted) => page.locator(`#chat-head[data-bot-status="${wanted}"]`);
const botButtons = (pattern) => page.locator('article[data-bot="true"] [data-button]').filter({ hasText: pattern });
const onlyYou = () => page.locator('article[data-only-you="true"]');
const noticed = (pattern) => [byTestid("alert"), `${byTestid("toast")}[data-kind="bot"]`].map((one) => page.locator(one).filter({ hasText: pattern }));

async function play() {
  await step("open the page as the teacher", async () => {
    await page.goto(BASE_URL, { timeout: WAIT_MS });
    await page.locator("#people [data-role]").first().waitFor({ timeout: WAIT_MS });
    await become("teacher");
    await page.locator('#chats [data-kind]:not([data-kind="private"])').first().click();
    await page.locator(byTestid("chat-title")).waitFor({ timeout: WAIT_MS });
  });

  await step("add the bot and make it administrator", async () => {
    const add = page.locator(byTestid("hint-add-bot"));
    const promote = page.locator(byTestid("hint-promote-bot"));
    const ready = botStatus("administrator");
    const found = await firstShown([add, promote, ready]);
    assert(found >= 0, "neither a bot nor a way to add one");
    if (found === 0) await press(add);
    if (found !== 2 && (await firstShown([promote, ready])) === 0) await press(promote);
    await ready.waitFor({ timeout: WAIT_MS });
    await page.locator("#chat-hint").waitFor({ state: "hidden", timeout: WAIT_MS });
  });

  await step("press the set-up button", async () => {
    await press(botButtons(SETUP).first());
    await page.locator(byTestid("alert")).first().waitFor({ timeout: WAIT_MS });
    await clearNotices();
    await botButtons(SETUP).first().waitFor({ state: "detached", timeout: WAIT_MS });
    await page.locator(`${byTestid("tour-step-1")}[data-done="true"]`).waitFor({ timeout: WAIT_MS });
  });

  await step("move the clock until the bot posts a lesson", async () => {
    await page.locator('#chats [data-kind]:not([data-kind="private"])').first().click();
    for (let moved = 1; moved <= EVENTS_MAX; moved += 1) {
      const before = await page.locator("#clock").innerText();
      await press(page.locator(byTestid("clock-next")));
      assert((await page.locator("#clock").innerText()) !== before, "the clock did not move");
      if ((await firstShown([botButtons(DONE)], LESSON_MS)) === 0) return `${moved} moves`;
    }
    throw new Error(`no lesson after ${EVENTS_MAX} moves`);
  });

  await step("as a parent, press Done before the lesson can have been read", async () => {
    await become("parent");
    await press(botButtons(DONE).last());
    assert((await firstShown(noticed(WORDS.early))) >= 0, "the bot did not ask for patience");
    await clearNotices();
  });

  await step("an hour later, press Done", async () => {
    await press(page.locator(byTestid("clock-hour")));
    await press(botButtons(DONE).last());
    assert((await firstShown(noticed(WORDS.done))) >= 0, "the lesson did not count");
    await clearNotices();
  });

  await step("answer every question of the quiz, seen by nobody else", async () => {
    await press(botButtons(QUIZ).last());
    assert((await firstShown(noticed(WORDS.here))) >= 0, "the bot did not say where the questions are");
    await clearNotices();
    const told = onlyYou().filter({ hasText: WORDS.quiz });
    const letter = page.locator("[data-button]").filter({ hasText: /^\s*A\s*$/u });
    const card = onlyYou().filter({ has: letter });
    const option = card.locator("[data-button]").filter({ hasText: /^\s*A\s*$/u });
    let answered = 0;
    // An answer changes the card into the next question, and at last into the result.
    while ((await firstShown([told, option])) === 1) {
      const before = await card.first().innerText();
      await press(option.first());
      await page.waitForFunction((words) => ![...document.querySelectorAll('article[data-only-you="true"]')].some((one) => one.innerText === words), before, { timeout: WAIT_MS });
      answered += 1;
    }
    await told.first().waitFor({ timeout: WAIT_MS });
    assert(answered >= 3, `only ${answered} questions`);
    return `${answered} questions`;
  });

  await step("ask for the points, seen by nobody else", async () => {
    const before = await onlyYou().count();
    await page.locator(byTestid("composer")).fill(WORDS.points);
    await page.locator(byTestid("composer")).press("Enter");
    const answered = await firstShown([onlyYou().nth(before), ...noticed(/分|point/iu)]);
    assert(answered >= 0, "no private answer");
    const answer = onlyYou().nth(before);
    const key = answered === 0 ? await answer.getAttribute("data-testid") : null;
    if (key) assert(/分|point/iu.test(await answer.innerText()), "the answer does not speak of points");
    await clearNotices();
    // What one parent asked must not show up for the next.
    const other = page.locator('#people [data-role="parent"]').nth(1);
    await other.click();
    await page.locator(`#people .current ${byTestid(await other.getAttribute("data-testid"))}`).waitFor({ timeout: WAIT_MS });
    if (key) await page.locator(byTestid(key)).waitFor({ state: "detached", timeout: WAIT_MS });
    return key ? "in the group, for one pair of eyes" : "as a notice";
  });

  await step("as the advertiser, post an advertisement and see it removed", async () => {
    await become("advertiser");
    const join = page.locator(byTestid("join"));
    const composer = page.locator(byTestid("composer"));
    const found = await firstShown([join, composer]);
    assert(found >= 0, "neither a way to join nor to write");
    if (found === 0) await press(join);
    await composer.waitFor({ timeout: WAIT_MS });
    await composer.fill(WORDS.advertisement);
    await page.locator(byTestid("send")).click();
    await page.locator('article[data-own="true"][data-deleted="true"]').first().waitFor({ timeout: WAIT_MS });
  });

  await step("the advertiser is told why", async () => {
    await onlyYou().filter({ hasText: WORDS.removed }).first().waitFor({ timeout: WAIT_MS });
  });

  await step("the parent reads the answer, and of the advertisement only that it is gone", async () => {
    await become("parent");
    await onlyYou().filter({ hasText: WORDS.quiz }).first().waitFor({ timeout: WAIT_MS });
    await page.locator('article[data-own="false"][data-deleted="true"]').first().waitFor({ timeout: WAIT_MS });
    assert((await onlyYou().filter({ hasText: WORDS.removed }).count()) === 0, "what the advertiser is told is shown to a parent");
  });

  await step("the tour has ticked itself off", async () => {
    for (let number = 1; number <= 6; number += 1) {
      await page.locator(`${byTestid(`tour-step-${number}`)}[data-done="true"]`).waitFor({ timeout: WAIT_MS });
    }
  });

  await step("the page had no errors", async () => {
    assert(problems.length === 0, problems.join("; "));
  });
}

mkdirSync(OUT_DIR, { recursive: true });
const browser = await chromium.launch({ executablePath: findBrowser(), args: FLAGS });
try {
  page = await browser.newPage({ viewport: DESKTOP, locale: LANGUAGE });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content.Security.Policy/iu.test(message.text())) problems.push(message.text());
  });
  await play();
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
