import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  satuAtap,
  scratchFolder,
  shared,
  startServer,
  tokenFor,
  type Claims,
  type Ended,
  type Server,
} from './processes.ts';
import { applications, requestsTo, type Answered, type Sent } from './requests.ts';

/** DIGIT's own workflow of a trade licence. */
export const digitFile = join(
  shared,
  'data/workflows/digit/tl-services__workflowconfigs__PostmanScriptWorkflowTradeLicense.json',
);
export const digitIsThere = existsSync(digitFile);

/** The id that its import gets. */
export const service = 'tl-services.new-tl';

const officer = (role: string, sub: string): Claims => ({
  role,
  sub,
  unit: 'tl-services',
  office: 'mpp-jakarta',
});
export const people = {
  applicant: { role: 'applicant', sub: 'pemohon-1', name: 'Pemohon Satu' },
  otherApplicant: { role: 'applicant', sub: 'pemohon-2' },
  counter: officer('tl-cemp', 'loket-1'),
  verifier: officer('tl-doc-verifier', 'verifikator-1'),
  inspector: officer('tl-field-inspector', 'pengawas-1'),
  approver: officer('tl-approver', 'penyetuju-1'),
  verifierOfAnotherUnit: { ...officer('tl-doc-verifier', 'verifikator-2'), unit: 'dpmptsp' },
  verifierElsewhere: { ...officer('tl-doc-verifier', 'verifikator-3'), office: 'mpp-makassar' },
} satisfies Record<string, Claims>;
export type Person = keyof typeof people;

export type Step = { by: Person; action: string; from: string; to: string };

/** DIGIT's states, in lower case, from INITIATED to CANCELLED. */
export const wayToTheEnd: readonly Step[] = [
  { by: 'applicant', action: 'apply', from: 'initiated', to: 'applied' },
  { by: 'verifier', action: 'forward', from: 'applied', to: 'fieldinspection' },
  { by: 'inspector', action: 'forward', from: 'fieldinspection', to: 'pendingapproval' },
  { by: 'approver', action: 'approve', from: 'pendingapproval', to: 'pendingpayment' },
  { by: 'counter', action: 'pay', from: 'pendingpayment', to: 'approved' },
  { by: 'approver', action: 'cancel', from: 'approved', to: 'cancelled' },
];

/** A server of a house without services, and the trade licence published beside it. */
export type TradeLicence = {
  server: Server;
  /** How the commands went that brought it there. */
  commands: Record<'import' | 'check' | 'publish', Ended>;
  as(person: Person, method: string, path: string, sent?: Sent): Promise<Answered>;
  submit(): Promise<Answered>;
  take(id: string, step: Pick<Step, 'by' | 'action'>, sent?: Sent): Promise<Answered>;
  /** A new application, gone so far on the way to the end. @returns the last answer on it */
  applicationAt(state: string): Promise<Answered>;
};

export async function openTradeLicence(): Promise<TradeLicence> {
  const scratch = scratchFolder();
  const data = join(scratch, 'data');
  const imported = join(scratch, 'imported');
  const services = join(scratch, 'no-services');
  await mkdir(services);
  const commands = {
    import: await satuAtap('import', 'digit', digitFile, '--out', imported),
    check: await satuAtap('check', imported),
  };
  const server = await startServer({ data, services });
  const publish = await satuAtap('publish', join(imported, 'new-tl.yaml'), '--data', data);
  const signed = Object.entries(people).map(async ([person, claims]) => [
    person,
    await tokenFor(data, claims),
  ]);
  const tokens = Object.fromEntries(await Promise.all(signed)) as Record<Person, string>;
  const send = requestsTo(server.url);

  const as: TradeLicence['as'] = (person, method, path, sent) =>
    send(method, path, { token: tokens[person], ...sent });
  const submit: TradeLicence['submit'] = () =>
    as('applicant', 'POST', applications, { body: { service, office: 'mpp-jakarta', data: {} } });
  const take: TradeLicence['take'] = (id, { by, action }, sent) =>
    as(by, 'POST', `${applications}/${id}/actions`, { body: { action }, ...sent });
  const applicationAt: TradeLicence['applicationAt'] = async (state) => {
    let answer = await submit();
    for (const step of wayToTheEnd) {
      if (step.from === state) break;
      answer = await take(answer.body.id, step);
    }
    if (answer.body.states?.join() === state) return answer;
    throw new Error(`never came to ${state}: ${JSON.stringify(answer.body)}`);
  };
  return { server, commands: { ...commands, publish }, as, submit, take, applicationAt };
}
