import type { Moment } from './replay.ts';

/**
 * A moment as people write it: a revision (`7`), or an instant in ISO 8601 with its zone
 * (`2026-03-02T09:00:00+07:00`).
 *
 * @returns undefined for anything else
 */
export function parseMoment(text: string): Moment | undefined {
  if (/^\d{1,15}$/.test(text)) return { revision: Number(text) };
  try {
    return { instant: Temporal.Instant.from(text) };
  } catch {
    return undefined;
  }
}
