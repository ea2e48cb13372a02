"use strict";
// What depends on the reader's clock: what is past, what is next, and a further clock of her choice. The page says all
// else without it. Nothing is sent, and nothing is written but by textContent.
(() => {
  const said = document.body.dataset;
  const now = Date.now();

  const mark = (entry, kind) => {
    const badge = document.createElement("span");
    badge.className = "badge " + kind;
    badge.textContent = said[kind];
    entry.querySelector("h4").prepend(badge, " ");
    entry.classList.add(kind);
  };
  let next = null;
  for (const entry of document.querySelectorAll("article[data-to]")) {
    const from = Date.parse(entry.dataset.from);
    const goesOn = entry.matches(".confirmed, .tentative");
    if (Date.parse(entry.dataset.to) <= now) {
      mark(entry, "past");
    } else if (goesOn && from <= now && entry.querySelector(".time[data-to], .end")) {
      mark(entry, "now");
    } else if (goesOn && from > now && (!next || from < Date.parse(next.dataset.from))) {
      next = entry;
    }
  }
  if (next) mark(next, "next");

  const choice = document.getElementById("_zone");
  if (!choice || typeof Intl.supportedValuesOf !== "function") return;
  const select = choice.querySelector("select");
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone")]);
  for (const zone of zones) {
    if (!zone) continue;
    const option = document.createElement("option");
    option.value = option.textContent = zone;
    select.append(option);
  }

  const show = () => {
    document.querySelectorAll(".own").forEach((line) => line.remove());
    if (!select.value) return;
    // The day before the month, as the page has it.
    const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
    const format = new Intl.DateTimeFormat(language, {
      timeZone: select.value, weekday: "short", day: "numeric", month: "short",
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
    });
    for (const time of document.querySelectorAll(".time[data-from]")) {
      const line = document.createElement("p");
      line.className = "own";
      const from = new Date(time.dataset.from);
      const text = time.dataset.to ? format.formatRange(from, new Date(time.dataset.to)) : format.format(from);
      line.textContent = `${said.clock}: ${text} (${select.value})`;
      time.after(line);
    }
  };
  const remembered = () => { try { return localStorage.getItem("zone"); } catch { return null; } };
  const remember = (zone) => { try { localStorage.setItem("zone", zone); } catch { /* It is chosen for this page alone. */ } };
  const before = remembered();
  select.value = before !== null && (before === "" || zones.has(before)) ? before : own;
  select.addEventListener("change", () => { remember(select.value); show(); });
  choice.hidden = false;
  show();
})();
