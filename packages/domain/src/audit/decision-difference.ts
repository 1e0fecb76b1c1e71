import type { Decision } from '../application/decisions/decision.ts';
import { isRefused } from '../application/refusal.ts';
import { seriesName } from '../service/number-series.ts';
import { comparable } from './erased-doubt.ts';
import type { FindingReason } from './finding.ts';
import { jsonDifference } from './json-difference.ts';
import type { ReadableStep } from './stored-step.ts';

/** Every difference between a decision and what is recorded, and the event that it is about. */
export function decisionDifferences(
  decision: Decision,
  together: readonly ReadableStep[],
): [ReadableStep | undefined, FindingReason][] {
  if (isRefused(decision))
    return [[together[0], { finding: 'refused', refusal: decision.refusal }]];
  const found: [ReadableStep | undefined, FindingReason][] = [];
  for (let index = 0; index < Math.max(decision.events.length, together.length); index += 1) {
    const stored = together[index];
    const decided = decision.events[index];
    if (!decided) found.push([stored, { finding: 'not-called-for' }]);
    else if (!stored)
      found.push([together.at(-1), { finding: 'left-out', shouldBe: decided.type }]);
    else {
      const difference =
        jsonDifference(stored.event.type, decided.type, 'type') ??
        jsonDifference(...comparable(stored.event, decided.data));
      if (difference) found.push([stored, { finding: 'recorded-otherwise', ...difference }]);
    }
  }
  for (const series of decision.numbers ?? []) {
    const issued = together.find(
      ({ event }) => event.type === 'OutputIssued' && event.data.output === series.output,
    );
    found.push([issued, { finding: 'unnumbered', series: seriesName(series) }]);
  }
  return found;
}

/** The number that a document of this command bears in a series. */
export function sequenceIn(together: readonly ReadableStep[], series: string): number | undefined {
  for (const { event } of together) {
    if (event.type !== 'OutputIssued' || event.data.number?.series !== series) continue;
    return event.data.number.sequence;
  }
  return undefined;
}
