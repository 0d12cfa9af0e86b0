/**
 * Does a control loop stay on time in the process that decodes? A 100 Hz timer beside Lutra and beside node-llama-cpp,
 * in turns within one run, all cores generating; and alone, for what the machine itself does.
 *   node bench/peers/control-loop.mjs MODEL[=FILE] [MODEL[=FILE] …] [--threads 2] [--seconds 60] [--rounds 1]
 *     [--temperature 0.8]
 * MODEL is `pilot` or a GGUF file; FILE is the same model for node-llama-cpp where that cannot read MODEL (the pilot's
 * I2_S: `node bench/models/pilot.mjs FILE` writes it as TQ2_0).
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs, promisify } from 'node:util'
import { ticks } from './ticks.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: String(availableParallelism()) },
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '1' },
    temperature: { type: 'string', default: '0.8' },
  },
})
const run = promisify(execFile)
const here = (name) => new URL(name, import.meta.url).pathname
const ms = Number(values.seconds) * 1000
const threads = Number(values.threads)
const temperature = Number(values.temperature)

for (const names of positionals.length > 0 ? positionals : ['pilot']) {
  const [model, other = model === 'pilot' ? here('../../sdk/pilot/pilot.gguf') : model] = names.split('=')
  console.log(`\n${names.replaceAll(/[^=]*\//g, '')}, ${threads} threads, ${values.seconds} s a row`)
  for (let round = 0; round < Number(values.rounds); round++) {
    row('nothing else', await ticks(Math.min(ms, 10_000)))
    row('lutra', await beside('lutra', { model, threads, ms, temperature }))
    row('node-llama-cpp', await beside('node-llama-cpp', { model: other, threads, ms, temperature }))
  }
}

async function beside(name, job) {
  if (name === 'node-llama-cpp' && !existsSync(here(`./node_modules/${name}`)))
    return { failed: 'not installed; "npm install --prefix bench/peers" brings it' }
  try {
    const { stdout } = await run(process.execPath, [here(`./control-loop-${name}.mjs`), JSON.stringify(job)])
    return JSON.parse(stdout.trim().split('\n').at(-1))
  } catch (error) {
    return { failed: (error.stderr || error.message).trim().split('\n')[0] }
  }
}

function row(name, { failed, ticks: count, p50, p99, max, tokensPerSecond }) {
  if (failed) return console.log(`  ${name.padEnd(16)} failed: ${failed}`)
  const speed = tokensPerSecond === undefined ? '' : `, ${tokensPerSecond.toFixed(0)} tokens/s`
  const late = `late p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(2)}  max ${max.toFixed(2)} ms`
  console.log(`  ${name.padEnd(16)} ${late}  (${count} ticks${speed})`)
}
