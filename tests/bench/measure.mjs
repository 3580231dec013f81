/**
 * Contenders against each other in one process: rounds are interleaved, so that whatever else the machine does hits all of
 * them, and only ratios of medians are reported.
 */

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @param {{ ours: () => unknown, peers: Record<string, () => unknown> }} contenders each does the job once
 * @param {{ rounds?: number, repeat?: number, between?: () => void }} [options] `repeat` calls make one measurement
 * @returns {Promise<{ ours: number, peers: Record<string, number> }>} medians, milliseconds a call
 */
export async function race(contenders, options) {
  const [result] = await raceTogether([contenders], options);
  return result;
}

/**
 * Several jobs in the same rounds, as a process meets them that is given files of all kinds: code that one kind alone
 * would have specialised stays as general as it is then.
 *
 * @returns {Promise<{ ours: number, peers: Record<string, number> }[]>} of each job what {@link race} returns
 */
export async function raceTogether(jobs, { rounds = 25, repeat = 1, between } = {}) {
  const runners = jobs.flatMap(({ ours, peers }, job) =>
    Object.entries({ ours, ...peers }).map(([name, run]) => ({ job, name, run, times: [] })),
  );
  // The first rounds only warm up.
  for (let round = -3; round < rounds; round++) {
    for (const { run, times } of runners) {
      between?.();
      const start = performance.now();
      for (let i = 0; i < repeat; i++) {
        const outcome = run();
        if (outcome instanceof Promise) await outcome;
      }
      if (round >= 0) times.push((performance.now() - start) / repeat);
    }
  }
  return jobs.map((_, job) => {
    const { ours, ...peers } = Object.fromEntries(
      runners.filter((runner) => runner.job === job).map(({ name, times }) => [name, median(times)]),
    );
    return { ours, peers };
  });
}

/** A row for each peer: the ratio, and whether it is at or under the bar, where there is one. */
export function rows(job, { ours, peers }, bars) {
  return Object.entries(peers).map(([peer, time]) => {
    const ratio = ours / time;
    return { job, peer, ours, time, ratio, bar: bars[peer], holds: !(ratio > bars[peer]) };
  });
}

function ms(value) {
  return value < 0.01 ? `${(value * 1000).toFixed(3)} µs` : `${value.toFixed(2)} ms`;
}

export function markdown(table) {
  const head = "| job | peer | ours | peer's | ratio | bar | |\n| --- | --- | --- | --- | --- | --- | --- |";
  const lines = table.map(
    (row) =>
      `| ${row.job} | ${row.peer} | ${ms(row.ours)} | ${ms(row.time)} | ${row.ratio.toFixed(3)} | ` +
      `${row.bar === undefined ? "– | –" : `${row.bar} | ${row.holds ? "holds" : "**missed**"}`} |`,
  );
  return [head, ...lines].join("\n");
}
