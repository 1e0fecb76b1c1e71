import type { z } from 'zod';
import type { Localized } from '../names.ts';
import type { ServiceDefinition } from './definition.ts';
import type { feeRow } from './fee-table.ts';
import { durationInWords, rupiahInWords, validityInWords } from './in-words.ts';
import { standardComponents, type StandardComponent } from './standard-components.ts';
import { StateTree, type StateNode } from './state-tree.ts';

/** One component of a service's standard, as a page shows it; without texts it is missing. */
export type PublicComponent = {
  component: StandardComponent;
  title: Localized;
  /** `derived` from the rest of the definition, `written` in words, or `missing`. */
  from: 'derived' | 'written' | 'missing';
  texts: Localized[];
};

/**
 * All 14 components of a service's standard in the order of publication. The law wants every one of
 * them published (UU 25/2009, articles 21 and 23): those that are missing are marked, not left out.
 */
export function publicStandard(definition: ServiceDefinition): PublicComponent[] {
  const derived: Partial<Record<StandardComponent, Localized[]>> = {
    requirements: requirements(definition),
    procedure: procedure(definition),
    time: promises(definition),
    fee: fee(definition),
    product: products(definition),
  };
  const written = definition.standard.components ?? {};
  const names = Object.keys(standardComponents) as StandardComponent[];
  return names.map((component) => {
    const title = standardComponents[component];
    const follows = derived[component] ?? [];
    const says = [written[component as keyof typeof written] ?? []].flat();
    const from = follows.length > 0 ? 'derived' : says.length > 0 ? 'written' : 'missing';
    return { component, title, from, texts: [...follows, ...says] };
  });
}

/** The promised time, what follows when it is over, and how long the applicant has to answer. */
function promises({ standard, workflow }: ServiceDefinition): Localized[] {
  const tree = new StateTree(workflow);
  const nodes = [...tree.nodes];
  const titleOfAction = (name: string): Localized => {
    const scopes = [workflow.on, ...nodes.map(({ definition }) => definition.on)];
    const action = scopes.flatMap((on) => on?.[name] ?? [])[0];
    return action?.title ?? { id: name, en: name };
  };
  const { deemed } = standard;
  const silence = deemed && titleOfAction(deemed.take);
  return [
    durationInWords(standard.time),
    ...(deemed && silence
      ? [
          {
            id: `Bila waktu itu lewat: ${silence.id} (${deemed.legalGround.id})`,
            en: `When that time is over: ${silence.en} (${deemed.legalGround.en})`,
          },
        ]
      : []),
    ...nodes.flatMap((node) => {
      const { deadline } = node.definition;
      if (!deadline) return [];
      const [where, then] = [titleOf(node), titleOfAction(deadline.take)];
      const [after, { legalGround }] = [durationInWords(deadline.after), deadline];
      return [
        {
          id: `${where.id}: setelah ${after.id}, ${then.id} (${legalGround.id})`,
          en: `${where.en}: after ${after.en}, ${then.en} (${legalGround.en})`,
        },
      ];
    }),
  ];
}

function products({ outputs = {} }: ServiceDefinition): Localized[] {
  return Object.values(outputs).map(({ title, validity }) => {
    if (validity === undefined) return title;
    const holds = validityInWords(validity);
    return { id: `${title.id} (${holds.id})`, en: `${title.en} (${holds.en})` };
  });
}

const free = { id: 'Tidak dipungut biaya', en: 'Free of charge' };

function requirements({ documents }: ServiceDefinition): Localized[] {
  const asked = Object.values(documents).map(({ title, required }) =>
    required ? title : { id: `${title.id} (bila ada)`, en: `${title.en} (if there is one)` },
  );
  return asked.length > 0
    ? asked
    : [{ id: 'Tidak ada dokumen yang diminta', en: 'No documents are asked for' }];
}

/** The places where a file may lie on its way, in the order in which the definition has them. */
function procedure({ workflow }: ServiceDefinition): Localized[] {
  return [...new StateTree(workflow).nodes]
    .filter(({ type }) => type === 'atomic')
    .map((node) => {
      const within = [node, ...node.ancestors].toReversed().map(titleOf);
      const { standard } = node.definition;
      const time = standard && durationInWords(standard);
      return {
        id: within.map(({ id }) => id).join(': ') + (time ? ` (paling lama ${time.id})` : ''),
        en: within.map(({ en }) => en).join(': ') + (time ? ` (${time.en} at most)` : ''),
      };
    });
}

function titleOf({ definition, path }: StateNode): Localized {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return definition.title ?? { id: name, en: name };
}

function feeOfRow({ title, amount }: z.infer<typeof feeRow>): Localized {
  const rupiah = amount === 0 ? free : rupiahInWords(amount);
  return { id: `${title.id}: ${rupiah.id}`, en: `${title.en}: ${rupiah.en}` };
}

function fee({ fee: due }: ServiceDefinition): Localized[] {
  if (due.kind === 'free') return [free];
  const basis = due.basis ? [due.basis] : [];
  switch (due.kind) {
    case 'fixed':
      return [rupiahInWords(due.amount), ...basis];
    case 'assessed':
      return [{ id: 'Ditetapkan petugas', en: 'Assessed by the officers' }, ...basis];
    case 'table':
      return [...due.rows.map(feeOfRow), ...basis];
  }
}
