/**
 * A control loop's clock: 100 Hz in this process, and how late each tick came.
 * takes  milliseconds · gives  { ticks, p50, p99, max } in ms, of the ticks until then
 */
const period = 10

export async function ticks(milliseconds) {
  const late = []
  const end = performance.now() + milliseconds
  let due = performance.now() + period
  await new Promise((done) => {
    const tick = () => {
      const now = performance.now()
      late.push(Math.max(0, now - due))
      if (now >= end) return done()
      // A tick that is missed altogether is not made up for: its lateness counts once, in full.
      due += period * Math.max(1, Math.ceil((now - due) / period))
      setTimeout(tick, Math.max(0, due - performance.now()))
    }
    setTimeout(tick, period)
  })
  late.sort((a, b) => a - b)
  const at = (share) => late[Math.min(late.length - 1, Math.floor(late.length * share))]
  return { ticks: late.length, p50: at(0.5), p99: at(0.99), max: late.at(-1) }
}
