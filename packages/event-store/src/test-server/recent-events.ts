/** How many events are remembered; the real server's limit is in bytes, and similar. */
const limit = 100_000;

/**
 * Which events were written lately, by id. Appends without an expected revision are idempotent by
 * this alone, so, as with the real server, not across a restart.
 */
export class RecentEvents {
  readonly #found = new Map<string, { stream: string; revision: number }>();

  add(stream: string, id: string, revision: number): void {
    // Of events with the same id, the first counts.
    if (this.#found.has(id)) return;
    this.#found.set(id, { stream, revision });
    if (this.#found.size <= limit) return;
    for (const oldest of this.#found.keys()) {
      this.#found.delete(oldest);
      return;
    }
  }

  /** @returns the event's revision, or undefined where it was not written to that stream lately */
  find(stream: string, id: string): number | undefined {
    const found = this.#found.get(id);
    return found?.stream === stream ? found.revision : undefined;
  }
}
