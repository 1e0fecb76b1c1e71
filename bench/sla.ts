import { benchCalendarChange } from './sla-calendar-change.ts';
import { benchTicks } from './sla-ticks.ts';

/** The SLA monitor however many files are open, and a calendar that changes under all of them. */
export async function benchSla(rounds: number): Promise<void> {
  await benchTicks(rounds);
  await benchCalendarChange(rounds);
}
