import { z } from 'zod';
import {
  end,
  fourEyes,
  papers,
  text,
  type Action,
  type ServiceFacts,
  type State,
  type Workflow,
} from './parts.ts';
import { recommendedBy, reviewActions, technicalReview } from './technical-review.ts';

const ordinals = [
  ['first-warning', text('Peringatan pertama', 'First warning')],
  ['second-warning', text('Peringatan kedua', 'Second warning')],
  ['third-warning', text('Peringatan ketiga', 'Third warning')],
] as const;

export const revocationParameters = {
  warnings: z
    .int()
    .min(0)
    .max(ordinals.length)
    .optional()
    .describe('How often the holder is warned before the hearing; not at all, if left out.'),
  recommendedBy: recommendedBy.optional(),
};
type Parameters = z.infer<z.ZodObject<typeof revocationParameters>>;

const answer: Action = {
  title: text('Sampaikan tanggapan', 'Answer'),
  roles: ['applicant'],
  comment: 'required',
};
const drop = (role: string): Action => ({
  title: text('Hentikan pencabutan', 'Drop the revocation'),
  roles: [role],
  comment: 'required',
  target: 'kept',
});

/**
 * A permit is taken back by the office that gave it: somebody proposes it with the evidence, the
 * holder is warned and heard, other units advise, the head decides. The file is submitted by an
 * officer and its applicant is the holder, who cannot withdraw it. The clock begins with the file and
 * stands still while the holder has the word.
 */
export function revocationFlow(
  { warnings = 0, recommendedBy: units }: Parameters,
  service: ServiceFacts,
): Workflow {
  const warned = ordinals.slice(0, warnings);
  const steps = [...warned.map(([name]) => name), 'hearing'];
  const heard = units ? 'technical-review' : 'decision';
  const states: Workflow['states'] = {
    proposal: {
      title: text('Usulan pencabutan', 'Proposal to revoke'),
      on: {
        propose: {
          title: text('Ajukan pencabutan', 'Propose the revocation'),
          roles: ['verifier'],
          ...papers('documents-attached', service),
          target: steps[0],
        },
        drop: drop('verifier'),
      },
    },
  };
  for (const [index, [name, title]] of warned.entries()) {
    states[name] = warning(title, steps[index + 1] ?? 'hearing');
  }
  states['hearing'] = hearing(heard);
  if (units) {
    const advised = { lead: { target: 'decision' }, advisedAgainst: 'decision' } as const;
    states['technical-review'] = technicalReview({
      ...advised,
      returns: false,
      recommendedBy: units,
    });
  }
  const handledBy = ['propose', ...(warnings > 0 ? ['escalate'] : []), 'record-silence'];
  states['decision'] = {
    title: text('Keputusan pencabutan', 'Decision on the revocation'),
    on: {
      revoke: {
        title: text('Cabut izin', 'Revoke the permit'),
        roles: ['head-of-unit'],
        ...fourEyes([...handledBy, ...(units ? reviewActions(units) : [])]),
        comment: 'required',
        target: 'granted',
      },
      keep: {
        title: text('Pertahankan izin', 'Leave the permit in force'),
        roles: ['head-of-unit'],
        comment: 'required',
        target: 'kept',
      },
    },
  };
  states['granted'] = end(text('Izin dicabut', 'Permit revoked'), 'granted');
  states['kept'] = end(text('Izin tetap berlaku', 'Permit stays in force'), 'rejected');
  return { initial: 'proposal', states };
}

function warning(title: State['title'], next: string): State {
  return {
    title,
    clock: 'paused',
    on: {
      answer,
      escalate: {
        title: text('Lanjutkan: tidak dipatuhi', 'Go on: not complied with'),
        roles: ['verifier'],
        comment: 'required',
        target: next,
      },
      drop: drop('verifier'),
    },
  };
}

function hearing(next: string): State {
  return {
    title: text('Kesempatan didengar', 'Hearing of the holder'),
    clock: 'paused',
    on: {
      answer: { ...answer, target: next },
      'record-silence': {
        title: text('Catat tidak ada tanggapan', 'Record that no answer came'),
        roles: ['verifier'],
        comment: 'required',
        target: next,
      },
    },
  };
}
