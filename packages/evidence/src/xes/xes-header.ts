import type { LogAttribute, LogHeader } from '@satu-atap/domain';
import { keyAsName, XesText } from './xes-text.ts';
import { encodedName, xmlText } from './xml-text.ts';

/** What stands before the traces of a log (IEEE 1849-2016, 4.4 to 4.7 and 5.3). */
export type LogBeginning = Omit<LogHeader, 'element'> & { attributes: LogAttribute[] };

const text = (key: string, value: string): LogAttribute => [key, 'string', value];

/**
 * The header of our own logs.
 *
 * @param isOwn whether every case is our own: only then do we know what each of them has
 */
export function ownHeader({ isOwn }: { isOwn: boolean }): LogBeginning {
  return {
    extensions: [
      standardExtension('Concept', 'concept'),
      standardExtension('Lifecycle', 'lifecycle'),
      standardExtension('Time', 'time'),
      standardExtension('Organizational', 'org'),
      { name: 'SatuAtap', prefix: 'satuatap', uri: 'urn:satu-atap:xes' },
    ],
    globals: isOwn ? ownGlobals : [],
    classifiers: [
      { name: 'Activity', scope: 'event', keys: 'concept:name lifecycle:transition' },
      { name: 'Step', scope: 'event', keys: 'concept:name' },
      { name: 'Resource', scope: 'event', keys: 'org:resource' },
    ],
    attributes: [text('concept:name', 'Satu Atap'), text('lifecycle:model', 'standard')],
  };
}

const ownGlobals: LogBeginning['globals'] = [
  {
    scope: 'trace',
    attributes: [
      text('concept:name', 'UNKNOWN'),
      text('satuatap:service', 'UNKNOWN'),
      ['satuatap:version', 'int', '0'],
      text('satuatap:office', 'UNKNOWN'),
      text('satuatap:unit', 'UNKNOWN'),
      ['satuatap:submitted', 'date', '1970-01-01T00:00:00Z'],
    ],
  },
  {
    scope: 'event',
    attributes: [
      text('concept:name', 'UNKNOWN'),
      text('lifecycle:transition', 'complete'),
      ['time:timestamp', 'date', '1970-01-01T00:00:00Z'],
      text('org:resource', 'UNKNOWN'),
      ['satuatap:sequence', 'int', '0'],
      text('satuatap:type', 'UNKNOWN'),
      ['satuatap:revision', 'int', '0'],
      ['satuatap:event', 'id', 'UNKNOWN'],
    ],
  },
];

function standardExtension(name: string, prefix: string): LogBeginning['extensions'][number] {
  return { name, prefix, uri: `http://www.xes-standard.org/${prefix}.xesext` };
}

/**
 * The beginning of an XES document, up to its first trace. Names that the schema does not allow are
 * encoded: a header that some tool wrote is given back so that every tool can read it.
 */
export function headerText({ extensions, globals, classifiers, attributes }: LogBeginning): string {
  const written = new XesText(keyAsName);
  const name = (given: string) => xmlText(encodedName(given, { colons: false }));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<log xes.version="1849.2016" xes.features="nested-attributes">\n',
    ...extensions.map(
      (one) =>
        `\t<extension name="${name(one.name)}" prefix="${name(one.prefix)}" uri="${xmlText(one.uri)}"/>\n`,
    ),
    ...globals.map(
      (one) =>
        `\t<global scope="${name(one.scope)}">\n${written.attributes(one.attributes, '\t\t')}\t</global>\n`,
    ),
    ...classifiers.map(
      (one) =>
        `\t<classifier name="${name(one.name)}" scope="${name(one.scope ?? 'event')}" keys="${xmlText(one.keys)}"/>\n`,
    ),
    written.attributes(attributes, '\t'),
  ].join('');
}

export const footerText = '</log>\n';
