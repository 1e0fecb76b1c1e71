import { exportedCases, type ExportScope, type ExportSource } from '../cases/exported-cases.ts';
import { footerText, headerText, type LogBeginning } from './xes-header.ts';
import { keyAsItIs, keyAsName, looseEventText, traceText } from './xes-text.ts';
import type { LogAttribute } from '@satu-atap/domain';

/** Characters that are handed on at once: many small writes would cost more than what is in them. */
const pieceSize = 256 * 1024;

export type XesOptions = {
  beginning: LogBeginning;
  /** Events that belong to no case. */
  looseEvents: AsyncIterable<LogAttribute[]> | Iterable<LogAttribute[]>;
  /** Encode keys of cases and events that the schema does not allow, instead of leaving them as they are. */
  strictKeys: boolean;
};

/**
 * A log in XES (IEEE 1849-2016), piece by piece: the end is given only when everything before it was.
 *
 * @throws as `exportedCases` does; what was given until then is no whole document
 */
export async function* xesExport(
  source: ExportSource,
  scope: ExportScope,
  { beginning, looseEvents, strictKeys }: XesOptions,
): AsyncGenerator<string> {
  const writeKey = strictKeys ? keyAsName : keyAsItIs;
  let piece = headerText(beginning);
  for await (const cases of exportedCases(source, scope)) {
    for (const one of cases) {
      piece += traceText(one, writeKey);
      if (piece.length < pieceSize) continue;
      yield piece;
      piece = '';
    }
  }
  for await (const event of looseEvents) {
    piece += looseEventText(event, writeKey);
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = '';
  }
  yield piece + footerText;
}
