/** How many events are remembered; the real server's limit is in bytes, and similar. */
const limit = 100_000;

/** Where an event stands: in its stream, and among all. */
export type WrittenAt = { revision: number; position: number };

/**
 * Which events were written lately, by id. Appends without an expected revision are idempotent by
 * this alone, so, as with the real server, not across a restart.
 */
export class RecentEvents {
  readonly #found = new Map<string, { stream: string; at: WrittenAt }>();

  add(stream: string, id: string, at: WrittenAt): void {
    // Of events with the same id, the first counts.
    if (this.#found.has(id)) return;
    this.#found.set(id, { stream, at });
    if (this.#found.size <= limit) return;
    for (const oldest of this.#found.keys()) {
      this.#found.delete(oldest);
      return;
    }
  }

  /** @returns undefined where the event was not written to that stream lately */
  find(stream: string, id: string): WrittenAt | undefined {
    const found = this.#found.get(id);
    return found?.stream === stream ? found.at : undefined;
  }
}
