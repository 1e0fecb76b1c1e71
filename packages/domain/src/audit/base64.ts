/**
 * Bytes of base64 text (RFC 4648, 4), or undefined for any text that an encoder would not have written:
 * one text for the same bytes, so that nothing signed or hashed has two forms.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
