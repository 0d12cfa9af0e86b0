/**
 * A trace in the Trace Event Format (JSON object form, complete events), which chrome://tracing and Perfetto open. Time is in
 * microseconds at the core's clock.
 * takes  Trace · gives  a JSON value
 * before ./trace
 */
import { units } from './timing.js'
import type { Trace } from './trace.js'

export function chromeTrace(trace: Trace): object {
  const { spans, parts, hertz, core, cycles, spansUntil } = trace
  const micro = (from: number): number => (from * 1e6) / hertz
  const about = (name: string, tid: number, value: string) => ({ ph: 'M', pid: 1, tid, name, args: { name: value } })
  return {
    displayTimeUnit: 'ns',
    otherData: { simulated: true, core, hertz, cycles, spansUntil },
    traceEvents: [
      about('process_name', 0, `lut-core ${core} (simulated)`),
      about('thread_name', 0, 'linear'),
      ...units.map((unit, i) => about('thread_name', i + 1, unit)),
      ...parts.map(({ title, start, end }) => event(title, 'linear', 0, micro(start), micro(end - start))),
      ...spans.map(({ unit, start, end, at, label }) => ({
        ...event(label, unit, 1 + units.indexOf(unit), micro(start), micro(end - start)),
        args: { instruction: at, cycles: end - start },
      })),
    ],
  }
}

function event(name: string, cat: string, tid: number, ts: number, dur: number) {
  return { ph: 'X', pid: 1, tid, name, cat, ts, dur }
}
