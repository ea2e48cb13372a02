"use strict";
// What depends on the reader: her clock, what is now and next on it, which visits are past, and what her device can do.
// The page says all else without it. Nothing is sent, and nothing is written but by textContent.
(() => {
  const said = document.body.dataset;
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const instant = (text) => (text ? Date.parse(text) : NaN);
  const now = Date.now();
  const HOUR = 3600000;

  // Clocks, in the notation of the page.
  const parts = (at, zone) => {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const found = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
    return { date: `${found.year}-${found.month}-${found.day}`, time: `${found.hour}:${found.minute}` };
  };
  const weekday = (at, zone) => new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "short" }).format(at);
  const select = one("_clock");
  const nameOf = (zone) => {
    const option = select && [...select.options].find((other) => other.value === zone);
    return option ? option.textContent : zone.split("/").pop().replaceAll("_", " ");
  };
  // What is known of an entry's time, on a clock: about, between, and another day are said as on the host's.
  const onClock = (entry, zone, place) => {
    const at = new Date(entry.from);
    const [here, there] = [parts(at, entry.zone), parts(at, zone)];
    let time = there.time;
    if (entry.known === "window") {
      const [before, between, after] = said.between.split("%");
      time = before + time + between + parts(new Date(entry.to), zone).time + after;
    } else if (entry.about) time = said.about.replace("%", time);
    const template = here.date === there.date ? said.clock : said.dayclock;
    return template.replace("%t", time).replace("%w", () => weekday(at, zone)).replace("%c", () => place);
  };
  const sameWall = (at, zone, other) => {
    const [a, b] = [parts(at, zone), parts(at, other)];
    return a.date === b.date && a.time === b.time;
  };

  // Everything that the page knows of an entry. Nothing is known that is not said in an attribute.
  const read = (article, order) => {
    // What a day says holds for its entries, unless they say otherwise.
    const { known, part, about, aboutEnd, from, to, day, over, begun, ended, zone, place } = { ...article.closest(".day").dataset, ...article.dataset };
    return { article, order, known, part, about: about !== undefined, aboutEnd: aboutEnd !== undefined, from: instant(from), to: instant(to), day: instant(day),
      over: instant(over), begun: instant(begun), ended: instant(ended), zone, place, goesOn: article.matches(".confirmed, .tentative") };
  };
  // By when a part of a day is no more "later today", on the host's clock; no hour is made of it.
  const LAST = { "early-morning": "12:00", morning: "12:00", midday: "15:00", afternoon: "19:00", "late-afternoon": "20:00" };

  // What is now, what began without a known end, what is still to come today without a time, and what is next. The only
  // place that decides it.
  const decide = (entries, at) => {
    const open = entries.filter((entry) => entry.goesOn);
    const timed = open.filter((entry) => entry.known === "clock");
    const current = timed.filter((entry) => entry.from <= at && at < entry.to);
    const started = timed.filter((entry) => entry.from <= at && !(entry.to <= at));
    const latest = Math.max(...timed.filter((entry) => entry.from <= at).map((entry) => entry.from));
    const began = started.filter((entry) => Number.isNaN(entry.to) && at < entry.over && entry.from === latest && !(entry.ended <= at));
    const begunToday = timed.filter((entry) => entry.from <= at && at < entry.over);
    const isLater = (entry) => {
      if (entry.known === "clock" || entry.known === "days" || !(entry.day <= at && at < entry.over)) return false;
      if (entry.begun <= at || (entry.known === "window" && entry.to <= at)) return false;
      // What stands before something that has begun may be over; nobody said so, and nobody said the contrary.
      if (begunToday.some((other) => other.zone === entry.zone && other.order > entry.order)) return false;
      return !(entry.part in LAST) || parts(new Date(at), entry.zone).time < LAST[entry.part];
    };
    const later = open.filter(isLater);
    const ahead = open.filter((entry) => (entry.known === "clock" ? entry.from > at : entry.day > at));
    const clock = ahead.filter((entry) => entry.known === "clock").sort((a, b) => a.from - b.from)[0];
    const untimed = ahead.filter((entry) => entry.known !== "clock").sort((a, b) => a.day - b.day || a.order - b.order)[0];
    const next = untimed && (!clock || untimed.over <= clock.day) ? untimed : clock;
    return { current, began, later, next: next ? [next] : [] };
  };

  const programme = one("_programme");
  const entries = all("article[data-known]").map(read);
  const relative = (at) => {
    const minutes = Math.round((at - now) / 60000);
    const [amount, unit] = minutes < 90 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    return new Intl.RelativeTimeFormat(language, { numeric: "always" }).format(amount, unit);
  };
  const inWords = (entry) => entry.article.querySelector(".time").textContent;
  const host = (entry) => said.clock.replace("%t", inWords(entry)).replace("%c", () => entry.place);
  // The clocks of a row, the host's first, each once.
  const clocksOf = (entry) => {
    const others = all(".clocks > span", entry.article).map((line) => line.textContent);
    return [entry.known === "clock" || entry.known === "window" ? host(entry) : inWords(entry), ...others].join(" · ");
  };
  const day = (entry) => new Intl.DateTimeFormat(language, { timeZone: entry.zone, weekday: "short", day: "numeric", month: "short" })
    .format(new Date(entry.day));
  const status = (entry) => all(".flag:is(.wait, .off)", entry.article).map((flag) => flag.textContent);
  const bar = (entry, kind, words, at) => {
    const box = make("div", `card ${kind}`);
    box.append(make("p", "kind", words));
    const title = make("a", "title", entry.article.querySelector("h3").textContent);
    title.href = `#${entry.article.querySelector(".more").id}`;
    box.append(title);
    const add = entry.article.querySelector(".add");
    if (add) box.append(add.cloneNode(true));
    box.append(make("p", "at", [at, ...status(entry)].filter(Boolean).join(" · ")));
    return box;
  };
  const list = (later) => {
    const box = make("div", "card later");
    box.append(make("p", "kind", said.later));
    for (const entry of later) {
      const line = make("p", "line");
      const title = make("a", "", entry.article.querySelector("h3").textContent);
      title.href = `#${entry.article.querySelector(".more").id}`;
      const marks = [entry.known === "day" || entry.known === "after" && !entry.part ? "" : clocksOf(entry), ...status(entry)];
      line.append(title, marks.filter(Boolean).map((mark) => ` · ${mark}`).join(""));
      box.append(line);
    }
    return box;
  };
  const showNow = () => {
    const place = one("_now");
    if (!place) return;
    place.replaceChildren();
    for (const entry of entries) {
      entry.article.classList.remove("now", "next", "past");
      const end = Number.isNaN(entry.to) ? entry.over : entry.to;
      if (end <= now || entry.ended <= now) entry.article.classList.add("past");
    }
    if (!programme || "calledOff" in programme.dataset) return;
    const { current, began, later: today, next } = decide(entries, now);
    const [windows, later] = [today.filter((entry) => entry.known === "window"), today.filter((entry) => entry.known !== "window")];
    for (const entry of current) {
      entry.article.classList.add("now");
      const end = parts(new Date(entry.to), entry.zone).time;
      const until = entry.aboutEnd ? said.about.replace("%", end) : end;
      place.append(bar(entry, "now", `${said.now}, ${said.until.replace("%", said.clock.replace("%t", until).replace("%c", () => entry.place))}`, clocksOf(entry)));
    }
    for (const entry of began) place.append(bar(entry, "began", said.began.replace("%", inWords(entry)), clocksOf(entry)));
    for (const entry of windows) place.append(bar(entry, "later", inWords(entry), clocksOf(entry)));
    // Today before another day; of today, what has a time first.
    const isToday = next.length && next[0].day <= now;
    if (later.length && !isToday) place.append(list(later));
    for (const entry of next) {
      entry.article.classList.add("next");
      const clock = entry.known === "clock";
      place.append(bar(entry, "next", clock ? `${said.next}, ${relative(entry.from)}` : said.next, isToday ? clocksOf(entry) : `${day(entry)}, ${clocksOf(entry)}`));
    }
    if (later.length && isToday) place.append(list(later));
    if (instant(programme.dataset.end) <= now) place.append(make("p", "soft", said.over));
    place.hidden = !place.firstChild;
  };

  // A line of the reader's own on each row; where one shown already reads the same, that one is hers.
  const showClocks = (zone) => {
    all(".clocks > .you").forEach((line) => (line.dataset.zone ? line.classList.remove("you") : line.remove()));
    all(".clocks [data-you]").forEach((mark) => mark.remove());
    if (!zone) return;
    for (const entry of entries) {
      if (Number.isNaN(entry.from) || sameWall(new Date(entry.from), zone, entry.zone)) continue;
      const clocks = entry.article.querySelector(".clocks");
      const you = make("b", "", ` (${said.you})`);
      you.dataset.you = "";
      let line = all("span", clocks).find((other) => sameWall(new Date(entry.from), zone, other.dataset.zone));
      if (!line) {
        line = make("span", "", onClock(entry, zone, nameOf(zone)));
        clocks.prepend(line);
      }
      line.classList.add("you");
      line.append(you);
    }
  };
  const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch {} };
  const isZone = (zone) => { try { return !!new Intl.DateTimeFormat("en", { timeZone: zone }); } catch { return false; } };
  const offer = (zone) => {
    if ([...select.options].some((option) => option.value === zone)) return;
    const option = make("option", "", nameOf(zone));
    option.value = zone;
    select.options[0].after(option);
  };
  if (select) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    const before = remembered("zone");
    const chosen = before !== null && (before === "" || isZone(before)) ? before : own;
    offer(own);
    if (chosen) offer(chosen);
    const other = make("option", "", one("_other").placeholder + "…");
    other.value = "*";
    select.append(other);
    select.value = chosen;
    const choose = (zone) => { remember("zone", zone); showClocks(zone); showNow(); };
    select.addEventListener("change", () => {
      one("_other").hidden = select.value !== "*";
      if (select.value !== "*") return choose(select.value);
      if (!one("_zones").firstChild && Intl.supportedValuesOf) {
        for (const zone of Intl.supportedValuesOf("timeZone")) {
          const option = make("option");
          option.value = zone;
          one("_zones").append(option);
        }
      }
      one("_other").focus();
    });
    one("_other").addEventListener("change", (event) => {
      const zone = event.target.value.trim();
      if (!zone || !isZone(zone)) return;
      offer(zone);
      select.value = zone;
      event.target.hidden = true;
      choose(zone);
    });
    one("_zone").hidden = false;
    showClocks(chosen);
  }
  showNow();

  // A small screen is for the programme.
  const timeline = document.querySelector(".timeline details");
  if (timeline && location.hash !== "#_timeline" && matchMedia("(max-width: 40rem)").matches) timeline.open = false;

  // What changed in the last three days.
  for (const article of all("article[data-changed]")) {
    const flag = article.querySelector(".flag.new");
    if (flag) flag.hidden = !(now - instant(article.dataset.changed) < 72 * HOUR && now >= instant(article.dataset.changed));
  }

  // A line through each strip that this moment is in.
  for (const svg of all("svg[data-from]")) {
    const [from, to] = [instant(svg.dataset.from), instant(svg.dataset.to)];
    if (!(from <= now && now < to)) continue;
    const x = ((now - from) / (to - from)) * Number(svg.dataset.width);
    const line = document.createElementNS(svg.namespaceURI, "line");
    const box = svg.viewBox.baseVal;
    for (const [name, value] of Object.entries({ class: "nowline", x1: x, x2: x, y1: 16, y2: box.height })) line.setAttribute(name, value);
    svg.append(line);
  }

  // The visits by today.
  const visits = one("_visits");
  if (visits) {
    const rows = all("li", visits).map((row) => ({ row, from: instant(row.dataset.from), to: instant(row.dataset.to) }));
    const group = (title, chosen, folded) => {
      if (!chosen.length) return;
      const list = make("ul", "visits");
      list.append(...chosen.map(({ row }) => row));
      if (!folded) return visits.before(make("h2", "", title), list);
      const box = make("details", "group");
      box.append(make("summary", "", `${title} (${chosen.length})`), list);
      visits.before(box);
    };
    const byStart = (a, b) => a.from - b.from;
    const isOff = ({ row }) => row.matches(".cancelled, .postponed");
    group(said.underway, rows.filter((visit) => visit.from <= now && now < visit.to && !isOff(visit)).sort(byStart));
    group(said.coming, rows.filter((visit) => visit.to > now && (visit.from > now || isOff(visit))).sort(byStart));
    group(said.pastvisits, rows.filter((visit) => visit.to <= now), true);
    visits.remove();
  }

  // An address as the page itself was reached by, where that is known better here than where it was built.
  const web = /^https?:$/.test(location.protocol);
  const isOwn = /^\/t\/[^/]+\//.test(location.pathname);
  for (const element of all("[data-feed]")) {
    const address = new URL(element.dataset.feed, location).href;
    if (element.localName === "code") {
      if (isOwn) element.textContent = address;
      const copy = make("button", "button", said.copy);
      copy.type = "button";
      copy.addEventListener("click", () => copyText(copy, element.textContent));
      element.after(copy);
    } else if (web && (isOwn || !element.getAttribute("href").startsWith("webcal:"))) {
      element.href = address.replace(/^https?:/, "webcal:");
    }
  }
  const system = /Android|CrOS/.test(navigator.userAgent) ? "google" : /Windows/.test(navigator.userAgent) ? "windows" : "apple";
  for (const way of all(`.ways [data-system="${system}"]`)) document.querySelector(".ways").prepend(way);

  // A text for a newsroom's chat: what, when on each clock, where, who says so.
  const copyText = async (button, text) => {
    try { await navigator.clipboard.writeText(text); } catch { return; }
    const before = button.textContent;
    button.textContent = said.copied;
    setTimeout(() => { button.textContent = before; }, 2000);
  };
  const heading = (article) => article.closest(".day").querySelector("h2").textContent;
  const asText = (entry) => {
    const { article } = entry;
    const line = (selector) => all(selector, article).map((found) => found.innerText || found.textContent);
    return [article.querySelector("h3").textContent, `${heading(article)}, ${clocksOf(entry)}`, ...line(".where"),
      ...line(".flag:not([hidden])"), ...all(".more > p:has(> .label)", article).slice(0, 1).map((found) => found.textContent),
      location.href.split("#")[0] + "#" + article.querySelector(".more").id].join("\n");
  };
  const button = (text, act) => {
    const made = make("button", "button", text);
    made.type = "button";
    made.addEventListener("click", () => act(made));
    return made;
  };
  entries.forEach((entry) => {
    const details = entry.article.querySelector("details");
    details.addEventListener("toggle", () => {
      if (!details.open || details.dataset.ready) return;
      details.dataset.ready = "";
      let tools = details.querySelector(".tools");
      // Outlook has the same form for accounts of offices.
      const personal = details.querySelector(".outlook");
      if (personal) {
        const work = personal.cloneNode();
        work.href = work.href.replace("outlook.live.com", "outlook.office.com");
        work.textContent = "Microsoft 365";
        personal.after(work);
      }
      if (!tools) {
        tools = make("p", "tools");
        details.querySelector(".more").prepend(tools);
      }
      tools.append(button(said.copytext, (made) => copyText(made, asText(entry))));
      const link = make("a", "button", said.link);
      link.href = `#${details.querySelector(".more").id}`;
      tools.append(link);
      if (navigator.share) {
        tools.append(button(said.share, () => navigator.share({ title: entry.article.querySelector("h3").textContent, text: asText(entry) }).catch(() => {})));
      }
    });
  });
  const copyAll = (within) => button(said.copytext, (made) =>
    copyText(made, entries.filter((entry) => within.contains(entry.article)).map(asText).join("\n\n")));
  const hint = document.querySelector(".programme > .hint");
  if (hint) hint.before(copyAll(programme));
  for (const section of all(".day")) section.querySelector("h2").after(copyAll(section));

  // Paper has everything.
  addEventListener("beforeprint", () => all(".entry details").forEach((details) => { details.open = true; }));
})();
