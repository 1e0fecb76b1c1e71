import { join } from 'node:path';
import { root, satuAtap } from './processes.ts';

/** A submission for the job seeker's card, the smallest of the shipped services. */
export const submission = {
  service: 'disnaker.ak-1',
  office: 'mpp-jakarta',
  data: { education: 'SMA/SMK' },
};

/** Publishes the service, and nothing else, to where the flags say. */
export async function publishJobCard(...where: string[]): Promise<void> {
  const file = join(root, 'services/disnaker/ak-1.yaml');
  const { code, stderr } = await satuAtap('publish', file, ...where);
  if (code !== 0) throw new Error(stderr);
}
