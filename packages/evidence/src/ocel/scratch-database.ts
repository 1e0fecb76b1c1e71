import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * A SQLite file that lives as long as the work with it, in a folder that only its owner may read: what
 * an export cannot know before its end lies there and not in memory.
 */
export class ScratchDatabase implements AsyncDisposable {
  readonly #folder: string;
  readonly file: string;
  readonly database: DatabaseSync;

  private constructor(folder: string) {
    this.#folder = folder;
    this.file = join(folder, 'export.sqlite');
    // Objects are related before they are told: every relation is whole only at the end.
    this.database = new DatabaseSync(this.file, { enableForeignKeyConstraints: false });
    // Nobody reads it again after a crash.
    this.database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;');
  }

  static async open(): Promise<ScratchDatabase> {
    return new ScratchDatabase(await mkdtemp(join(tmpdir(), 'satu-atap-export-')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.database.isOpen) this.database.close();
    await rm(this.#folder, { recursive: true });
  }
}
