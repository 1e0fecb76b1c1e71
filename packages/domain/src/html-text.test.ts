import { expect, it } from 'vitest';
import { htmlText } from './html-text.ts';

it.each([
  ['Rumah "Kopi" & Teh', 'Rumah &quot;Kopi&quot; &amp; Teh'],
  ["<img src=x onerror='alert(1)'>", '&lt;img src=x onerror=&#39;alert(1)&#39;&gt;'],
  ['&amp; is written &amp;amp;', '&amp;amp; is written &amp;amp;amp;'],
  ['Ḥāfiẓ Ξένη\n', 'Ḥāfiẓ Ξένη\n'],
])('%j is shown as it is', (text, html) => {
  expect(htmlText(text)).toBe(html);
});
