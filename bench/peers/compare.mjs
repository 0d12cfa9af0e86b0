/**
 * The same GGUF file in Lutra and in its peers, in turns within one run: tokens per second of prompt and of decode.
 *   node bench/peers/compare.mjs MODEL [MODEL …] [--threads 1,2] [--prompt 64] [--decode 32] [--rounds 3]
 * node-llama-cpp takes part where `npm install --prefix bench/peers` was run; llama.cpp, ik_llama.cpp and bitnet.cpp where
 * LLAMA_BENCH names their llama-bench programs, as NAME=PATH,NAME=PATH. IK_MODEL names another file for those whose
 * name begins with ik (the same weights repacked by llama-quantize, or a random model of the same shape). Every round runs each engine once, as a process of
 * its own, and the best of the rounds counts: others share the machine, and only slow things down.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1,2' },
    prompt: { type: 'string', default: '64' },
    decode: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
  },
})
if (positionals.length === 0) {
  console.error('Expected a GGUF file')
  process.exit(2)
}
const here = (name) => new URL(name, import.meta.url).pathname
const node = (file) => (job) => JSON.parse(last(execFileSync(process.execPath, [here(file), JSON.stringify(job)])))
const last = (bytes) => String(bytes).trim().split('\n').at(-1)

const engines = [{ name: 'lutra', run: node('./lutra.mjs') }]
if (existsSync(here('./node_modules/node-llama-cpp')))
  engines.push({ name: 'node-llama-cpp', run: node('./node-llama-cpp.mjs') })
for (const entry of (process.env.LLAMA_BENCH ?? '').split(',').filter(Boolean)) {
  const [name, path] = entry.split('=')
  engines.push({
    name,
    run: (job) => llamaBench(path, name.startsWith('ik') ? (process.env.IK_MODEL ?? job.model) : job.model, job),
  })
}

function llamaBench(path, model, { threads, prompt, decode }) {
  const flags = [
    '-m',
    model,
    '-t',
    threads,
    '-p',
    prompt,
    '-n',
    decode,
    '-r',
    1,
    '-o',
    'json',
    ...(process.env.LLAMA_FLAGS ?? '').split(' ').filter(Boolean),
  ]
  const rows = JSON.parse(execFileSync(path, flags.map(String), { stdio: ['ignore', 'pipe', 'ignore'] }))
  const speed = (test) => rows.find(test)?.avg_ts ?? Number.NaN
  return { prefill: speed((r) => r.n_gen === 0), decode: speed((r) => r.n_prompt === 0) }
}

for (const model of positionals)
  for (const threads of values.threads.split(',').map(Number)) {
    const job = { model, threads, prompt: Number(values.prompt), decode: Number(values.decode) }
    const best = new Map(engines.map(({ name }) => [name, { prefill: 0, decode: 0 }]))
    for (let round = 0; round < Number(values.rounds); round++)
      for (const { name, run } of engines) {
        try {
          const found = run(job)
          const row = best.get(name)
          row.prefill = Math.max(row.prefill, found.prefill)
          row.decode = Math.max(row.decode, found.decode)
        } catch (error) {
          best.get(name).failed = String(error.message).split('\n')[0]
        }
      }
    console.log(`\n${model.split('/').at(-1)}, ${threads} threads, prompt ${job.prompt}, decode ${job.decode}`)
    const own = best.get('lutra')
    for (const [name, row] of best) {
      const ratio = (mine, theirs) => (name === 'lutra' ? '' : `(lutra ${(mine / theirs).toFixed(2)} x)`).padEnd(16)
      console.log(
        row.failed && row.decode === 0
          ? `  ${name.padEnd(16)} failed: ${row.failed}`
          : `  ${name.padEnd(16)} prompt ${row.prefill.toFixed(1).padStart(7)} ${ratio(own.prefill, row.prefill)} decode ${row.decode.toFixed(1).padStart(6)} ${ratio(own.decode, row.decode)}`,
      )
    }
  }
