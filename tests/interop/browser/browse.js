"use strict";
// What a browser makes of the pages: node browse.js TREE HOSTILE-TREE CLOCKS-TREE PROFILE [TREE…] (see run). Of further trees,
// all pages are opened, and their pictures held against their lists.
const assert = require("node:assert");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const TYPES = { ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript",
  ".ics": "text/calendar; charset=utf-8", ".atom": "application/atom+xml", ".json": "application/json" };
const [tree, hostile, clocks, profile, ...more] = process.argv.slice(2);

const serve = (root) => new Promise((resolve) => {
  const server = http.createServer((request, response) => {
    const file = path.join(root, path.normalize(decodeURIComponent(new URL(request.url, "http://x").pathname)));
    if (!fs.existsSync(file) || !fs.statSync(file).isFile()) {
      // Browsers ask for this of themselves.
      response.writeHead(request.url === "/favicon.ico" ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[path.extname(file)] || "application/octet-stream" });
    response.end(fs.readFileSync(file));
  });
  server.listen(0, "127.0.0.1", () => resolve({ server, origin: `http://127.0.0.1:${server.address().port}` }));
});

// A context in which nothing goes unseen: what the console says, dialogs, and requests that leave the origin.
const watched = async (browser, origin, options) => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const seen = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) seen.push(message.text()); });
  page.on("pageerror", (error) => seen.push(error.message));
  page.on("dialog", (dialog) => { seen.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(origin)) seen.push(`request ${request.url()}`); });
  return { context, page, seen };
};

const pagesOf = (root) => {
  const found = fs.readdirSync(root, { recursive: true }).map((name) => name.split(path.sep).join("/"));
  return found.filter((name) => name.endsWith(".html")).sort();
};

const violations = (page) => page.evaluate(`${axe}; axe.run().then((result) =>
  result.violations.map((violation) => violation.id + ": " + violation.nodes.map((node) => node.html).join(" ")))`);

// On paper there is what there is to read, and nothing to press.
const printed = async (page, name) => {
  await page.emulateMedia({ media: "print" });
  const wrong = await page.evaluate(() => {
    const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const all = (selector) => [...document.querySelectorAll(selector)];
    const missing = all("h1, article h3, .sheet h3").filter((node) => !shown(node));
    const needless = all("nav, .tools, .subscribe, .add, .skip").filter(shown);
    return [...missing, ...needless].map((node) => node.outerHTML.slice(0, 200));
  });
  assert.deepStrictEqual(wrong, [], `${name} on paper`);
  const file = await page.pdf({ format: "A4", preferCSSPageSize: true });
  const sheets = file.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(file.length > 5000, `${name}: what is printed has ${file.length} bytes`);
  const most = name.endsWith("visits/us-state-visit.html") ? 2 : name.includes("days/") ? 1 : Infinity;
  assert.ok(sheets <= most, `${name}: ${sheets} sheets`);
};

