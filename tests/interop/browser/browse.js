"use strict";
// What a browser makes of the pages: node browse.js TREE HOSTILE-TREE PROFILE (see run).
const assert = require("node:assert");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript",
  ".ics": "text/calendar; charset=utf-8", ".atom": "application/atom+xml", ".json": "application/json" };
const [tree, hostile, profile] = process.argv.slice(2);

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

const everyPage = async (browser, root, origin) => {
  let looked = 0;
  for (const name of pagesOf(root)) {
    for (const [width, colorScheme] of [[390, "light"], [390, "dark"], [1200, "light"], [1200, "dark"]]) {
      const { context, page, seen } = await watched(browser, origin, { viewport: { width, height: 900 }, colorScheme });
      let weight = 0;
      page.on("response", async (response) => { weight += (await response.body().catch(() => "")).length; });
      await page.goto(`${origin}/${name}`, { waitUntil: "networkidle" });
      assert.deepStrictEqual(seen, [], `${name}: console and requests`);
      assert.ok(weight > 0 && weight < 150 * 1024, `${name}: ${weight} bytes`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(beyond <= 0, `${name} at ${width}: ${beyond} pixels too wide`);
      assert.deepStrictEqual(await violations(page), [], `${name} at ${width}, ${colorScheme}`);
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
  assert.ok(bare.some((line) => line.includes("25 Aug 12:15–12:45 EDT")), "both clocks are there without a script");
  assert.ok(bare.some((line) => line.includes("26 Aug 01:15–01:45 KST")));
};

const ownClock = async (browser, origin) => {
  const { context, page, seen } = await watched(browser, origin, { timezoneId: "Europe/Berlin" });
  await page.clock.setFixedTime(new Date("2025-08-25T16:30:00Z"));
  await page.goto(`${origin}/visits/us-state-visit.html`);
  const summit = page.locator("#oval-office-summit, article").filter({ hasText: "Oval Office" }).first();
  const own = page.locator("article .own");
  assert.match((await own.allInnerTexts()).join("\n"), /18:15.*18:45.*Europe\/Berlin/);
  await page.selectOption("#_clock", "Australia/Sydney");
  assert.match((await own.allInnerTexts()).join("\n"), /02:15.*02:45.*Australia\/Sydney/);
  assert.match(await summit.innerText(), /EDT/);
  assert.match(await page.locator("main").innerText(), /26 Aug 01:15–01:45 KST/);
  await page.reload();
  assert.strictEqual(await page.locator("#_clock").inputValue(), "Australia/Sydney", "the choice is remembered");
  await page.selectOption("#_clock", "");
  assert.strictEqual(await own.count(), 0);
  assert.strictEqual(await page.locator("article.now").count(), 1, "one entry goes on");
  assert.strictEqual(await page.locator("article.next").count(), 1, "one entry is next");
  assert.ok(await page.locator("article.past").count() > 0);
  assert.deepStrictEqual(seen, []);
  await context.close();
};

const subscribing = async (browser, origin) => {
  const { context, page } = await watched(browser, origin, { acceptDownloads: true });
  await page.goto(`${origin}/visits/us-state-visit.html`);
  const link = await page.locator(".feed[open] a.main").getAttribute("href");
  assert.match(link, /^webcal:\/\/calendar\.example\.org\/feeds\/[a-z0-9-]+\.ics$/);
  const file = new URL(link).pathname;
  assert.ok(fs.existsSync(path.join(tree, file)), "the feed is in the tree");
  assert.strictEqual(await page.locator(".feed[open] .address code").innerText(), `https://calendar.example.org${file}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".take a[download]").first().click()]);
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
      assert.strictEqual(await page.title(), "</script><script>alert(3)</script>");
      const data = await page.evaluate(() => JSON.parse(document.querySelector("script[type='application/ld+json']").textContent));
      assert.strictEqual(data[0].name, '"><img src=x onerror=alert(7)>');
      assert.strictEqual(await page.locator("article").count(), 2);
    }
    await context.close();
  }
};

(async () => {
  const [good, bad] = [await serve(tree), await serve(hostile)];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS, env: { ...process.env, HOME: profile } });
  try {
    console.log(`${await everyPage(browser, tree, good.origin)} views of the shipped pages: no console error, no other origin, no barrier`);
    await withoutScript(browser, good.origin);
    await ownClock(browser, good.origin);
    await subscribing(browser, good.origin);
    await inert(browser, bad.origin);
    console.log("without a script, on a clock of one's own, subscribing, and hostile texts: as they should be");
  } finally {
    await browser.close();
    good.server.close();
    bad.server.close();
  }
})().catch((error) => { console.error(error.message); process.exitCode = 1; });
