import { topics, type Topic } from '@satu-atap/domain';
import { describe, expect, it } from 'vitest';
import { compose } from './compose.ts';
import { factNames, type Facts } from './facts.ts';
import { texts } from './texts.ts';

const nothing = Object.fromEntries(factNames.map((name) => [name, undefined])) as Facts;
const facts: Facts = {
  ...nothing,
  application: '123',
  at: '2 Maret 2026',
  service: 'Izin <b>',
  office: 'MPP',
  comment: 'Denah & "peta"\nsemua\u202e\u0007',
  outputs: ['Surat izin', 'Pelat'],
  place: 'Loket 7',
};

describe('an e-mail', () => {
  it('says what people wrote as text, also where it looks like markup', () => {
    const { text, html, subject } = compose(texts.returned.id, facts, 'id');
    expect(subject).toBe('Permohonan dikembalikan: Izin <b>');
    expect(text).toContain('Catatan petugas: Denah & "peta"\nsemua\n');
    expect(html).toContain('Izin &lt;b&gt;');
    expect(html).toContain('Denah &amp; &quot;peta&quot;<br>semua</p>');
    for (const sign of ['\u202e', '\u0007']) expect(text + html).not.toContain(sign);
  });

  it('lists what there are several of, and leaves out what is not known', () => {
    const { text, html } = compose(texts.issued.en, facts, 'en');
    expect(text).toContain('These were issued:\n\n- Surat izin\n- Pelat\n');
    expect(html).toContain('<ul><li>Surat izin</li><li>Pelat</li></ul>');
    expect(text).toContain('Where to get them: Loket 7');
    expect(text).not.toContain('What to bring');
    expect(text).not.toMatch(/[{}]/);
  });

  it('keeps its subject on one line', () => {
    const { subject } = compose(texts.ended.id, { ...facts, outcome: 'a\r\nBcc: b' }, 'id');
    expect(subject).toBe('Permohonan selesai (a Bcc: b): Izin <b>');
  });

  it('is there for every topic and language, and speaks of known facts only', () => {
    const written = (Object.keys(topics) as Topic[]).flatMap((topic) =>
      [texts[topic].id, texts[topic].en].flatMap(({ subject, lines }) => [subject, ...lines]),
    );
    const named = written.flatMap((line) =>
      [...line.matchAll(/\{(.*?)\}/g)].map(([, name]) => name),
    );
    expect(new Set(named)).toEqual(new Set(factNames));
  });
});
