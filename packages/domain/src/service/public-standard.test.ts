import { describe, expect, test } from 'vitest';
import { samplePermit } from '../testing/sample-service.ts';
import { definitionDigest, serviceDefinition, type ServiceDefinitionInput } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';
import { publicStandard } from './public-standard.ts';

const text = (id: string, en: string) => ({ id, en });
const complaints = text('Loket pengaduan di lantai 1', 'The complaints counter on floor 1');
const laws = [text('UU 28/2002', 'Law 28/2002'), text('PP 16/2021', 'Regulation 16/2021')];

function standardOf(changes: Partial<ServiceDefinitionInput> = {}) {
  const components = publicStandard(serviceDefinition.parse({ ...samplePermit, ...changes }));
  return Object.fromEntries(components.map(({ component, ...rest }) => [component, rest]));
}

test('has all 14 components in the order of publication, and marks those that are missing', () => {
  const standard = publicStandard(serviceDefinition.parse(samplePermit));
  expect(standard.map(({ component, from }) => `${component} ${from}`)).toEqual([
    'requirements derived',
    'procedure derived',
    'time derived',
    'fee derived',
    'product missing',
    'complaints missing',
    'legalBasis missing',
    'facilities missing',
    'staffCompetence missing',
    'supervision missing',
    'staffCount missing',
    'serviceGuarantee missing',
    'safetyGuarantee missing',
    'evaluation missing',
  ]);
});

test('tells what is written in words, one text or a list', () => {
  const { standard } = samplePermit;
  const told = standardOf({
    standard: { ...standard, components: { complaints, legalBasis: laws } },
  });
  expect(told['complaints']).toMatchObject({ from: 'written', texts: [complaints] });
  expect(told['legalBasis']).toMatchObject({ from: 'written', texts: laws });
});

describe('follows from the definition', () => {
  test('the requirements, and which of them are only asked for if there are any', () => {
    expect(standardOf()['requirements']?.texts.map(({ id }) => id)).toEqual([
      'Site plan',
      'Photo (bila ada)',
    ]);
    expect(standardOf({ documents: {} })['requirements']?.texts).toHaveLength(1);
  });

  test('the procedure: where the file lies, within what, and for how long at most', () => {
    const states: ServiceDefinitionInput['workflow']['states'] = {
      desk: {
        title: text('Loket', 'Front desk'),
        standard: { amount: 1, unit: 'working-hours' },
        on: { accept: { roles: ['front-desk'], target: 'review' } },
      },
      review: {
        title: text('Telaah', 'Review'),
        initial: 'health',
        states: {
          health: {
            title: text('Kesehatan', 'Health'),
            standard: { amount: 3, unit: 'working-days' },
            on: { agree: { roles: ['technical-reviewer'], target: '#granted' } },
          },
        },
      },
      granted: { type: 'final', outcome: 'granted' },
    };
    expect(standardOf({ workflow: { initial: 'desk', states } })['procedure']?.texts).toEqual([
      text('Loket (paling lama 1 jam kerja)', 'Front desk (1 working hour at most)'),
      text(
        'Telaah: Kesehatan (paling lama 3 hari kerja)',
        'Review: Health (3 working days at most)',
      ),
    ]);
  });

  test('the product, from what the service produces, and what else is said of it', () => {
    const title = text('Izin', 'Licence');
    const outputs = {
      licence: { title, validity: { amount: 5, unit: 'years' } },
      plate: { title: text('Pelat', 'Plate'), validity: 'unlimited' },
      receipt: { title: text('Kuitansi', 'Receipt') },
      trial: { title, validity: { amount: 1, unit: 'months' } },
    } as const;
    const advice = text('Konsultasi', 'Advice');
    const standard = { ...samplePermit.standard, components: { product: advice } };
    expect(standardOf({ outputs, standard })['product']).toMatchObject({
      from: 'derived',
      texts: [
        text('Izin (berlaku 5 tahun)', 'Licence (valid for 5 years)'),
        text('Pelat (berlaku seterusnya)', 'Plate (valid without end)'),
        text('Kuitansi', 'Receipt'),
        text('Izin (berlaku 1 bulan)', 'Licence (valid for 1 month)'),
        advice,
      ],
    });
    expect(standardOf({ standard })['product']).toMatchObject({ from: 'written', texts: [advice] });
  });

  test('the time', () => {
    expect(standardOf()['time']?.texts).toEqual([text('5 hari kerja', '5 working days')]);
  });

  test('the time, and what the law makes of silence', () => {
    const legalGround = text('UU 30/2014 Pasal 53', 'Law 30/2014, article 53');
    const { intake, ...states } = samplePermit.workflow.states;
    const standard = standardOf({
      standard: { ...samplePermit.standard, deemed: { take: 'approve-by-law', legalGround } },
      workflow: {
        ...samplePermit.workflow,
        on: {
          ...samplePermit.workflow.on,
          'approve-by-law': {
            title: text('Dianggap dikabulkan', 'Deemed approved'),
            roles: ['system'],
            target: '#issued',
          },
        },
        states: {
          ...states,
          intake: {
            ...intake,
            title: text('Loket', 'Front desk'),
            deadline: {
              after: { amount: 30, unit: 'calendar-days' },
              take: 'approve-by-law',
              legalGround,
            },
          },
        },
      },
    });
    expect(standard['time']?.texts).toEqual([
      text('5 hari kerja', '5 working days'),
      text(
        'Bila waktu itu lewat: Dianggap dikabulkan (UU 30/2014 Pasal 53)',
        'When that time is over: Deemed approved (Law 30/2014, article 53)',
      ),
      text(
        'Loket: setelah 30 hari kalender, Dianggap dikabulkan (UU 30/2014 Pasal 53)',
        'Front desk: after 30 calendar days, Deemed approved (Law 30/2014, article 53)',
      ),
    ]);
  });

  test('the fee, with its basis', () => {
    const roles = { receivedBy: ['cashier'] };
    const basis = text('PP 45/2024', 'Regulation 45/2024');
    expect(standardOf({ fee: { kind: 'free' } })['fee']?.texts).toEqual([
      text('Tidak dipungut biaya', 'Free of charge'),
    ]);
    expect(
      standardOf({ fee: { kind: 'fixed', amount: 1_350_000, basis, ...roles } })['fee']?.texts,
    ).toEqual([text('Rp1.350.000', 'IDR 1,350,000'), basis]);
    expect(standardOf({ fee: { kind: 'fixed', amount: 500, ...roles } })['fee']?.texts).toEqual([
      text('Rp500', 'IDR 500'),
    ]);
  });
});

test('what follows from the definition cannot be written a second time', () => {
  const components = { fee: text('Gratis', 'Free'), complaints: { id: 'Loket' } };
  const { problems } = parseDefinition({
    ...samplePermit,
    standard: { ...samplePermit.standard, components },
  });
  expect(problems.map(({ path, message }) => `${path.join('.')} ${message}`)).toEqual([
    'standard.components.complaints.en is missing: a text',
    'standard.components.fee is no known key here',
  ]);
});

test('a definition that writes no components keeps its digest', () => {
  const before = serviceDefinition.parse(samplePermit);
  expect(before.standard).not.toHaveProperty('components');
  const components = { complaints };
  const after = serviceDefinition.parse({
    ...samplePermit,
    standard: { ...samplePermit.standard, components },
  });
  expect(definitionDigest(after)).not.toBe(definitionDigest(before));
});
