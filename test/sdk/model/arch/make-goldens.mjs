/**
 * Makes the goldens: writes the random models as GGUF, runs a reference runtime over each, keeps the likeliest token at
 * every position and the logits of the last.
 *   node test/sdk/model/arch/make-goldens.mjs NAME TOOL [VARIANT …]
 * NAME says which runtime TOOL is. TOOL MODEL CONTEXT ID,ID,… prints the logits of all ids, evaluated as one batch with
 * float32 keys and values and no flash attention, as JSON: [[…], …]. Without variants: all. --compare prints how far
 * TOOL is from the goldens that are there instead of writing them.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const [name, tool, ...rest] = argv.slice(2).filter((word) => word !== '--compare')
const compare = argv.includes('--compare')
if (!tool) {
  console.error('Usage: node make-goldens.mjs NAME TOOL [VARIANT …] [--compare]')
  process.exit(2)
}
const { module } = await runnerImport(join(here, 'random-model.ts'))
const folder = mkdtempSync(join(tmpdir(), 'lutra-goldens-'))
try {
  for (const each of rest.length > 0 ? rest : Object.keys(module.variants)) {
    const variant = module.variants[each]
    const { metadata, tensors } = module.randomArchitecture(variant)
    const file = join(folder, `${each}.gguf`)
    writeFileSync(file, module.writeGguf(metadata, [...tensors.values()]))
    const logits = JSON.parse(
      execFileSync(tool, [file, String(variant.context ?? 256), module.ids.join(',')], { maxBuffer: 1 << 28 }),
    )
    const argmax = logits.map((row) => row.indexOf(Math.max(...row)))
    const last = logits.at(-1)
    const place = join(here, 'goldens', `${each}.json`)
    if (compare) report(each, JSON.parse(readFileSync(place, 'utf8')), { argmax, last })
    else
      writeFileSync(
        place,
        `${JSON.stringify({ reference: name, argmax, last: last.map((value) => Number(value.toPrecision(7))) })}\n`,
      )
    console.log(each)
  }
} finally {
  rmSync(folder, { recursive: true })
}

function report(each, golden, found) {
  const most = Math.max(...golden.last.map(Math.abs))
  const apart = Math.max(...golden.last.map((value, i) => Math.abs(value - found.last[i]))) / most
  const same = golden.argmax.filter((value, i) => value === found.argmax[i]).length
  console.log(`${each}: ${apart.toExponential(1)} of the largest logit, ${same} of ${golden.argmax.length} likeliest`)
}
