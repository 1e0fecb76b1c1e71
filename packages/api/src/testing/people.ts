import type { Mall, Person, Received } from './mall.ts';

const person = (
  sub: string,
  roles: string[],
  place: { unit?: string; office?: string } = {},
): Person => ({ sub, name: `Name of ${sub}`, roles, ...place });

const licensing = { unit: 'licensing', office: 'north' };

/** Those who turn up at the test mall. */
export const people = {
  applicant: person('applicant-1', ['applicant']),
  stranger: person('applicant-2', ['applicant']),
  counter: person('counter-1', ['front-officer'], licensing),
  verifier: person('verifier-1', ['verifier'], licensing),
  inspector: person('inspector-1', ['inspector'], { unit: 'public-works', office: 'north' }),
  cashier: person('cashier-1', ['cashier'], licensing),
  head: person('head-1', ['head'], licensing),
  supervisor: person('supervisor-1', ['supervisor'], licensing),
  auditor: person('auditor-1', ['auditor']),
  southern: person('counter-2', ['front-officer'], { unit: 'licensing', office: 'south' }),
} satisfies Record<string, Person>;

/** The start of a PDF: enough to be recognised as one. */
export const pdf = new TextEncoder().encode(
  '%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n',
);

export const submission = {
  service: 'licensing.kiosk-permit',
  office: 'north',
  data: { businessName: 'Kios Melati', floorArea: 12 },
};

export function submit(mall: Mall, as = people.applicant): Promise<Received> {
  return mall.send('POST', '/api/v1/applications', { as, body: submission });
}

export function attach(
  mall: Mall,
  id: string,
  { as = people.applicant, content = pdf, type = 'application/pdf', headers = {} } = {},
): Promise<Received> {
  const query = 'requirement=identity-card&name=ktp.pdf';
  return mall.send('POST', `/api/v1/applications/${id}/documents?${query}`, {
    as,
    body: content,
    headers: { 'Content-Type': type, ...headers },
  });
}

export function act(
  mall: Mall,
  id: string,
  as: Person,
  action: string,
  more: { data?: Record<string, unknown>; comment?: string } = {},
): Promise<Received> {
  return mall.send('POST', `/api/v1/applications/${id}/actions`, { as, body: { action, ...more } });
}

/** A new application, brought to the counter: submitted, its document attached, handed in. */
export async function atReception(mall: Mall): Promise<string> {
  const { id } = (await submit(mall)).body as { id: string };
  await attach(mall, id);
  await act(mall, id, people.applicant, 'hand-in');
  return id;
}
