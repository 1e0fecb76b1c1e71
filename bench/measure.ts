/** How fast something went: operations per second, round by round. */
export type Rate = { name: string; rounds: number[] };

/** Runs each in turn, round after round, so that whatever else the machine does meets all alike. */
export async function sideBySide(
  rounds: number,
  contenders: readonly { name: string; run: () => Promise<number> }[],
): Promise<Rate[]> {
  const rates = contenders.map(({ name }) => ({ name, rounds: [] as number[] }));
  // The first round warms up and is not counted.
  for (let round = -1; round < rounds; round++) {
    for (const [index, { run }] of contenders.entries()) {
      const rate = await run();
      if (round >= 0) rates[index]?.rounds.push(rate);
    }
  }
  return rates;
}

/** Times an operation that does so many things at once. @returns things per second */
export async function perSecond(
  things: number,
  operation: () => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  await operation();
  return (things * 1000) / (performance.now() - began);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Prints the rates and the ratio of the first to each of the others. */
export function print(title: string, unit: string, [ours, ...peers]: readonly Rate[]): void {
  console.log(`\n${title}`);
  if (!ours) return;
  for (const { name, rounds } of [ours, ...peers]) {
    const [low, high] = [Math.min(...rounds), Math.max(...rounds)];
    console.log(
      `  ${name.padEnd(46)} ${number(median(rounds))} ${unit}  (${number(low)} – ${number(high)})`,
    );
  }
  for (const peer of peers) {
    const ratios = ours.rounds.map((rate, index) => rate / (peer.rounds[index] ?? Number.NaN));
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
    console.log(
      `  ratio to ${peer.name.padEnd(37)} ${median(ratios).toFixed(2)}  (${low.toFixed(2)} – ${high.toFixed(2)})`,
    );
  }
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en').padStart(9);
}
