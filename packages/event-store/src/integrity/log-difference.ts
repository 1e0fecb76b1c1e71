/** An event by its place: what it says of itself. */
export type EventPlace = { stream: string; revision: number };

/**
 * One way in which a log is not what was signed. An index is a leaf's: the event's place among all,
 * from 0, as it was when its checkpoint was signed.
 */
export type LogDifference =
  /** Another content stands where this event stood. */
  | { kind: 'altered'; index: number; event: EventPlace; fault?: string }
  /** `event` where its stream tells which it was; its neighbours in any case. */
  | { kind: 'removed'; index: number; event?: EventPlace; after?: EventPlace; before?: EventPlace }
  /** It was not there when what follows it was signed. */
  | { kind: 'inserted'; event: EventPlace; after?: EventPlace }
  /** It was signed at another place among the events. */
  | { kind: 'moved'; event: EventPlace; index: number; found: number }
  /** Not covered by a checkpoint, and none that an append has written. */
  | { kind: 'unreadable'; event: EventPlace; fault: string }
  /** A stream has later revisions than this, and not this. */
  | { kind: 'missing'; event: EventPlace }
  /** It stands before earlier events of its stream, or a second time. */
  | { kind: 'disordered'; event: EventPlace }
  /** An event of the record of integrity is not sound. */
  | { kind: 'record'; event: EventPlace; fault: string }
  /** These leaves are not what was signed, and no sound record tells which. */
  | { kind: 'range'; from: number; to: number }
  /** A signed checkpoint covers more events than there are. */
  | { kind: 'truncated'; checkpoint: string; size: number; events: number }
  /** A checkpoint that outsiders hold is not of this log; up to `sound` leaves another one agreed. */
  | { kind: 'forked'; checkpoint: string; size: number; sound: number }
  /** A checkpoint that outsiders hold is not signed by a key of this log. */
  | { kind: 'forged'; checkpoint: string; fault: string }
  /** No checkpoint is signed by a key that whoever verifies trusts. */
  | { kind: 'untrusted' };

/** The difference as a line for people, in English. */
export function differenceInWords(difference: LogDifference): string {
  switch (difference.kind) {
    case 'altered': {
      const { event, index, fault } = difference;
      const why = fault === undefined ? '' : `: ${fault}`;
      return `ALTERED   ${at(event)} (leaf ${index}) is not what was signed${why}`;
    }
    case 'removed': {
      const { event, index, after, before } = difference;
      const between = [after && `after ${at(after)}`, before && `before ${at(before)}`];
      const where = between.filter(Boolean).join(' and ');
      return `REMOVED   ${event ? at(event) : 'an event'} (leaf ${index}), which stood ${where || 'alone'}`;
    }
    case 'inserted': {
      const { event, after } = difference;
      const where = after ? ` after ${at(after)}` : ' before all others';
      return `INSERTED  ${at(event)} was put in${where}, and was never signed`;
    }
    case 'moved': {
      const { event, index, found } = difference;
      return `MOVED     ${at(event)} stands as event ${found}, and was signed as event ${index}`;
    }
    case 'unreadable':
      return `UNREADABLE ${at(difference.event)}: ${difference.fault}`;
    case 'missing':
      return `MISSING   ${at(difference.event)}: its stream has later events, and not this`;
    case 'disordered':
      return `DISORDER  ${at(difference.event)} stands before earlier events of its stream, or a second time`;
    case 'record':
      return `RECORD    ${at(difference.event)}: ${difference.fault}`;
    case 'range':
      return `DIFFERENT leaves ${difference.from} to ${difference.to - 1} are not what was signed, and their record does not tell which`;
    case 'truncated': {
      const { checkpoint, size, events } = difference;
      return `TRUNCATED ${checkpoint} covers ${size} events, and the log has ${events}`;
    }
    case 'forked': {
      const { checkpoint, size, sound } = difference;
      return `FORKED    ${checkpoint} (${size} events) is not of this log; up to event ${sound} others agree`;
    }
    case 'forged':
      return `FORGED    ${difference.checkpoint}: ${difference.fault}`;
    case 'untrusted':
      return 'UNTRUSTED no checkpoint of this log is signed by a key that you trust, or one that it introduced';
  }
}

function at({ stream, revision }: EventPlace): string {
  return `${stream}@${revision}`;
}
