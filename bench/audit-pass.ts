import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SaxesParser } from 'saxes';

// A bare pass over what auditors' commands work on: prints how many events there were.
const [what, place = ''] = process.argv.slice(2);
console.log(what === 'read' ? read(place) : await parse(place));

/** Every row, its JSON parsed. */
function read(folder: string): number {
  const database = new DatabaseSync(join(folder, 'events.sqlite'), { readOnly: true });
  let events = 0;
  for (const { data, metadata } of database.prepare('SELECT * FROM events').iterate()) {
    JSON.parse(String(data));
    JSON.parse(String(metadata));
    events += 1;
  }
  return events;
}

/** Every tag of a log. */
async function parse(file: string): Promise<number> {
  const parser = new SaxesParser();
  let events = 0;
  parser.on('opentag', ({ name }) => {
    if (name === 'event') events += 1;
  });
  for await (const piece of createReadStream(file, { encoding: 'utf8' })) parser.write(piece);
  parser.close();
  return events;
}
