/**
 * From a new process to its first token, in Lutra and in node-llama-cpp, in turns within one run.
 *   node bench/peers/start.mjs MODEL[=FILE] [MODEL[=FILE] …] [--threads 2] [--prompt 8] [--rounds 5]
 * MODEL is `pilot` or a GGUF file; FILE is the same model for node-llama-cpp, where that cannot read MODEL (the pilot's
 * I2_S: `node bench/models/pilot.mjs FILE` writes it as TQ2_0). The clock runs from the spawn of a bare `node` until it
 * says that its first token is there: node itself, modules, model, tokenizer, prompt (the same ids for both, cut from
 * one text) and greedy choice.
 * A round before the first does not count: it fills the page cache for both, and Lutra's cache of packed weights.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    prompt: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
  },
})
if (positionals.length === 0) {
  console.error('Expected a GGUF file, or pilot')
  process.exit(2)
}
const here = (name) => new URL(name, import.meta.url).pathname
const engines = ['lutra', 'node-llama-cpp']
const rounds = Number(values.rounds)

for (const names of positionals) {
  const [model, other = model === 'pilot' ? here('../../sdk/pilot/pilot.gguf') : model] = names.split('=')
  const job = { threads: Number(values.threads), prompt: Number(values.prompt) }
  console.log(`\n${shown(names)}, ${job.threads} threads, prompt ${job.prompt}, ${rounds} rounds`)
  const runs = new Map(engines.map((name) => [name, { times: [] }]))
  for (let round = 0; round <= rounds; round++)
    for (const [name, row] of runs) {
      if (row.failed) continue
      try {
        const { milliseconds, ids } = await firstToken(name, { ...job, model: name === 'lutra' ? model : other })
        row.ids = ids
        if (round > 0) row.times.push(milliseconds)
      } catch (error) {
        row.failed = error.message
      }
    }
  report(runs)
}

/** Without folders. */
function shown(names) {
  return names.replaceAll(/[^=]*\//g, '')
}

/** Starts a process and waits for its first line; then lets it end by itself, so that the next has the machine alone. */
async function firstToken(name, job) {
  if (name === 'node-llama-cpp' && !existsSync(here(`./node_modules/${name}`)))
    throw new Error('not installed; "npm install --prefix bench/peers" brings it')
  const begin = performance.now()
  const child = spawn(process.execPath, [here(`./start-${name}.mjs`), JSON.stringify(job)])
  const ended = once(child, 'close')
  let complaints = ''
  child.stderr.on('data', (bytes) => {
    complaints += bytes
  })
  let found
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"ids"')) continue
    found ??= { milliseconds: performance.now() - begin, ids: JSON.parse(line).ids }
  }
  const [status] = await ended
  if (found === undefined || status !== 0) throw new Error(complaints.trim().split('\n')[0] || `ended with ${status}`)
  return found
}

function report(runs) {
  const own = runs.get('lutra')
  const best = ({ times }) => Math.min(...times)
  const median = ({ times }) => times.toSorted((a, b) => a - b)[times.length >> 1]
  for (const [name, row] of runs) {
    if (row.failed) {
      console.log(`  ${name.padEnd(16)} failed: ${row.failed}`)
      continue
    }
    const ratio = (of) => (row === own || own.failed ? '' : `(lutra ${(of(row) / of(own)).toFixed(2)} x)`).padEnd(16)
    const column = (of) => `${of(row).toFixed(0).padStart(6)} ms ${ratio(of)}`
    const same = row === own || String(row.ids) === String(own.ids) ? '' : ' on other ids'
    console.log(`  ${name.padEnd(16)} best ${column(best)} median ${column(median)}${same}`)
  }
}