const everyPage = async (browser, root, origin) => {
  let looked = 0;
  for (const name of pagesOf(root)) {
    for (const [width, colorScheme] of [[390, "light"], [390, "dark"], [1200, "light"], [1200, "dark"]]) {
      const { context, page, seen } = await watched(browser, origin, { viewport: { width, height: 900 }, colorScheme });
      const bodies = [];
      page.on("response", (response) => bodies.push(response.body().catch(() => "")));
      await page.goto(`${origin}/${name}`, { waitUntil: "networkidle" });
      const weight = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
      assert.deepStrictEqual(seen, [], `${name}: console and requests`);
      assert.ok(weight > 0 && weight < 150 * 1024, `${name}: ${weight} bytes`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(beyond <= 0, `${name} at ${width}: ${beyond} pixels too wide`);
      assert.deepStrictEqual(await violations(page), [], `${name} at ${width}, ${colorScheme}`);
      if (width > 1000 && colorScheme === "light") await printed(page, name);
      await context.close();
      looked += 1;
    }
  }
  return looked;
};

const withoutScript = async (browser, origin) => {
  const texts = [];
  for (const javaScriptEnabled of [true, false]) {
    const { context, page, seen } = await watched(browser, origin, { javaScriptEnabled });
    await page.clock.setFixedTime(new Date("2025-08-20T12:00:00Z"));
    await page.goto(`${origin}/visits/us-state-visit.html`);
    const text = (await page.locator("main").innerText()).split("\n").map((line) => line.trim()).filter(Boolean);
    texts.push(text);
    assert.deepStrictEqual(seen, []);
    await context.close();
  }
  const [all, bare] = texts;
  // The script adds badges before titles, and lines; it takes nothing away.
  const missing = bare.filter((line) => !all.some((other) => other.endsWith(line)));
  assert.deepStrictEqual(missing, []);
  assert.ok(bare.includes("12:15–12:45"), "both clocks are there without a script");
  assert.ok(bare.includes("01:15 Tue Seoul"));
};

const ownClock = async (browser, origin) => {
  const { context, page, seen } = await watched(browser, origin, { timezoneId: "Europe/Berlin" });
  await page.clock.setFixedTime(new Date("2025-08-25T16:30:00Z"));
  await page.goto(`${origin}/visits/us-state-visit.html`);
  const summit = page.locator("article").filter({ hasText: "in the Oval Office" }).first();
  const own = summit.locator(".clocks .you");
  assert.strictEqual(await own.innerText(), "18:15 Berlin (you)");
  assert.match(await summit.innerText(), /^12:15–12:45/);
  assert.match(await summit.innerText(), /01:15 Tue Seoul/);
  await page.selectOption("#_clock", "Australia/Sydney");
  assert.strictEqual(await own.innerText(), "02:15 Tue Sydney (you)");
  await page.reload();
  assert.strictEqual(await page.locator("#_clock").inputValue(), "Australia/Sydney", "the choice is remembered");
  // Her clock is one that stands there already, or the host's.
  await page.selectOption("#_clock", "Asia/Seoul");
  assert.strictEqual(await summit.locator(".clocks").innerText(), "01:15 Tue Seoul");
  assert.strictEqual(await page.locator(".you").count(), 0, "what stands there already is not said to be hers");
  await page.selectOption("#_clock", "America/New_York");
  assert.strictEqual(await summit.locator(".clocks").innerText(), "01:15 Tue Seoul");
  await page.selectOption("#_clock", "");
  assert.strictEqual(await page.locator(".you").count(), 0);
  // Any other zone can be typed in.
  await page.selectOption("#_clock", "*");
  await page.fill("#_other", "Asia/Kathmandu");
  await page.locator("#_other").blur();
  assert.strictEqual(await own.innerText(), "22:00 Kathmandu (you)");
  assert.deepStrictEqual(seen, []);
  await context.close();
};

// What is said of now, next and later, at instants, by hand: [visit, instant, what is said].
const D = "Dinner with Korean Americans", A = "Arrival at the White House, greeted by President Trump",
  S = "Korea–U.S. summit in the Oval Office", L = "Working lunch", W = "Wreath-laying at Arlington National Cemetery";
const REST = "Today, time not announced: Business round table with Korean and U.S. companies | "
  + "Policy speech at the Center for Strategic and International Studies | Dinner with opinion leaders";
const LAST = "Visit to the Seo Jae-pil Memorial | Visit to Hanwha Philly Shipyard, with a ship-naming ceremony | Flight home to Seoul";
const OVER = "This visit is over.";
const SAID = [
  ["us-state-visit", "2025-08-20T12:00:00Z", [`Next: ${D}`]],
  ["us-state-visit", "2025-08-24T20:00:00Z", [`Today, time not announced: ${D}`, `Next, in 20 hours: ${A}`]],
  ["us-state-visit", "2025-08-25T03:00:00Z", [`Today, time not announced: ${D}`, `Next, in 13 hours: ${A}`]],
  ["us-state-visit", "2025-08-25T04:00:00Z", [`Next, in 12 hours: ${A}`, REST]],
  ["us-state-visit", "2025-08-25T15:59:00Z", [`Next, in 1 minute: ${A}`, REST]],
  ["us-state-visit", "2025-08-25T16:00:00Z", [`Began 12:00, end not announced: ${A}`, `Next, in 15 minutes: ${S}`, REST]],
  ["us-state-visit", "2025-08-25T16:15:00Z", [`Now, until 12:45 Washington: ${S}`, `Next, in 30 minutes: ${L}`, REST]],
  ["us-state-visit", "2025-08-25T16:44:00Z", [`Now, until 12:45 Washington: ${S}`, `Next, in 1 minute: ${L}`, REST]],
  ["us-state-visit", "2025-08-25T16:45:00Z", [`Began 12:45, end not announced: ${L}`, REST, `Next: ${W}`]],
  ["us-state-visit", "2025-08-25T17:00:00Z", [`Began 12:45, end not announced: ${L}`, REST, `Next: ${W}`]],
  ["us-state-visit", "2025-08-25T19:00:00Z", [REST, `Next: ${W}`]],
  ["us-state-visit", "2025-08-26T03:59:00Z", [REST, `Next: ${W}`]],
  ["us-state-visit", "2025-08-26T15:00:00Z", [`Today, time not announced: Flight to Philadelphia | ${LAST}`]],
  ["us-state-visit", "2025-08-26T16:00:00Z", [`Today, time not announced: ${LAST}`]],
  ["us-state-visit", "2025-08-27T04:00:00Z", []],
  ["us-state-visit", "2025-08-28T15:00:00Z", [OVER]],
  ["japan-working-visit", "2025-08-22T15:00:00Z", [5, "Next: 1"]],
  ["japan-working-visit", "2025-08-23T03:30:00Z", [4, "Next: 1"]],
  ["japan-working-visit", "2025-08-23T08:00:00Z", [2, "Next: 1"]],
  ["japan-working-visit", "2025-08-24T02:00:00Z", [2]],
  ["japan-working-visit", "2025-08-24T04:00:00Z", [1]],
  ["japan-working-visit", "2025-08-24T10:01:00Z", []],
  ["japan-working-visit", "2025-08-25T04:00:00Z", [OVER]],
];
// The date line is crossed, the clocks are set back in the night, and of some only a bound is known (see clocks/).
const SAID_OF_CLOCKS = [
  ["date-line", "2026-12-11T06:00:00Z", ["Next, in 30 minutes: Dinner"]],
  ["date-line", "2026-12-11T07:00:00Z", ["Began about 19:30, end not announced: Dinner", "Next, in 14 hours: Flight to Honolulu"]],
  ["date-line", "2026-12-11T21:00:00Z", ["Now, until about 20:30 Fri Honolulu: Flight to Honolulu", "Next, in 21 hours: Breakfast"]],
  ["date-line", "2026-12-12T06:30:00Z", ["Next, in 11 h 30 min: Breakfast"]],
  ["date-line", "2026-12-12T18:30:00Z", ["Now, until 09:00 Honolulu: Breakfast", "between 17:00 and 19:00: Meeting"]],
  ["date-line", "2026-12-13T04:00:00Z", ["between 17:00 and 19:00: Meeting"]],
  ["date-line", "2026-12-13T05:00:00Z", []],
  ["date-line", "2026-12-13T11:00:00Z", [OVER]],
  ["change", "2026-10-24T20:30:00Z", ["Next, in 30 minutes: Night session"]],
  ["change", "2026-10-25T00:30:00Z", ["Now, until 04:00 Sun Berlin: Night session", "Next, in 6 h 30 min: Breakfast"]],
  ["change", "2026-10-25T01:30:00Z", ["Now, until 04:00 Sun Berlin: Night session", "Next, in 5 h 30 min: Breakfast"]],
  ["change", "2026-10-25T03:00:00Z", ["Next, in 4 hours: Breakfast"]],
  ["change", "2026-10-25T07:30:00Z", ["Now, until 09:00 Berlin: Breakfast"]],
  ["bounds", "2027-03-09T08:00:00Z", ["Next, in 4 hours: Talks", "Today, time not announced: Paper | Photograph | Reception"]],
  ["bounds", "2027-03-09T11:30:00Z", ["Next, in 30 minutes: Talks", "Today, time not announced: Photograph | Reception"]],
  ["bounds", "2027-03-09T12:30:00Z", ["Now, until 14:00 Madrid time: Talks", "Next, in 1 hour: Questions", "Today, time not announced: Photograph | Reception"]],
  ["bounds", "2027-03-09T13:15:00Z", ["Next, in 15 minutes: Questions", "Today, time not announced: Photograph | Reception"]],
  ["bounds", "2027-03-09T13:45:00Z", ["14:30: Questions", "Next, in 5 h 45 min: Dinner", "Today, time not announced: Reception"]],
  ["bounds", "2027-03-09T16:30:00Z", ["14:30: Questions", "Next, in 3 hours: Dinner", "Today, time not announced: Reception"]],
  ["bounds", "2027-03-09T19:00:00Z", ["14:30: Questions", "Next, in 30 minutes: Dinner", "Today, time not announced: Reception"]],
  ["bounds", "2027-03-09T21:30:00Z", ["Now, until about 23:00 Madrid time: Dinner", "Next: Briefing"]],
  ["bounds", "2027-03-09T22:10:00Z", ["Next: Briefing"]],
  ["bounds", "2027-03-10T07:30:00Z", ["between 09:00 and 11:00: Briefing"]],
  ["bounds", "2027-03-10T09:00:00Z", ["between 09:00 and 11:00: Briefing"]],
  ["bounds", "2027-03-10T10:30:00Z", []],
];

const cards = (page) => page.evaluate(() => [...document.querySelectorAll("#_now > *")].map((card) => {
  const kind = card.querySelector(".kind");
  if (!kind) return card.textContent;
  return `${kind.textContent}: ${[...card.querySelectorAll("a:not(.add)")].map((link) => link.textContent).join(" | ")}`;
}));
const said = async (browser, origin, table) => {
  for (const [visit, at, expected] of table) {
    const { context, page, seen } = await watched(browser, origin, { timezoneId: "Europe/London" });
    await page.clock.setFixedTime(new Date(at));
    await page.goto(`${origin}/visits/${visit}.html`);
    const found = await cards(page);
    // A number is how many there are later today; "Next: 1" that something of another day is next.
    const like = found.map((text, position) => typeof expected[position] === "number" && text.startsWith("Today")
      ? text.split(" | ").length : expected[position] === "Next: 1" && text.startsWith("Next: ") ? "Next: 1" : text);
    assert.deepStrictEqual(like, expected, `${visit} at ${at}: ${found.join("; ")}`);
    assert.deepStrictEqual(seen, []);
    await context.close();
  }
};

// At many instants in many zones: nothing is now outside of two clock times, and each hour shown is the entry's.
const ZONES = ["Europe/London", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "Pacific/Honolulu", "Asia/Seoul"];
const statements = async (browser, root, origin) => {
  let looked = 0, seed = 1;
  const random = (below) => { seed = (seed * 48271) % 2147483647; return seed % below; };
  for (const name of pagesOf(root).filter((path) => path.includes("visits/"))) {
    for (let time = 0; time < 4; time += 1) {
      const zone = ZONES[random(ZONES.length)];
      const { context, page } = await watched(browser, origin, { timezoneId: zone });
      await page.goto(`${origin}/${name}`);
      const [first, last] = await page.evaluate(() => {
        const instants = [...document.querySelectorAll("[data-day]")].map((found) => Date.parse(found.dataset.day));
        return [Math.min(...instants), Math.max(...instants) + 86400000];
      });
      const now = first + random(Math.round((last - first) / 60000)) * 60000;
      await page.clock.setFixedTime(new Date(now));
      await page.reload();
      const wrong = await page.evaluate(([at, zone]) => {
        const clock = (instant) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(instant));
        const wrong = [];
        for (const article of document.querySelectorAll("article")) {
          const { known, from, to } = article.dataset;
          if (article.matches(".now") && !(known === "clock" && Date.parse(from) <= at && at < Date.parse(to))) wrong.push(`now: ${article.id}`);
          const own = article.querySelector(".you");
          if (own && !from) wrong.push("a clock without a time");
          if (own && from && !own.textContent.includes(clock(from))) wrong.push(`${own.textContent} is not ${clock(from)}`);
          // What is said of the beginning; an end may be approximate alone.
          const begins = (article.querySelector(".time").textContent.match(/^\D*\d\d:\d\d(경|ごろ)?/) || [""])[0];
          const approximate = begins.match(/about|경|ごろ/);
          if (own && approximate && !own.textContent.match(/about|경|ごろ/)) wrong.push(`exact: ${own.textContent}`);
        }
        return wrong;
      }, [now, zone]);
      assert.deepStrictEqual(wrong, [], `${name} at ${new Date(now).toISOString()} in ${zone}`);
      looked += 1;
      await context.close();
    }
  }
  return looked;
};

