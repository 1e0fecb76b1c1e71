import { z } from 'zod';
import { expression } from '../guard.ts';
import { assessing, end, papers, text, withdraw, withdrawn } from './parts.ts';
import type { Lead, ServiceFacts, Workflow } from './parts.ts';
import { stageNames, stageOf, type StageName } from './stages.ts';
import { recommendedBy } from './technical-review.ts';

const stageName = z.enum(stageNames);

export const standardParameters = {
  stages: z
    .array(stageName)
    .min(1)
    .refine((stages) => new Set(stages).size === stages.length, { error: 'names a stage twice' })
    .optional()
    .describe('The stages that this service has, in its order; if left out, the usual ones.'),
  when: z
    .partialRecord(stageName, expression)
    .optional()
    .describe('Stages that only some files pass, each with the condition on the form.'),
  recommendedBy: recommendedBy.optional(),
};
type Parameters = z.infer<z.ZodObject<typeof standardParameters>>;

/** The stages of a service that names none: all but the inspection, and no payment where it is free. */
export const usualStages = ({ hasFee }: ServiceFacts): StageName[] =>
  stageNames.filter((stage) => stage !== 'inspection' && (hasFee || stage !== 'payment'));

/**
 * The flow of most services of a mall: the front desk receives the file, back offices verify, inspect
 * and review it, the head decides, the applicant pays, somebody issues, the applicant collects. Who
 * handled the file does not decide on it.
 */
export function standardFlow(
  { stages: chosen, when = {}, recommendedBy: units }: Parameters,
  service: ServiceFacts,
): Workflow {
  const stages = chosen ?? usualStages(service);
  /** Where the stage before this one leads: to it, or past those that not every file passes. */
  const leadTo = (index: number): Lead => {
    const branches: NonNullable<Lead['branches']> = [];
    for (let at = index; ; at++) {
      const target = stages[at] ?? 'granted';
      const condition = target === 'granted' ? undefined : when[target];
      if (condition !== undefined) {
        branches.push({ guard: { name: 'condition', expression: condition }, target });
      } else {
        return branches.length > 0 ? { branches: [...branches, { target }] } : { target };
      }
    }
  };

  const send = {
    roles: ['applicant', 'front-desk'],
    ...papers('documents-attached', service),
    ...leadTo(0),
  };
  const states: Workflow['states'] = {
    preparing: {
      title: text('Melengkapi berkas', 'Completing the documents'),
      clock: 'stopped',
      on: { submit: { title: text('Ajukan berkas', 'Submit the file'), ...send }, withdraw },
    },
  };
  const handledBy: string[] = [];
  for (const [index, name] of stages.entries()) {
    const stage = stageOf(name);
    const state = stage.state({
      lead: leadTo(index + 1),
      handledBy: [...handledBy],
      isDecided: stages.indexOf('decision') > index,
      recommendedBy: units,
      service,
    });
    states[name] = service.isAssessed && stages[index + 1] === 'payment' ? assessing(state) : state;
    handledBy.push(...(stage.handledBy?.(units) ?? []));
  }
  if (stages.some((stage) => stageOf(stage).returns)) {
    states['returned'] = {
      title: text('Dikembalikan ke pemohon', 'Returned to the applicant'),
      clock: 'paused',
      on: {
        resubmit: {
          title: text('Ajukan kembali', 'Resubmit'),
          ...send,
          ...(service.correctable.length > 0 ? { sets: [...service.correctable] } : {}),
        },
        withdraw,
      },
    };
  }
  states['granted'] = end(text('Selesai', 'Granted'), 'granted');
  if (stages.includes('decision') || stages.includes('technical-review')) {
    states['rejected'] = end(text('Ditolak', 'Rejected'), 'rejected');
  }
  states['withdrawn'] = withdrawn;
  return { initial: 'preparing', states };
}
