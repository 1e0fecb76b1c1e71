/** Turns of the event loop for which those who came first may wait for others to join them. */
const longestGathering = 4;

/**
 * Calls back when a turn of the event loop has brought nobody more, or after a few in any case: requests
 * that arrive together are parsed one a turn.
 *
 * @param waiting how many wait by now; called when there is one
 */
export function whenGathered(waiting: () => number, then: () => void): void {
  const look = (seen: number, turn: number) => {
    setImmediate(() => {
      const count = waiting();
      if (count > seen && turn < longestGathering) look(count, turn + 1);
      else then();
    });
  };
  look(waiting(), 0);
}

/**
 * Answers those who ask in the same few turns of the event loop together, with one flush to disk or one
 * question to a server. They share a fault, too.
 *
 * @param answer gives as many answers as there are who ask, in their order
 */
export function together<Asked, Answer>(
  answer: (asked: Asked[]) => Promise<Answer[]>,
): (asked: Asked) => Promise<Answer> {
  type Waiting = { asked: Asked } & Pick<PromiseWithResolvers<Answer>, 'resolve' | 'reject'>;
  let waiting: Waiting[] = [];
  const answerAll = async () => {
    const batch = waiting;
    waiting = [];
    try {
      const answers = await answer(batch.map(({ asked }) => asked));
      // As many as asked, by contract.
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return async (asked) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.push({ asked, resolve, reject });
    if (waiting.length === 1)
      whenGathered(
        () => waiting.length,
        () => void answerAll(),
      );
    return promise;
  };
}
