/** `npm run train`: trains the pilot, writes checkpoints and, at the end, the model file (pilot.gguf in --out). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import { readRun, readWeights } from './checkpoint.js'
import { exportPilot } from './export.js'
import { trainOptions, usage } from './options.js'
import { trainPilot } from './run.js'
import { pilotTask } from './task.js'

const log = (line: string) => process.stdout.write(`${line}\n`)
const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())

try {
  if (process.argv.includes('--help')) log(usage)
  else {
    const options = trainOptions(process.argv.slice(2))
    const run = await trainPilot(options, pilotTask(), log, stop.signal)
    const file = exportPilot(readRun(options.out), readWeights(options.out))
    writeFileSync(join(options.out, 'pilot.gguf'), file)
    log(
      `${run.steps} steps, ${run.minutes.toFixed(1)} minutes; ${join(options.out, 'pilot.gguf')}: ${file.length} bytes`,
    )
  }
} catch (error) {
  process.stderr.write(
    `${error instanceof LutraError || error instanceof TypeError ? error.message : (error as Error).stack}\n${usage}\n`,
  )
  process.exitCode = 1
}
