/** What a value between quotation marks cannot hold as it is, and what XML 1.0 cannot hold at all. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const special = /[&<>"\u0000-\u001f\ufffe\uffff\ud800-\udfff]/;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As themselves, readers would take them for blanks (XML 1.0, 3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * A text as the value of an XML attribute. Characters that XML 1.0 cannot hold (2.2: most control
 * characters, unpaired surrogates) become U+FFFD: no reader would accept the file with them.
 */
export function xmlText(text: string): string {
  if (!special.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll(impossible, '\ufffd')
    .replaceAll(/[&<>"\t\n\r]/g, (character) => references[character] ?? '');
}

const nameStart =
  ':A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff' +
  '\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const nameRest = `${nameStart}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040`;
const xmlName = new RegExp(`^[${nameStart}][${nameRest}]*$`, 'u');
const inName = new RegExp(`[${nameRest}]`, 'u');
const atStart = new RegExp(`[${nameStart}]`, 'u');

/**
 * A key as an XML Name (XML 1.0, 2.3), as the schema of XES wants it. What a Name cannot hold is written
 * `_xHHHH_`, its code in hexadecimal, as in ISO/IEC 9075-14; so is a `_` that would look like that.
 *
 * @param colons whether the name may hold colons; an NCName may not
 */
export function encodedName(key: string, { colons }: { colons: boolean }): string {
  const looksEncoded = /_x[0-9A-Fa-f]{4,6}_/.test(key);
  if (xmlName.test(key) && !looksEncoded && (colons || !key.includes(':'))) return key;
  let encoded = '';
  let rest = key;
  for (const character of key) {
    const fits =
      (encoded === '' ? atStart : inName).test(character) &&
      (colons || character !== ':') &&
      !(character === '_' && /^_x[0-9A-Fa-f]{4,6}_/.test(rest));
    encoded += fits ? character : codeOf(character);
    rest = rest.slice(character.length);
  }
  return encoded === '' ? '_' : encoded;
}

function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
}
