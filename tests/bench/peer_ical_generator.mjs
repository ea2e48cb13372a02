// The smallest program that makes a feed of events.yaml with yaml and ical-generator: FOLDER-OF-MODULES IN OUT
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, from, to] = process.argv.slice(2);
const require = createRequire(`${modules}/package.json`);
const imported = await import(pathToFileURL(require.resolve('ical-generator')));
const ical = [imported.default?.default, imported.default].find((it) => typeof it === 'function');
const { DateTime } = require('luxon');
const { events } = require('yaml').parse(readFileSync(from, 'utf8'));
const calendar = ical({ name: 'Peer' });
for (const entry of events) {
  const at = (text) => DateTime.fromFormat(text, 'yyyy-MM-dd HH:mm', { zone: entry.zone });
  calendar.createEvent({
    id: entry.uid, stamp: new Date(0), start: at(entry.start), end: at(entry.end), timezone: entry.zone,
    summary: entry.title, description: entry.note, location: entry.place, status: entry.status.toUpperCase(),
    categories: [{ name: entry.kind }],
  });
}
writeFileSync(to, calendar.toString());