// The picture of a visit says what its list says: of each entry with a clock time or a window the day, the hour and the state,
// and of others nothing.
const pictures = async (browser, root, origin) => {
  let drawn = 0;
  for (const name of pagesOf(root).filter((path) => path.includes("visits/"))) {
    const { context, page } = await watched(browser, origin, {});
    await page.goto(`${origin}/${name}`);
    const { wrong, count } = await page.evaluate(() => {
      const wrong = [], seen = new Map();
      const textOf = (element) => element.textContent.trim();
      for (const strip of document.querySelectorAll(".strip")) {
        const svg = strip.querySelector("svg");
        const [from, to] = [svg.dataset.from, svg.dataset.to].map((text) => Date.parse(text));
        const [heading, omitted] = [textOf(strip.querySelector("figcaption")), [...svg.children].some((child) => child.matches("text:not([class])"))];
        for (const item of svg.querySelectorAll(".item")) {
          const article = document.getElementById(item.getAttribute("href").slice(1)).closest("article");
          const { known, from: begins } = article.dataset;
          const what = `${heading}: ${textOf(item)}`;
          const state = [...item.classList].find((word) => word !== "item");
          if (!article.classList.contains(state)) wrong.push(`${what} is ${state}`);
          const mark = item.querySelector(".bar, .outline");
          const at = begins && ((Date.parse(begins) - from) / (to - from)) * Number(svg.dataset.width);
          const isBegin = begins && Math.abs(Number(mark.getAttribute("x")) - Math.min(at, Number(svg.dataset.width) - 3)) < 0.2;
          const isOfDay = heading.startsWith(textOf(article.closest(".day").querySelector("h2")).split(" · ")[0]);
          // What is not where it begins is the other end of a journey.
          if ((!isBegin || !isOfDay) && !article.querySelector("summary").textContent.includes("→") && !article.querySelectorAll(".more .full")[1]) wrong.push(`${what} is elsewhere`);
          if ((known === "window") !== mark.matches(".outline") && isBegin) wrong.push(`${what} is drawn as another`);
          if (isBegin && isOfDay) seen.set(article, omitted);
        }
        if (omitted) for (const article of document.querySelectorAll("article")) seen.set(article, true);
      }
      for (const article of document.querySelectorAll("article:not(.withdrawn)")) {
        if (["clock", "window"].includes(article.dataset.known) && !seen.has(article)) wrong.push(`not drawn: ${textOf(article.querySelector("h3"))}`);
      }
      return { wrong, count: seen.size };
    });
    assert.deepStrictEqual(wrong, [], name);
    drawn += count;
    await context.close();
  }
  return drawn;
};

