import { StreamIdentifier, streams, UUID, type ReadResp } from './protocol.ts';
import type { LogPosition } from './positions.ts';

export type UuidForm = 'string' | 'structured';

export function streamIdentifier(name: string): InstanceType<typeof StreamIdentifier> {
  return new StreamIdentifier().setStreamName(Buffer.from(name, 'utf8'));
}

export function streamName(
  identifier: { getStreamName_asU8(): Uint8Array } | undefined,
): string | undefined {
  return identifier && Buffer.from(identifier.getStreamName_asU8()).toString('utf8');
}

export function uuid(id: string, form: UuidForm): InstanceType<typeof UUID> {
  if (form === 'string') return new UUID().setString(id);
  const { most, least } = uuidHalves(id);
  return new UUID().setStructured(
    new UUID.Structured()
      .setMostSignificantBits(String(most))
      .setLeastSignificantBits(String(least)),
  );
}

/** A UUID as two signed 64-bit integers. */
export function uuidHalves(id: string): { most: bigint; least: bigint } {
  const bits = BigInt(`0x${id.replaceAll('-', '')}`);
  return { most: BigInt.asIntN(64, bits >> 64n), least: BigInt.asIntN(64, bits) };
}

/** @returns the id as text in lower case, or undefined where there is none or it is no UUID */
export function uuidText(id: InstanceType<typeof UUID> | undefined): string | undefined {
  const structured = id?.getStructured();
  if (structured) {
    const bits =
      (BigInt.asUintN(64, BigInt(structured.getMostSignificantBits())) << 64n) |
      BigInt.asUintN(64, BigInt(structured.getLeastSignificantBits()));
    const hex = bits.toString(16).padStart(32, '0');
    return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
  }
  const text = id?.getString().toLowerCase();
  return text !== undefined && uuidPattern.test(text) ? text : undefined;
}
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function confirmation(subscriptionId: string): ReadResp {
  return new streams.ReadResp().setConfirmation(
    new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
  );
}

export function checkpoint({ commit, prepare }: LogPosition): ReadResp {
  return new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint()
      .setCommitPosition(String(commit))
      .setPreparePosition(String(prepare)),
  );
}

export function caughtUp(): ReadResp {
  return new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());
}

export function fellBehind(): ReadResp {
  return new streams.ReadResp().setFellBehind(new streams.ReadResp.FellBehind());
}

export function streamNotFound(stream: string): ReadResp {
  return new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(stream)),
  );
}
