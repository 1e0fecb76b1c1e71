import type { EventRow } from './event-log.ts';
import type { ReadReq } from './protocol.ts';
import { invalidArgument, unknownError } from './statuses.ts';

/** Which events of $all are given. */
export type EventFilter = {
  matches: (event: Pick<EventRow, 'stream' | 'type'>) => boolean;
  /** How many events are looked at for a page. */
  maxSearchWindow: number;
  /** After how many events that were looked at a checkpoint is due. */
  checkpointInterval: number;
};

/** How many events the server reads for a page, and keeps for a subscriber that is slow. */
export const pageSize = 32;

/** Epochs are in the log, and count where events are looked at, but $all never shows them. */
export const epochStream = '$epoch-information';

/** Whether $all shows the event to a reader without a filter. */
export function isShown({ stream }: Pick<EventRow, 'stream'>): boolean {
  return stream !== epochStream;
}

/** @throws CallError for a filter that says nothing, or a regular expression that is none */
export function eventFilter(options: ReadReq.Options.FilterOptions): EventFilter {
  const byType = options.getEventType();
  const expression = byType ?? options.getStreamIdentifier();
  if (!expression) throw invalidArgument('the filter filters nothing');
  const matchesName = nameMatcher(expression);
  const maxSearchWindow = options.hasMax() ? options.getMax() : pageSize;
  const multiplier = options.getCheckpointintervalmultiplier();
  if (multiplier === 0 || maxSearchWindow === 0) {
    throw unknownError('The window and the checkpoint interval must be greater than 0.');
  }
  return {
    matches: (event) => isShown(event) && matchesName(byType ? event.type : event.stream),
    maxSearchWindow,
    checkpointInterval: multiplier * maxSearchWindow,
  };
}

function nameMatcher(
  expression: ReadReq.Options.FilterOptions.Expression,
): (name: string) => boolean {
  const pattern = expression.getRegex();
  if (pattern === '') {
    const prefixes = expression.getPrefixList();
    return (name) => prefixes.some((prefix) => name.startsWith(prefix));
  }
  try {
    const regex = new RegExp(pattern);
    return (name) => regex.test(name);
  } catch (error) {
    throw unknownError(`Invalid pattern '${pattern}': ${String(error)}`);
  }
}
