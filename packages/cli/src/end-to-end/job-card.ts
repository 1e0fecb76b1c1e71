import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, satuAtap, scratchFolder } from './processes.ts';

const shipped = join(root, 'services/disnaker/ak-1.yaml');

/** A submission for the job seeker's card, the smallest of the shipped services. */
export const submission = {
  service: 'disnaker.ak-1',
  office: 'mpp-jakarta',
  data: { education: 'SMA/SMK' },
};

/** Publishes the service, and nothing else, to where the flags say. */
export async function publishJobCard(...where: string[]): Promise<void> {
  await publish(shipped, where);
}

/** The same with an e-mail address in its form, which is personal. */
export async function publishJobCardWithEmail(...where: string[]): Promise<void> {
  const file = join(scratchFolder(), 'ak-1.yaml');
  const form = await readFile(shipped, 'utf8');
  const email = `form:
  email:
    type: text
    title: { id: Surel, en: E-mail }
    personal: true
    contact: email
`;
  await writeFile(file, form.replace('form:\n', email));
  await publish(file, where);
}

async function publish(file: string, where: readonly string[]): Promise<void> {
  const { code, stderr } = await satuAtap('publish', file, ...where);
  if (code !== 0) throw new Error(stderr);
}
