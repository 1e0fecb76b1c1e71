import { setImmediate as turn } from 'node:timers/promises';
import {
  administrationUnmet,
  compileService,
  definitionDigest,
  serviceId,
  TrialReport,
} from '@satu-atap/domain';
import { tryApplication } from '@satu-atap/event-store';
import { z } from 'zod';
import type { Api } from '../api-options.ts';
import { definitionTypes, sentDefinition } from '../http/definition-body.ts';
import { readHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { isProblematic } from '../problems/problem.ts';
import { upToDate } from '../up-to-date.ts';
import { trialView, viewOfTrial } from '../views/trial-view.ts';
import { notOfThisAddress } from './service-life.ts';

/** Applications that are looked up at a time. */
const pageSize = 200;

export const tryDraftOfService = route({
  method: 'post',
  path: '/api/v1/services/{id}/trials',
  tag: 'services',
  summary: 'Try a draft of a service on the applications that there are; nothing is changed',
  description:
    'For the administrators of its unit. The draft, as YAML or JSON, is the body. Says how many ' +
    'of the applications that were submitted last would have gone otherwise under it, where and ' +
    'why, and whether those that run could move to it now. Holds nothing of a person.',
  params: z.strictObject({ id: serviceId }),
  query: z.strictObject({
    limit: z.coerce.number<string>().int().min(1).max(1000).default(200).meta({
      description: 'Applications at the most, those that were submitted last.',
    }),
    only: z.enum(['running', 'finished']).optional(),
  }),
  headers: readHeaders,
  upload: definitionTypes,
  responses: { 200: { description: 'What was found.', schema: trialView } },
  async handle({ params: { id }, query: { limit, only }, headers, who, request }, api) {
    const unmet = administrationUnmet(id, who.actor);
    if (unmet) return { refusal: unmet };
    const sent = await sentDefinition(request);
    if (isProblematic(sent)) return sent;
    const { definition, warnings } = sent;
    if (definition.id !== id) return { refusal: notOfThisAddress(definition.id, id) };
    const published = await api.services.standing(id);
    if (!published) return { refusal: { type: 'service-not-found', service: id } };
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;

    const version = (published.service.versions.at(-1)?.version ?? 0) + 1;
    const draft = compileService(definition, { version, digest: definitionDigest(definition) });
    const { store, services, offices } = api;
    const setting = { store, services, offices, draft, now: Temporal.Now.instant() };
    const report = new TrialReport();
    for await (const application of newestOf(api, id, limit, only)) {
      const trial = await tryApplication(application, setting);
      if (trial && 'unknownOffice' in trial) report.leaveOut(trial.unknownOffice);
      else if (trial && 'erased' in trial) report.leaveOutErased();
      else if (trial) report.add(application, trial);
      // Other requests have their turn between any two applications.
      await turn();
    }
    return { status: 200, body: { ...viewOfTrial(draft, report.summary()), warnings } };
  },
});

/** The applications of a service that were submitted last, the newest first. */
async function* newestOf(
  { readModels }: Pick<Api, 'readModels'>,
  service: string,
  limit: number,
  only: 'running' | 'finished' | undefined,
): AsyncIterable<string> {
  const filter = { service, ...(only === undefined ? {} : { ended: only === 'finished' }) };
  let left = limit;
  let after: string | undefined;
  do {
    const page = await readModels.applications.list(filter, {
      after,
      limit: Math.min(left, pageSize),
    });
    for (const { id } of page.items) yield id;
    left -= page.items.length;
    after = page.next;
  } while (after !== undefined && left > 0);
}
