import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, satuAtap, scratchFolder } from './processes.ts';

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

/** The same with an e-mail address in its form, which is personal. */
export async function publishJobCardWithEmail(...where: string[]): Promise<void> {
  const file = join(scratchFolder(), 'ak-1.yaml');
  const shipped = await readFile(join(root, 'services/disnaker/ak-1.yaml'), 'utf8');
  const email = `form:
  email:
    type: text
    title: { id: Surel, en: E-mail }
    personal: true
    contact: email
`;
  await writeFile(file, shipped.replace('form:\n', email));
  const { code, stderr } = await satuAtap('publish', file, ...where);
  if (code !== 0) throw new Error(stderr);
}
