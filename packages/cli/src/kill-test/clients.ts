import { randomUUID } from 'node:crypto';
import { LocalIssuer } from '@satu-atap/api';
import type { Actor } from '@satu-atap/domain';
import { marketStall, office, people, samplePermit } from '@satu-atap/domain/testing';

/** A request that was answered with success: what the answer promised. */
export type Acknowledged = {
  application: string;
  /** The application's revision after it. */
  revision: number;
  /** Type of the event at that revision. */
  event: string;
  /** SHA-256 of a document's content that was sent with it. */
  sha256?: string;
};

/** A request whose answer never came: it happened or it did not. */
export type Unanswered = { send: (url: string) => Promise<Acknowledged | undefined> };

export type Clients = {
  acknowledged: Acknowledged[];
  unanswered: Unanswered[];
  /** Answers that were neither success nor a lost connection: a fault of the engine. */
  faults: string[];
};

type Step = {
  by: keyof Tokens;
  path: string;
  event: string;
  body?: unknown;
  pdf?: Buffer;
};
type Tokens = Record<'applicant' | 'frontDesk', string>;

export async function tokensFor(data: string): Promise<Tokens> {
  const issuer = await LocalIssuer.open(data);
  const token = ({ id, ...claims }: Actor) =>
    issuer.token({ sub: id, name: id, ...claims, expiresIn: 3600 });
  return { applicant: await token(people.applicant), frontDesk: await token(people.frontDesk) };
}

/** Writers that work on applications of their own until the signal, each a request at a time. */
export async function runClients(
  url: string,
  tokens: Tokens,
  writers: number,
  clients: Clients,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    Array.from({ length: writers }, (_, writer) => write(writer, url, tokens, clients, signal)),
  );
}

async function write(
  writer: number,
  url: string,
  tokens: Tokens,
  clients: Clients,
  signal: AbortSignal,
) {
  // Half of them begin with a permit.
  for (let files = writer; !signal.aborted; files += 1) {
    let application: string | undefined;
    for (const step of files % 2 === 0 ? stepsOfOneFile() : stepsToAPermit) {
      if (signal.aborted) return;
      const send = sender(step, application, tokens);
      try {
        const answer = await send(url);
        if (answer === undefined) return;
        application = answer.application;
        clients.acknowledged.push(answer);
      } catch (error) {
        // The connection broke: the request is sent again after the restart, with the same key.
        if (!(error instanceof TypeError)) clients.faults.push(String(error));
        else clients.unanswered.push({ send });
        return;
      }
    }
  }
}

/** A file that is granted at once, and given a numbered permit. */
const stepsToAPermit: Step[] = [
  {
    by: 'applicant',
    path: '',
    event: 'ApplicationSubmitted',
    body: { service: marketStall.id, office, data: { weeks: 4 } },
  },
  { by: 'frontDesk', path: '/actions', event: 'OutputIssued', body: { action: 'grant' } },
];

function stepsOfOneFile(): Step[] {
  const pdf = Buffer.from(`%PDF-1.7\n% ${randomUUID()}\n`.padEnd(4096, ' '));
  const note = { by: 'frontDesk', path: '/notes', event: 'NoteAdded' } as const;
  return [
    {
      by: 'applicant',
      path: '',
      event: 'ApplicationSubmitted',
      body: {
        service: samplePermit.id,
        office,
        data: { address: 'Jalan Melati 1', floorArea: 90 },
      },
    },
    {
      by: 'applicant',
      path: '/documents?requirement=site-plan&name=denah.pdf',
      event: 'DocumentAttached',
      pdf,
    },
    { by: 'applicant', path: '/actions', event: 'StepTaken', body: { action: 'send' } },
    { ...note, body: { text: 'Diterima di loket.' } },
    {
      by: 'frontDesk',
      path: '/actions',
      event: 'StepTaken',
      body: { action: 'return-to-applicant', comment: 'Denah tidak terbaca.' },
    },
    { ...note, body: { text: 'Menunggu pemohon.' } },
  ];
}

function sender(step: Step, application: string | undefined, tokens: Tokens): Unanswered['send'] {
  const key = randomUUID();
  return async (url) => {
    const response = await fetch(
      `${url}/api/v1/applications${application ? `/${application}` : ''}${step.path}`,
      {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${tokens[step.by]}`,
          'Content-Type': step.pdf ? 'application/pdf' : 'application/json',
          'Idempotency-Key': key,
        },
        body: step.pdf ? new Uint8Array(step.pdf) : JSON.stringify(step.body),
      },
    );
    const answer = (await response.json()) as { id: string; revision: number };
    if (!response.ok)
      throw new Error(`${step.event}: ${response.status} ${JSON.stringify(answer)}`);
    const { id, revision } = answer;
    const sha256 = step.pdf && (await digest(step.pdf));
    return { application: id, revision, event: step.event, ...(sha256 ? { sha256 } : {}) };
  };
}

async function digest(content: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(content))).toString(
    'hex',
  );
}
