import type { LogAttribute } from '@satu-atap/domain';
import { footerText, headerText, type LogBeginning } from './xes-header.ts';
import { keyAsItIs, keyAsName, XesText } from './xes-text.ts';

export type XesParts = {
  beginning: LogBeginning;
  /** Text of the traces, in pieces. */
  traces: AsyncIterable<Uint8Array>;
  /** Events that belong to no case. */
  looseEvents: AsyncIterable<LogAttribute[]> | Iterable<LogAttribute[]>;
  /** Encode keys of cases and events that the schema does not allow, instead of leaving them as they are. */
  strictKeys: boolean;
};

/**
 * A log in XES (IEEE 1849-2016), piece by piece: the end is given only when everything before it was.
 *
 * @throws what its parts throw; what was given until then is no whole document
 */
export async function* xesExport({
  beginning,
  traces,
  looseEvents,
  strictKeys,
}: XesParts): AsyncGenerator<string | Uint8Array> {
  const text = new XesText(strictKeys ? keyAsName : keyAsItIs);
  yield headerText(beginning);
  yield* traces;
  for await (const event of looseEvents) yield text.looseEvent(event);
  yield footerText;
}
