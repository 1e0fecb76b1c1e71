/**
 * Writes a protobuf message from its end to its beginning, so that the length of a nested message is
 * known when it has to be written. Fields go in from the last to the first.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class BackwardsWriter {
  readonly #buffer: Buffer;
  #start: number;

  /** @param room in bytes; at least what will be written */
  constructor(room: number) {
    this.#buffer = Buffer.allocUnsafe(room);
    this.#start = room;
  }

  written(): Buffer {
    return this.#buffer.subarray(this.#start);
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#start -= length;
    this.#buffer.write(value, this.#start);
    this.#prefix(field, length);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
    this.#prefix(field, value.length);
  }

  /** A 64-bit integer: not negative as a number; any, in two's complement, as a bigint. */
  integer(field: number, value: number | bigint): void {
    this.#varint(value);
    this.#varint(field << 3);
  }

  /** @param write writes the fields of the nested message */
  message(field: number, write: () => void): void {
    const end = this.#start;
    write();
    this.#prefix(field, end - this.#start);
  }

  #prefix(field: number, length: number): void {
    this.#varint(length);
    this.#varint((field << 3) | 2);
  }

  /** Seven bits a byte, the least significant first; each byte but the last has its highest bit set. */
  #varint(value: number | bigint): void {
    if (typeof value === 'number' && value < 0x80) {
      this.#start -= 1;
      this.#buffer[this.#start] = value;
      return;
    }
    const bytes = typeof value === 'number' ? bytesOf(value) : bytesOf64(value);
    this.#start -= bytes.length;
    this.#buffer.set(bytes, this.#start);
  }
}

function bytesOf(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  // Shifting would cut off what is beyond 32 bits.
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

function bytesOf64(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}
