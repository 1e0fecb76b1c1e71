import type { EventRow } from './event-log.ts';
import type { ReadReq } from './protocol.ts';
import { invalidArgument } from './statuses.ts';

/** Which events of $all are given. */
export type EventFilter = {
  matches: (event: Pick<EventRow, 'stream' | 'type'>) => boolean;
  /** How many events are looked at for a page. */
  maxSearchWindow: number;
  /** After how many events that were looked at a checkpoint is due. */
  checkpointInterval: number;
};

/** How many events the server reads for a page. */
export const pageSize = 32;

/** @throws CallError for a filter that says nothing, or a regular expression that is none */
export function eventFilter(options: ReadReq.Options.FilterOptions): EventFilter {
  const byType = options.getEventType();
  const expression = byType ?? options.getStreamIdentifier();
  if (!expression) throw invalidArgument('the filter filters nothing');
  const matchesName = nameMatcher(expression);
  const maxSearchWindow = options.hasMax() ? options.getMax() : pageSize;
  const multiplier = options.getCheckpointintervalmultiplier();
  if (multiplier === 0 || maxSearchWindow === 0) {
    throw invalidArgument('the window and the checkpoint interval must be greater than 0');
  }
  return {
    matches: byType ? ({ type }) => matchesName(type) : ({ stream }) => matchesName(stream),
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
    const regex = new RegExp(pattern, 'u');
    return (name) => regex.test(name);
  } catch (error) {
    throw invalidArgument(`the regular expression ${pattern} is none: ${String(error)}`);
  }
}
