import type { Localized } from '../names.ts';
import type { Guard } from './guard.ts';

/** A guard as one says it: `dokumen wajib sudah ada`, `every required document is there`. */
export function guardInWords(guard: Guard): Localized {
  if ('all' in guard) return joined(guard.all, { id: ' dan ', en: ' and ' });
  if ('any' in guard) return joined(guard.any, { id: ' atau ', en: ' or ' });
  if ('not' in guard) {
    const { id, en } = guardInWords(guard.not);
    return { id: `tidak: (${id})`, en: `not: (${en})` };
  }
  switch (guard.name) {
    case 'documents-attached':
      return guard.documents
        ? said(guard.documents, (list) => ({ id: `${list} sudah ada`, en: `${list} attached` }))
        : { id: 'dokumen wajib sudah ada', en: 'every required document is there' };
    case 'requirements-verified':
      return guard.documents
        ? said(guard.documents, (list) => ({
            id: `${list} sudah diverifikasi`,
            en: `${list} verified`,
          }))
        : { id: 'dokumen wajib sudah diverifikasi', en: 'every required document is verified' };
    case 'fee-assessed':
      return { id: 'biaya sudah ditetapkan', en: 'the fee is assessed' };
    case 'fee-paid':
      return { id: 'biaya sudah lunas', en: 'the fee is paid' };
    case 'not-the-same-officer':
      return said(guard.as, (list) => ({
        id: `oleh petugas lain daripada pelaku ${list}`,
        en: `by another officer than took ${list}`,
      }));
    case 'condition':
      return { id: guard.expression, en: guard.expression };
  }
}

function said(names: readonly string[], sentence: (list: string) => Localized): Localized {
  return sentence(names.join(', '));
}

function joined(guards: readonly Guard[], by: Localized): Localized {
  const parts = guards.map((guard) => {
    const { id, en } = guardInWords(guard);
    const nested = 'all' in guard || 'any' in guard;
    return nested ? { id: `(${id})`, en: `(${en})` } : { id, en };
  });
  return {
    id: parts.map(({ id }) => id).join(by.id),
    en: parts.map(({ en }) => en).join(by.en),
  };
}
