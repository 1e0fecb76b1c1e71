import { writeFileSync } from 'node:fs';
import { evolve, type Application } from '@satu-atap/domain';
import {
  compiled,
  office,
  recordedHistory,
  sampleOffices,
  type RecordedHistory,
} from '@satu-atap/domain/testing';
import { describe, expect, it } from 'vitest';
import { historyDocument, type Language } from './history-document.ts';
import { historyPage } from './history-page.ts';
import { historyPdf } from './history-pdf.ts';

const service = compiled();
const calendars = sampleOffices.get(office)?.calendars;
if (!calendars) throw new Error('the sample office has calendars');
const history = recordedHistory(service, { calendars, office }, 7);

function documentOf(events: RecordedHistory, language: Language) {
  let application: Application | undefined;
  const pinned = events.map((one) => {
    const before = application;
    application = evolve(application, one.event, one.metadata);
    return { ...one, before, service };
  });
  if (!application) throw new Error('a history has events');
  const id = '0190a8e4-6b1a-7c3e-9f00-000000000001';
  const place = { officeTitle: 'MPP Jakarta', timeZone: 'Asia/Jakarta' };
  return historyDocument({ id, application, events: pinned, ...place }, language);
}

const [first, ...later] = history;
if (first?.event.type !== 'ApplicationSubmitted') throw new Error('it begins with a submission');
const { event, metadata } = first;
const hostile: RecordedHistory = [
  {
    event: {
      ...event,
      data: {
        ...event.data,
        applicant: { id: 'applicant-1', name: '<script>alert("Ḥāfiẓ & Ξένη")</script>\u0007' },
      },
    },
    metadata,
    revision: 0,
  },
  ...later,
];

describe('the history of an application, for people', () => {
  it.each(['id', 'en'] as const)('tells every event in its order, in "%s"', (language) => {
    const { entries } = documentOf(history, language);
    expect(entries.map(({ revision }) => revision)).toEqual(history.map((_, index) => index));
    for (const { when, who, what } of entries) {
      expect(when).toMatch(language === 'id' ? /pukul \d\d\.\d\d/ : /\d\d:\d\d/);
      expect(who).not.toBe('');
      expect(what).not.toBe('');
    }
  });

  it('is a page that runs nothing, whatever people are called', () => {
    const page = historyPage(documentOf(hostile, 'en'));
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(&quot;Ḥāfiẓ &amp; Ξένη&quot;)&lt;/script&gt;');
    expect(page.match(/<tr><td>/g)).toHaveLength(history.length);
  });

  it('is a PDF document with as many pages as it needs', async () => {
    const long = documentOf(hostile, 'id');
    const entries = Array.from({ length: 40 }, () => long.entries).flat();
    const pdf = await historyPdf({ ...long, entries });
    if (process.env['SEE_PDF']) writeFileSync(process.env['SEE_PDF'], pdf);
    const text = pdf.toString('latin1');
    expect(text.slice(0, 5)).toBe('%PDF-');
    expect(text.trimEnd().slice(-5)).toBe('%%EOF');
    const pages = Number(/\/Count (\d+)/.exec(text)?.[1]);
    expect(pages).toBeGreaterThan(3);
    expect(text.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(pages);
  });
});
