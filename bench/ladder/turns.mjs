/**
 * Subjects in turns: every round runs each for some milliseconds, and ratios are taken within a round, since others share
 * the machine and only slow things down.
 * takes  opened subjects { name, run }, x · gives  for each the median milliseconds of a call, and of its times in a round
 */
export async function inTurns(subjects, x, { rounds, milliseconds }) {
  const calls = []
  for (const { run } of subjects) {
    // Until the JIT has its last say; then so many calls as fill the time.
    await repeat(run, x, 3)
    await repeat(run, x, Math.min(200, Math.ceil(200 / (await repeat(run, x, 3)))))
    calls.push(Math.max(1, Math.ceil(milliseconds / (await repeat(run, x, 3)))))
  }
  const times = subjects.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, { run }] of subjects.entries()) times[i].push(await repeat(run, x, calls[i]))
  return subjects.map(({ name }, i) => ({
    name,
    milliseconds: median(times[i]),
    times: (other) => median(times[i].map((time, round) => time / times[other][round])),
  }))
}

/** Milliseconds of a call. */
async function repeat(run, x, calls) {
  const begin = performance.now()
  for (let i = 0; i < calls; i++) {
    const result = run(x)
    if (result instanceof Promise) await result
  }
  return (performance.now() - begin) / calls
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
