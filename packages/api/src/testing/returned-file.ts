import { openMall, type Mall } from './mall.ts';
import { act, atReception, people } from './people.ts';

/** A mall at whatever time it is put: `at` says it, in the office's local time. */
export async function openMallInTime(): Promise<{ mall: Mall; at: (local: string) => void }> {
  let now = '';
  const mall = await openMall({ now: () => Temporal.Instant.from(now) });
  return {
    mall,
    at(local) {
      now = `${local}:00+07:00`;
    },
  };
}

/**
 * An application handed in on Monday, 2 March 2026, returned on Tuesday for two hours, and back.
 *
 * @returns its id; it is Tuesday noon then
 */
export async function returnedAndBack({
  mall,
  at,
}: Awaited<ReturnType<typeof openMallInTime>>): Promise<string> {
  at('2026-03-02T09:00');
  const id = await atReception(mall);
  at('2026-03-03T10:00');
  await act(mall, id, people.counter, 'return', { comment: 'The plan is not legible.' });
  at('2026-03-03T12:00');
  await act(mall, id, people.applicant, 'hand-in');
  return id;
}
