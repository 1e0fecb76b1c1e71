import type { DatabaseSync } from 'node:sqlite';

/** Counts up when the tables change in a way that an older engine cannot read. */
export const fileVersion = 1;

export const tables = `
  CREATE TABLE IF NOT EXISTS streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES streams (id),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (stream_id, revision)
  ) STRICT;
  PRAGMA user_version = ${fileVersion};
`;

export type Statements = ReturnType<typeof prepare>;

/** Every statement on the file. Those that give events give arrays: see `eventRows`. */
export function prepare(database: DatabaseSync) {
  const columns =
    'position, name, stream_id, revision, events.id, type, data, metadata, recorded_at';
  const ofEvents = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const select = `SELECT ${columns} FROM events JOIN streams ON streams.id = stream_id`;
  return {
    stream: database.prepare(`
      SELECT id, (SELECT max(revision) FROM events WHERE stream_id = streams.id) AS newest
      FROM streams WHERE name = ?`),
    addStream: database.prepare(`INSERT INTO streams (name) VALUES (?)`),
    addEvent: database.prepare(`
      INSERT INTO events (stream_id, revision, id, type, data, metadata, recorded_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)`),
    ids: database.prepare(`
      SELECT position, revision, id FROM events
      WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?`),
    forwards: ofEvents(`
      ${select} WHERE name = ? AND revision >= ? ORDER BY revision LIMIT ?`),
    backwards: ofEvents(`
      ${select} WHERE name = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`),
    after: ofEvents(`${select} WHERE position > ? ORDER BY position LIMIT ?`),
    before: ofEvents(`${select} WHERE position < ? ORDER BY position DESC LIMIT ?`),
    // Without CROSS, SQLite might sort all events first.
    byStream: ofEvents(`
      SELECT ${columns} FROM streams CROSS JOIN events ON stream_id = streams.id
      WHERE substr(name, 1, ?) = ? AND streams.id % ? = ? AND streams.id >= ? AND (streams.id > ? OR revision > ?)
        AND streams.id <= ? AND position <= ?
      ORDER BY streams.id, revision LIMIT ?`),
    endOfRun: database.prepare(`SELECT id FROM streams WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?`),
    head: database.prepare(`SELECT max(position) AS position FROM events`),
  };
}
