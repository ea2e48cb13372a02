"use strict";
// What depends on the reader: her clock, what is now and next on it, which visits are past, and what her device can do.
// The page says all else without it. Nothing is sent, and nothing is written but by textContent.
(() => {
  const said = document.body.dataset;
  const { lang } = document.documentElement;
  const language = lang === "en" ? "en-GB" : lang;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const find = (selector, within = document) => within.querySelector(selector);
  const one = id => find("#" + id);
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const on = (element, name, act) => element.addEventListener(name, act);
  const button = (text, act) => {
    const made = make("button", "button", text);
    on(made, "click", () => act(made));
    return made;
  };
  const instant = text => (text ? Date.parse(text) : NaN);
  const now = Date.now();
  const RECENT = 72 * 3600000;

  // Clocks, in the notation of the page.
  const parts = (at, zone) => {
    // Swedes write dates as ISO 8601 does, and their clocks have 24 hours.
    const [date, time] = at.toLocaleString("sv", { timeZone: zone }).split(" ");
    return { date, time: time.slice(0, 5) };
  };
  const weekday = (at, zone) => new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "short" }).format(at);
  const select = one("_clock");
  const nameOf = zone => {
    const option = select && [...select.options].find(other => other.value === zone);
    return option ? option.textContent : zone.split("/").pop().replaceAll("_", " ");
  };
  const timeAt = (time, place, template = said.clock) => template.replace("%t", time).replace("%c", () => place);
  // An entry's time on a clock, in the words of the host's.
  const onClock = (entry, zone, place) => {
    const at = new Date(entry.from);
    const [here, there] = [parts(at, entry.zone), parts(at, zone)];
    let time = there.time;
    if (entry.known === "window") {
      const [before, between, after] = said.between.split("%");
      time = before + time + between + parts(new Date(entry.to), zone).time + after;
    } else time = (entry.bound || (entry.about && said.about) || "%").replace("%", time);
    return timeAt(time, place, here.date === there.date ? said.clock : said.dayclock.replace("%w", () => weekday(at, zone)));
  };
  // An end is on the clock of where it is: of a journey, where that leads.
  const endOf = entry => {
    const zone = entry.endZone || entry.zone;
    const [from, at] = [new Date(entry.from), new Date(entry.to)];
    const { date, time } = parts(at, zone);
    const template = date === parts(from, entry.zone).date ? said.clock : said.dayclock.replace("%w", () => weekday(at, zone));
    return timeAt(entry.aboutEnd ? said.about.replace("%", time) : time, entry.endPlace || entry.place, template);
  };
  const sameWall = (at, zone, other) => {
    const [a, b] = [parts(at, zone), parts(at, other)];
    return a.date === b.date && a.time === b.time;
  };

  // Everything that the page knows of an entry: what its attributes say.
  const read = (article, order) => {
    // What a day says holds for its entries, unless they say otherwise.
    const { about, aboutEnd, ...said } = { ...article.closest(".day")?.dataset, ...article.dataset };
    for (const name of ["from", "to", "day", "over", "begun", "ended", "changed"]) said[name] = instant(said[name]);
    const [title, more] = ["h3", ".more"].map(selector => find(selector, article));
    return { ...said, article, order, about: about !== undefined, aboutEnd: aboutEnd !== undefined, title: title.textContent,
      link: said.link || `#${more.id}`, goesOn: article.matches(".confirmed, .tentative") };
  };
  // By when a part of a day is no more "later today", on the host's clock; no hour is made of it.
  const LAST = { "early-morning": "12:00", morning: "12:00", midday: "15:00", afternoon: "19:00", "late-afternoon": "20:00" };

  // What is now, what began without a known end, what is still to come today without a time, and what is next. The only
  // place that decides it.
  const decide = (entries, at) => {
    const open = entries.filter(entry => entry.goesOn);
    const timed = open.filter(entry => entry.known === "clock");
    const current = timed.filter(entry => entry.from <= at && at < entry.to);
    const started = timed.filter(entry => entry.from <= at && !(entry.to <= at));
    const latest = Math.max(...timed.filter(entry => entry.from <= at).map(entry => entry.from));
    const began = started.filter(entry => isNaN(entry.to) && at < entry.over && entry.from === latest && !(entry.ended <= at));
    const begunToday = timed.filter(entry => entry.from <= at && at < entry.over);
    const isLater = entry => {
      if (entry.known === "clock" || entry.known === "days" || !(entry.day <= at && at < entry.over)) return false;
      if (entry.begun <= at || entry.to <= at) return false;
      // What stands before something that has begun may be over; nobody said so, and nobody said the contrary.
      if (begunToday.some(other => other.zone === entry.zone && other.order > entry.order)) return false;
      return !(entry.part in LAST) || parts(new Date(at), entry.zone).time < LAST[entry.part];
    };
    const later = open.filter(isLater);
    const ahead = open.filter(entry => (entry.known === "clock" ? entry.from > at : entry.day > at));
    const clock = ahead.filter(entry => entry.known === "clock").sort((a, b) => a.from - b.from)[0];
    const untimed = ahead.filter(entry => entry.known !== "clock").sort((a, b) => a.day - b.day || a.order - b.order)[0];
    const next = untimed && (!clock || untimed.over <= clock.day) ? untimed : clock;
    // Of a time that is to be confirmed nobody can say that anything has begun.
    const isSure = entry => entry.tbc === undefined;
    const expected = [...current, ...began].filter(entry => !isSure(entry));
    return { current: current.filter(isSure), began: began.filter(isSure), later: [...expected, ...later], next: next ? [next] : [] };
  };

  const programme = one("_programme");
  // The list of visits has those of each visit that is not called off.
  const listed = one("_entries");
  const entries = all("article[data-known]", listed ? listed.content : document).map(read);
  const relative = at => {
    const minutes = Math.round((at - now) / 60000);
    // Of what is near, hours alone would be too early or too late.
    if (minutes > 60 && minutes < 720 && minutes % 60) return said.in.replace("%", Math.floor(minutes / 60)).replace("%", minutes % 60);
    const [amount, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    return new Intl.RelativeTimeFormat(language).format(amount, unit);
  };
  const textsOf = (selector, entry) => all(selector, entry.article).map(found => found.textContent);
  const inWords = entry => find(".time", entry.article).textContent;
  // A clock that is not that of the day is named with the time.
  const host = entry => {
    const time = inWords(entry);
    return time.endsWith(entry.place) ? time : timeAt(time, entry.place);
  };
  // The clocks of a row, the host's first, each once.
  const clocksOf = entry => {
    return [entry.from ? host(entry) : inWords(entry), ...textsOf(".clocks > span", entry)].join(" · ");
  };
  const day = entry => new Intl.DateTimeFormat(language, { timeZone: entry.zone, weekday: "short", day: "numeric", month: "short" })
    .format(new Date(entry.day));
  const status = entry => textsOf(".flag:is(.wait, .off)", entry);
  const linkTo = (entry, className) => {
    const link = make("a", className, entry.title);
    link.href = entry.link;
    // In another language than the page's it says which.
    const { lang, dir } = find("h3", entry.article);
    if (lang) Object.assign(link, { lang, dir });
    return link;
  };
  const bar = (entry, kind, words, at) => {
    const box = make("div", `card ${kind}`);
    box.append(make("p", "kind", words));
    box.append(linkTo(entry, "title"));
    const add = find(".add", entry.article);
    if (add) box.append(add.cloneNode(true));
    box.append(make("p", "at", [at, ...status(entry), entry.visit].filter(Boolean).join(" · ")));
    return box;
  };
  const list = later => {
    const box = make("div", "card later");
    box.append(make("p", "kind", said.later));
    for (const entry of later) {
      const line = make("p", "line");
      const marks = [entry.known === "day" || entry.known === "after" && !entry.part ? "" : clocksOf(entry), ...status(entry)];
      line.append(linkTo(entry), marks.filter(Boolean).map(mark => ` · ${mark}`).join(""));
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
      const end = isNaN(entry.to) ? entry.over : entry.to;
      if (end <= now || entry.ended <= now) entry.article.classList.add("past");
    }
    if (programme && "calledOff" in programme.dataset) return;
    const { current, began, later: today, next } = decide(entries, now);
    const hasTime = entry => entry.known === "window" || entry.known === "clock";
    const [windows, later] = [today.filter(hasTime), today.filter(entry => !hasTime(entry))];
    for (const entry of current) {
      entry.article.classList.add("now");
      place.append(bar(entry, "now", `${said.now}, ${said.until.replace("%", endOf(entry))}`, clocksOf(entry)));
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
    if (programme && instant(programme.dataset.end) <= now) place.append(make("p", "soft", said.over));
    place.hidden = !place.firstChild;
  };

  // A line of the reader's own on each row, unless one that is shown already reads the same.
  const showClocks = zone => {
    all(".clocks > .you").forEach(line => line.remove());
    if (!zone) return;
    for (const entry of entries) {
      const at = new Date(entry.from);
      const clocks = find(".clocks", entry.article);
      const shown = clocks ? [entry.zone, ...all("span", clocks).map(line => line.dataset.zone)] : [];
      if (isNaN(entry.from) || shown.some(other => sameWall(at, zone, other))) continue;
      const line = make("span", "you", onClock(entry, zone, nameOf(zone)));
      line.append(make("b", "", ` (${said.you})`));
      clocks.prepend(line);
    }
  };
  const remembered = key => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch {} };
  const isZone = zone => { try { return !!new Intl.DateTimeFormat("en", { timeZone: zone }); } catch { return false; } };
  const offer = zone => {
    if ([...select.options].some(option => option.value === zone)) return;
    select.options[0].after(new Option(nameOf(zone), zone));
  };
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const before = remembered("zone");
  const chosen = before !== null && (before === "" || isZone(before)) ? before : own;
  if (select) {
    offer(own);
    if (chosen) offer(chosen);
    select.append(new Option(one("_other").placeholder + "…", "*"));
    select.value = chosen;
    const choose = zone => { remember("zone", zone); showClocks(zone); showNow(); };
    on(select, "change", () => {
      one("_other").hidden = select.value !== "*";
      if (select.value !== "*") return choose(select.value);
      if (!one("_zones").firstChild && Intl.supportedValuesOf) {
        for (const zone of Intl.supportedValuesOf("timeZone")) one("_zones").append(new Option("", zone));
      }
      one("_other").focus();
    });
    on(one("_other"), "change", event => {
      const zone = event.target.value.trim();
      if (!zone || !isZone(zone)) return;
      offer(zone);
      select.value = zone;
      event.target.hidden = true;
      choose(zone);
    });
    one("_zone").hidden = false;
  }
  showClocks(chosen);
  showNow();

  // A small screen is for the programme.
  const timeline = find(".timeline details");
  // The same entry in another language.
  for (const link of all(".languages a")) on(link, "click", () => { link.hash = location.hash; });
  if (timeline && location.hash !== "#_timeline" && matchMedia("(max-width: 40rem)").matches) timeline.open = false;

  // What changed in the last three days, and what since the last visit before this one.
  let last = NaN;
  try { last = instant(sessionStorage.before ??= remembered("seen") ?? ""); } catch {}
  remember("seen", new Date(now).toJSON());
  for (const { article, changed } of entries) {
    const flag = find(".flag.new", article);
    if (!flag || !(changed <= now)) continue;
    if (changed > last) flag.textContent = said.since;
    flag.hidden = !(now - changed < RECENT || changed > last);
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
    const rows = all("li", visits).map(row => ({ row, from: instant(row.dataset.from), to: instant(row.dataset.to) }));
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
    group(said.underway, rows.filter(visit => visit.from <= now && now < visit.to && !isOff(visit)).sort(byStart));
    group(said.coming, rows.filter(visit => visit.to > now && (visit.from > now || isOff(visit))).sort(byStart));
    group(said.pastvisits, rows.filter(visit => visit.to <= now), true);
    visits.remove();
  }

  // An address as the page itself was reached by, where that is known better here than where it was built.
  const web = /^https?:$/.test(location.protocol);
  const isOwn = /^\/t\/[^/]+\//.test(location.pathname);
  for (const element of all("[data-feed]")) {
    const address = new URL(element.dataset.feed, location).href;
    if (element.localName === "code") {
      if (isOwn) element.textContent = address;
      element.after(button(said.copy, made => copyText(made, element.textContent)));
    } else if (web && (isOwn || !element.getAttribute("href").startsWith("webcal:"))) {
      element.href = address.replace(/^https?:/, "webcal:");
    }
  }
  const agent = navigator.userAgent;
  const system = /Android|CrOS/.test(agent) ? "google" : /Windows/.test(agent) ? "windows" : "apple";
  for (const way of all(`.ways [data-system="${system}"]`)) find(".ways").prepend(way);

  // A text for a newsroom's chat: what, when on each clock, where, who says so.
  const copyText = async (button, text) => {
    try { await navigator.clipboard.writeText(text); } catch { return; }
    const before = button.textContent;
    button.textContent = said.copied;
    setTimeout(() => { button.textContent = before; }, 2000);
  };
  const heading = article => article.closest(".day").querySelector("h2").textContent;
  const asText = entry => {
    return [entry.title, `${heading(entry.article)}, ${clocksOf(entry)}`, ...textsOf(".where, .flag:not([hidden])", entry), ...textsOf(".more > p:has(> .label)", entry).slice(0, 1),
      new URL(entry.link, location).href].join("\n");
  };
  entries.forEach(entry => {
    if (listed) return;
    const details = find("details", entry.article);
    on(details, "toggle", () => {
      if (!details.open || details.dataset.ready) return;
      details.dataset.ready = "";
      let tools = find(".tools", details);
      // Outlook has the same form for accounts of offices.
      const personal = find(".outlook", details);
      if (personal) {
        const work = personal.cloneNode();
        work.href = work.href.replace("outlook.live.com", "outlook.office.com");
        work.textContent = "Microsoft 365";
        personal.after(work);
      }
      if (!tools) {
        tools = make("p", "tools");
        find(".more", details).prepend(tools);
      }
      tools.append(button(said.copytext, made => copyText(made, asText(entry))));
      const link = make("a", "button", said.link);
      link.href = entry.link;
      tools.append(link);
      if (navigator.share) {
        tools.append(button(said.share, () => navigator.share({ title: entry.title, text: asText(entry) }).catch(() => {})));
      }
    });
  });
  const copyAll = within => button(said.copytext, made =>
    copyText(made, entries.filter(entry => within.contains(entry.article)).map(asText).join("\n\n")));
  const hint = find(".programme > .hint");
  if (hint) hint.before(copyAll(programme));
  for (const section of all(".day")) find("h2", section).after(copyAll(section));

  // Of a long programme, a part: which one stands in the address. What is left out is still found by the browser.
  const choice = one("_filter");
  if (choice) {
    const fields = all("select, input", choice);
    const wanted = new URLSearchParams(location.search);
    const folded = text => text.normalize("NFKD").toLowerCase();
    const apply = () => {
      const value = Object.fromEntries(fields.map(field => [field.name, field.type === "checkbox" ? field.checked : field.value]));
      let count = 0;
      for (const { article, kind, access, known } of entries) {
        const fits = (!value.kind || kind === value.kind) && (!value.access || access.split(" ").includes(value.access))
          && (!value.timed || known === "clock") && (!value.q || folded(article.textContent).includes(folded(value.q)));
        if (fits) article.removeAttribute("hidden"); else article.setAttribute("hidden", "until-found");
        count += fits;
      }
      for (const section of all(".day")) section.classList.toggle("empty", !find("article:not([hidden])", section));
      one("_found").textContent = fields.some(field => value[field.name]) ? `${count} / ${entries.length}` : "";
      const query = new URLSearchParams(Object.entries(value).filter(([, chosen]) => chosen).map(([name, chosen]) => [name, chosen === true ? 1 : chosen]));
      history.replaceState(null, "", location.pathname + (query.size ? "?" + query : "") + location.hash);
    };
    for (const field of fields) {
      const before = wanted.get(field.name);
      if (before && field.type === "checkbox") field.checked = true;
      else if (before) field.value = before;
      on(field, "input", apply);
    }
    choice.hidden = false;
    if (location.search) apply();
    on(window, "beforematch", event => event.target.closest(".day").classList.remove("empty"));
    const at = entries.find(entry => entry.article.matches(".now, .next"));
    if (at) {
      const jump = linkTo(at, "button");
      jump.textContent = said.jump;
      find(".tabs").prepend(jump);
    }
  }

  // To the day that it is, as the clocks of the places have it; who asks for all of them has the list.
  const today = all("#_today li").find(({ dataset }) => Date.parse(dataset.from) <= now && now < Date.parse(dataset.to));
  if (today && !location.hash) location.replace(find("a", today).href);

  // Paper has everything.
  on(window, "beforeprint", () => all(".entry details").forEach(details => { details.open = true; }));
})();
