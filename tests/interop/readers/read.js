"use strict";
// Events as JavaScript libraries read them, in JSON: node read.js ical.js|node-ical FILE...
const fs = require("node:fs");

const [library, ...paths] = process.argv.slice(2);
const instant = (date) => date.toISOString().replace(".000Z", "Z");

const byIcalJs = async () => {
  const { default: ICAL } = await import(require("node:url").pathToFileURL(require.resolve("ical.js")));
  return (text) => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    for (const zone of calendar.getAllSubcomponents("vtimezone")) {
      ICAL.TimezoneService.register(new ICAL.Timezone(zone), zone.getFirstPropertyValue("tzid"));
    }
    const written = (time) =>
      time.isDate ? time.toString() : time.zone === ICAL.Timezone.localTimezone ? `floating ${time}` : instant(time.toJSDate());
    return calendar.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      return { uid: event.uid, start: written(event.startDate), end: written(event.endDate), title: event.summary, place: event.location ?? "" };
    });
  };
};

const byNodeIcal = async () => {
  const ical = require("node-ical");
  const pad = (number) => String(number).padStart(2, "0");
  const plain = (text) => text?.val ?? text ?? "";
  return (text) => Object.values(ical.sync.parseICS(text)).filter((event) => event.type === "VEVENT").map((event) => {
    const day = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
    const written = event.datetype === "date" ? day : instant;
    return { uid: event.uid, start: written(event.start), end: written(event.end), title: plain(event.summary), place: plain(event.location) };
  });
};

(async () => {
  const read = await { "ical.js": byIcalJs, "node-ical": byNodeIcal }[library]();
  const strict = new TextDecoder("utf-8", { fatal: true });
  for (const path of paths) {
    try {
      console.log(JSON.stringify(read(strict.decode(fs.readFileSync(path)))));
    } catch (error) {
      console.log(JSON.stringify(`${error.name}: ${error.message}`));
    }
  }
})();
