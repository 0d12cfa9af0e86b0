/** The kernels that the plan chooses on a Cortex-A76 take fewer instructions per weight than llama.cpp's: docs/arm-instructions.md. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { missingTools } from './arm.js'

/** llama.cpp's best of each format, counted as docs/arm-instructions.md says. */
const theirs = {
  'TQ2_0.lut': 0.3316,
  'TQ2_0.tl2': 0.3316,
  'TQ2_0.mad': 0.3316,
  'TQ1_0.lut': 0.5088,
  'I2_S.lut': 0.3316,
  'Q4_0.mad': 0.2663,
  'Q4_1.mad': 0.7774,
  'Q4_K.mad': 0.4019,
  'IQ4_NL.mad': 0.3367,
  'Q8_0.mad': 0.2038,
}

test('take fewer instructions per weight than llama.cpp on cortex-a76', async (context) => {
  const missing = missingTools() ?? (process.arch === 'arm64' ? 'counts need an emulator' : undefined)
  if (missing) return context.skip(missing)
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/arm-instructions.mjs', ...Object.keys(theirs)])
  const counts = new Map(
    [...stdout.matchAll(/^\| lutra (\w+\.\w+)\.\w+ neon-dotprod \| cortex-a76 \| ([\d.]+) /gm)].map((line) => [
      line[1],
      Number(line[2]),
    ]),
  )
  for (const [kernel, most] of Object.entries(theirs)) expect(counts.get(kernel), kernel).toBeLessThan(most)
})
