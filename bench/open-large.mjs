/**
 * How long does a model of 4 GB take to open, and how much memory? `npm run bench open-large`
 *   node bench/open-large.mjs [--shape l7] [--type Q4_K] [--repeat 5] [--folder DIR] [--keep]
 * Writes a model with random weights, opens it once without a cache (that packs its weights and keeps them on disk), then
 * again in fresh processes. Each decodes one token after it has opened, so that every weight was read. Memory is what
 * the kernel says of the process: the most that was ever resident (VmHWM), and how much of the resident pages is its
 * own (RssAnon) or mapped from files (RssFile), once it is open and after the token. Linux only.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const self = fileURLToPath(import.meta.url)
const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'l7' },
    type: { type: 'string', default: 'Q4_K' },
    repeat: { type: 'string', default: '5' },
    folder: { type: 'string' },
    keep: { type: 'boolean' },
    open: { type: 'string' },
  },
})
if (values.open) await openOnce(values.open)
else await main()

/** The process that is measured: prints one line of JSON. */
async function openOnce(path) {
  const begin = performance.now()
  const { open } = await import('../dist/sdk/index.js')
  const loaded = performance.now()
  const model = await open(path, { backend: 'native' })
  const seconds = (performance.now() - loaded) / 1000
  const opened = memory()
  const state = model.program.createState()
  const before = performance.now()
  await model.program.run(state, Int32Array.of(1), 'last')
  const token = (performance.now() - before) / 1000
  const after = memory()
  state.close()
  // Whoever packed keeps its process until the packed weights are on disk.
  const cache = process.env.LUTRA_CACHE
  const deadline = Date.now() + 600_000
  while (Date.now() < deadline && !readdirSync(cache).some((name) => name.endsWith('.pack'))) await setTimeout(200)
  await model.close()
  console.log(JSON.stringify({ modules: (loaded - begin) / 1000, seconds, token, opened, after }))
}

/** MiB. */
function memory() {
  const status = readFileSync('/proc/self/status', 'utf8')
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
  return { most: field('VmHWM'), own: field('RssAnon'), file: field('RssFile') }
}

async function main() {
  const { writeRandom } = await import('./models/random.mjs')
  if (!existsSync('/proc/self/status')) throw new Error('Expected Linux: memory is read from /proc/self/status')
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'lutra-open-large-'))
  const cache = join(folder, 'cache')
  const path = join(folder, `${values.shape}-${values.type}.gguf`)
  mkdirSync(cache, { recursive: true })
  try {
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < 16 * 2 ** 30) throw new Error(`Expected 16 GiB free at ${folder} for the model and its cache`)
    if (freemem() < 2 ** 30) throw new Error('Expected 1 GiB of free memory')
    if (!existsSync(path)) writeRandom(values.shape, values.type, path)
    for (const name of readdirSync(cache)) rmSync(join(cache, name))
    const { size } = statSync(path)
    console.log(`${values.shape} ${values.type}: ${(size / 1e9).toFixed(2)} GB (${mib(size / 2 ** 20)} MiB)`)
    console.log(
      'open            seconds  of the file: most resident | when open own, file | after a token own, file  (MiB)',
    )
    row('first, packs', [run(path, cache)], size)
    const again = Array.from({ length: Number(values.repeat) }, () => run(path, cache))
    row('from the cache', again, size)
    console.log(
      `best ${Math.min(...again.map(({ seconds }) => seconds)).toFixed(3)} s, modules ${median(again.map(({ modules }) => modules)).toFixed(2)} s, first token ${median(again.map(({ token }) => token)).toFixed(2)} s`,
    )
  } finally {
    if (!values.keep) rmSync(values.folder ? cache : folder, { recursive: true, force: true })
  }
}

function run(path, cache) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [self, '--open', path], {
    env: { ...process.env, LUTRA_CACHE: cache, LUTRA_CACHE_LIMIT: '65536' },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The process ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

/** Medians. */
function row(name, runs, size) {
  const of = (pick) => median(runs.map(pick))
  const most = of(({ after }) => after.most)
  const cells = [
    of(({ seconds }) => seconds)
      .toFixed(3)
      .padStart(7),
    `${(most / (size / 2 ** 20)).toFixed(2)} times: ${mib(most)}`,
    `${mib(of(({ opened }) => opened.own))}, ${mib(of(({ opened }) => opened.file))}`,
    `${mib(of(({ after }) => after.own))}, ${mib(of(({ after }) => after.file))}`,
  ]
  console.log(`${name.padEnd(15)} ${cells.join(' | ')}`)
}

function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1]
}

function mib(n) {
  return n.toFixed(0)
}