// Of the list of visits, what is now and next; of many entries, a choice that stands in the address.
const onIndex = async (browser, origin) => {
  for (const [at, expected] of [
    ["2025-08-25T16:20:00Z", [`Now, until 12:45 Washington: ${S}`, `Next, in 25 minutes: ${L}`, REST]],
    ["2025-08-28T15:00:00Z", []],
  ]) {
    const { context, page, seen } = await watched(browser, origin, { timezoneId: "Europe/London" });
    await page.clock.setFixedTime(new Date(at));
    await page.goto(`${origin}/index.html`);
    assert.deepStrictEqual(await cards(page), expected, at);
    if (expected.length) {
      assert.match(await page.locator("#_now .at").first().innerText(), /17:15 London \(you\).*State visit to the United States/);
      assert.match(await page.locator("#_now .add").first().getAttribute("href"), /^events\/.*oval-office-meeting\.ics$/);
      await page.locator("#_now .title").first().click();
      await page.waitForURL(/visits\/us-state-visit\.html#oval-office-meeting$/);
    }
    assert.deepStrictEqual(seen, []);
    await context.close();
  }
};

// The days' own page leads to the day it is where something is on, while it is; from there, and at any other time, it is a list.
const onToday = async (browser, origin) => {
  for (const [at, expected] of [
    ["2025-08-22T14:59:59Z", "today.html"], ["2025-08-22T15:00:00Z", "days/2025-08-23.html"], ["2025-08-23T15:00:00Z", "days/2025-08-24.html"],
    // Over in Tokyo, and not yet in Washington.
    ["2025-08-25T03:59:59Z", "days/2025-08-24.html"], ["2025-08-25T04:00:00Z", "days/2025-08-25.html"], ["2025-08-27T04:00:00Z", "today.html"],
  ]) {
    const { context, page, seen } = await watched(browser, origin, { timezoneId: "Pacific/Auckland" });
    await page.clock.setFixedTime(new Date(at));
    await page.goto(`${origin}/today.html`, { waitUntil: "networkidle" });
    assert.strictEqual(new URL(page.url()).pathname, `/${expected}`, at);
    if (expected !== "today.html") {
      await page.locator(".tools a").first().click();
      await page.waitForURL(/today\.html#_today$/);
    }
    assert.deepStrictEqual(seen, []);
    await context.close();
  }
};

const choosing = async (browser, root, origin) => {
  const { context, page, seen } = await watched(browser, origin, {});
  await page.goto(`${origin}/visits/many.html`);
  const shown = () => page.locator("article:not([hidden])").count();
  assert.strictEqual(await shown(), 32);
  await page.selectOption("[name=kind]", "speech");
  assert.strictEqual(await shown(), 16);
  await page.check("[name=timed]");
  assert.strictEqual(await page.locator("#_found").textContent(), "8 / 32");
  assert.match(page.url(), /\?kind=speech&timed=1$/);
  await page.fill("[name=q]", "No. 16");
  assert.deepStrictEqual(await page.locator("article:not([hidden]) h3").allTextContents(), ["No. 16"]);
  await page.goto(`${origin}/visits/many.html?kind=speech`);
  assert.strictEqual(await shown(), 16, "the address has the choice");
  assert.strictEqual(await page.locator("[name=kind]").inputValue(), "speech");
  await page.locator(".tabs a").last().click();
  assert.match(page.url(), /#_day2$/);
  assert.deepStrictEqual(seen, []);
  await context.close();
};

// A phone: two taps lead from the list to the meeting in her calendar.
const onPhone = async (browser, origin) => {
  for (const [name, file] of [["visits/us-state-visit.html", false], ["visits/us-state-visit.html", true]]) {
    const { context, page } = await watched(browser, origin, { viewport: { width: 390, height: 844 }, javaScriptEnabled: file });
    await page.clock.setFixedTime(new Date("2025-08-20T12:00:00Z"));
    await page.goto(`${origin}/${name}`);
    const add = page.locator("article").filter({ hasText: "in the Oval Office" }).first().locator(".add");
    const box = await add.boundingBox();
    assert.ok(box.y + box.height < 1688, `Add ends at ${box.y + box.height}`);
    assert.ok(box.width >= 44 && box.height >= 44, JSON.stringify(box));
    assert.match(await add.getAttribute("href"), /\.ics$/);
    const heights = await page.locator("article > details > summary").evaluateAll((rows) => rows.map((row) => row.offsetHeight));
    assert.ok(heights.every((height) => height >= 64), heights.join());
    const { scrollHeight } = await page.evaluate(() => ({ scrollHeight: document.documentElement.scrollHeight }));
    assert.ok(scrollHeight <= 3500, `${scrollHeight} px`);
    await context.close();
  }
  const { context, page } = await watched(browser, origin, { viewport: { width: 1280, height: 900 } });
  await page.goto(`${origin}/visits/us-state-visit.html#csis-policy-speech`);
  assert.strictEqual(await page.locator("details:has(#csis-policy-speech)").evaluate((row) => row.open), true, "an address opens its row");
  await page.goto(`${origin}/visits/us-state-visit.html`);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(height <= 2600, `${height} px`);
  await context.close();
};

// What is over is not offered to be added; a row shows that it opens, but not on paper; a button is whole on a phone.
const rows = async (browser, origin) => {
  const { context, page, seen } = await watched(browser, origin, { viewport: { width: 390, height: 844 }, timezoneId: "Asia/Seoul" });
  await page.clock.setFixedTime(new Date("2025-08-25T16:50:00Z"));
  await page.goto(`${origin}/visits/us-state-visit.html`);
  const row = (text) => page.locator("article").filter({ hasText: text }).first();
  assert.ok(!await row("in the Oval Office").locator(".add").isVisible() && await row("Wreath-laying").locator(".add").isVisible());
  const mark = () => row("Wreath-laying").locator("h3").evaluate((title) => getComputedStyle(title, "::after").content);
  assert.match(await mark(), /▸/);
  await row("Wreath-laying").locator("summary").click();
  assert.match(await mark(), /▾/);
  await page.emulateMedia({ forcedColors: "active" });
  assert.match(await mark(), /▾/);
  await page.emulateMedia({ media: "print", forcedColors: "none" });
  assert.strictEqual(await mark(), "none");
  assert.match(await page.locator("footer").innerText(), /^State of .* · https:\/\/calendar\.example\.org\/visits\/us-state-visit\.html$/);
  await page.emulateMedia({ media: "screen" });
  for (const folded of await page.locator(".others > summary").all()) await folded.click();
  for (const button of await page.locator(".ways .button").all()) {
    const fits = await button.evaluate((one) => one.scrollWidth <= one.clientWidth && parseFloat(getComputedStyle(one).paddingLeft) >= 8);
    const box = await button.boundingBox();
    assert.ok(fits && box.height >= 44 && box.x >= 0 && box.x + box.width <= 390, `${await button.innerText()}: ${JSON.stringify(box)}`);
  }
  assert.deepStrictEqual(seen, []);
  await context.close();
};

const subscribing = async (browser, origin) => {
  const { context, page } = await watched(browser, origin, { acceptDownloads: true });
  await page.clock.setFixedTime(new Date("2025-08-20T12:00:00Z"));
  await page.goto(`${origin}/visits/us-state-visit.html`);
  const link = await page.locator(".ways a.main").first().getAttribute("href");
  assert.match(link, /^webcal:\/\/calendar\.example\.org\/feeds\/[a-z0-9-]+\.ics$/);
  const file = new URL(link).pathname;
  assert.ok(fs.existsSync(path.join(tree, file)), "the feed is in the tree");
  assert.strictEqual(await page.locator(".ways code").textContent(), `https://calendar.example.org${file}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a.add").first().click()]);
  const bytes = fs.readFileSync(await download.path(), "utf8");
  assert.strictEqual(bytes.match(/^BEGIN:VEVENT\r$/gm).length, 1, "one event");
  const uid = bytes.match(/^UID:(.*)\r$/m)[1];
  assert.ok(fs.readFileSync(path.join(tree, file), "utf8").includes(`UID:${uid}\r\n`), "with the feed's UID");
  await context.close();
};

const inert = async (browser, origin) => {
  for (const name of pagesOf(hostile)) {
    const { context, page, seen } = await watched(browser, origin, {});
    await page.goto(`${origin}/${name}`, { waitUntil: "networkidle" });
    assert.deepStrictEqual(seen, [], name);
    const strange = await page.evaluate(() =>
      document.querySelectorAll("img, iframe, style, svg script, main script, [onload], [onerror], [onmouseover], a[href^='javascript']").length);
    assert.strictEqual(strange, 0, name);
    if (name.includes("visits/")) {
      assert.ok((await page.title()).startsWith("</script><script>alert(3)</script> · "));
      const data = await page.evaluate(() => JSON.parse(document.querySelector("script[type='application/ld+json']").textContent));
      assert.strictEqual(data["@graph"][0].name, '"><img src=x onerror=alert(7)>');
      assert.strictEqual(await page.locator("article").count(), 2);
    }
    await context.close();
  }
};

(async () => {
  const [good, bad, odd] = [await serve(tree), await serve(hostile), await serve(clocks)];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS, env: { ...process.env, HOME: profile } });
  try {
    console.log(`${await everyPage(browser, tree, good.origin)} views of the shipped pages: no console error, no other origin, no barrier`);
    await withoutScript(browser, good.origin);
    await ownClock(browser, good.origin);
    await onPhone(browser, good.origin);
    await said(browser, good.origin, SAID);
    await said(browser, odd.origin, SAID_OF_CLOCKS);
    await everyPage(browser, clocks, odd.origin);
    const looked = await statements(browser, tree, good.origin) + await statements(browser, clocks, odd.origin);
    console.log(`${looked} instants on clocks of readers: nothing is now, and no hour is shown, that is not the entry's`);
    await onIndex(browser, good.origin);
    await onToday(browser, good.origin);
    await choosing(browser, clocks, odd.origin);
    let drawn = await pictures(browser, tree, good.origin) + await pictures(browser, clocks, odd.origin);
    for (const root of more) {
      const { server, origin } = await serve(root);
      await everyPage(browser, root, origin);
      drawn += await pictures(browser, root, origin);
      server.close();
    }
    console.log(`${drawn} entries are drawn where the list has them`);
    await subscribing(browser, good.origin);
    await rows(browser, good.origin);
    await inert(browser, bad.origin);
    console.log("without a script, on a clock of one's own, subscribing, and hostile texts: as they should be");
  } finally {
    await browser.close();
    good.server.close();
    bad.server.close();
    odd.server.close();
  }
})().catch((error) => { console.error(error.message); process.exitCode = 1; });
