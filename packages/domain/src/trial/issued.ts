import type { ApplicationEvent } from '../application/events.ts';
import { canonicalJson } from '../json.ts';
import type { CompiledService } from '../service/compile.ts';
import type { Difference, Issued } from './difference.ts';

/**
 * How the documents differ that a step gives out under two versions. The number itself is given by a
 * series that a draft has no part in: its pattern is compared.
 */
export function issueDifference(
  pinned: CompiledService,
  recorded: readonly ApplicationEvent[],
  draft: CompiledService,
  tried: readonly ApplicationEvent[],
): Pick<Extract<Difference, { type: 'issues-otherwise' }>, 'type' | 'was' | 'wouldBe'> | undefined {
  const was = issuedBy(pinned, recorded);
  const wouldBe = issuedBy(draft, tried);
  const isSame = canonicalJson(was) === canonicalJson(wouldBe);
  return isSame ? undefined : { type: 'issues-otherwise', was, wouldBe };
}

function issuedBy({ definition }: CompiledService, events: readonly ApplicationEvent[]): Issued[] {
  return events.flatMap((event) => {
    if (event.type !== 'OutputIssued') return [];
    const { output, validUntil } = event.data;
    const number = definition.outputs?.[output]?.number;
    return [
      {
        output,
        ...(validUntil === undefined ? {} : { validUntil }),
        ...(number === undefined ? {} : { number }),
      },
    ];
  });
}
