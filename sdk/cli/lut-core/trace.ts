import { writeFile } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import { chromeTrace, picture, traceLinears, tracePage } from '../../../kernels/lut-core/index.js'
import { type Command, engineOptions, text, whole } from '../command.js'
import { report } from './trace-report.js'
import { type Subject, subjectOf } from './trace-subject.js'

/** `lutra lut-core trace`: how many cycles a linear or a model takes, and which unit works when. All simulated. */
export const trace: Command = {
  name: 'trace',
  usage: 'MODEL | --linear ROWSxCOLS [--bits N] [--segment N] [--tokens N] [--out FILE.html] [--chrome FILE.json]',
  about:
    'Cycles of a model or a linear on the LUT core (simulated): bars over time, what bounds it; as a page, or for Perfetto. MODEL also: bitnet-2b4t, bitnet-3b, tinyllama-w4.',
  options: {
    ...{ 'lut-core': engineOptions['lut-core'], linear: { type: 'string' }, bits: { type: 'string' } },
    ...{ segment: { type: 'string' }, tokens: { type: 'string' }, out: { type: 'string' }, chrome: { type: 'string' } },
  },
  async run(call) {
    const tokens = whole(call, 'tokens', 1, 65_536) ?? 1
    const subject = await subjectOf(call)
    const made = report(subject, tokens)
    const [out, chrome] = [text(call, 'out'), text(call, 'chrome')]
    if (call.json && out === undefined && chrome === undefined) return made.document
    const traced = tracedOf(subject, tokens)
    if (out !== undefined) await write(out, tracePage(traced))
    if (chrome !== undefined) await write(chrome, JSON.stringify(chromeTrace(traced)))
    if (!call.json) process.stdout.write(`${made.head}${picture(traced, process.stdout.columns)}${made.lines}`)
    return made.document
  },
}

function tracedOf({ config, linears }: Subject, tokens: number) {
  return traceLinears(
    config,
    linears.map((linear) => ({ ...linear, tokens })),
  )
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content)
  } catch (cause) {
    throw new LutraError(
      'io',
      `Expected to write ${path} but could not: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    )
  }
}
