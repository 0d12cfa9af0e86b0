/**
 * Whole models in a page of headless Chromium: decode by wllama (llama.cpp in WebAssembly) and by Lutra, the same file, in
 * turns within one page, cross-origin isolated; tokens per second, median of the rounds. wllama's are as its core counts them.
 * Needs chromium (CHROMIUM names another place) and `npm install --prefix bench/ladder`; models are random, 200 million
 * weights, written once to the temporary folder.
 *   npm run bench browser, or node bench/browser.mjs [--threads 1,2] [--types TQ2_0,Q4_0] [--tokens 32] [--rounds 5]
 */
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { serve } from './ladder/serve.mjs'
import { median } from './ladder/turns.mjs'
import { writeRandom } from './models/random.mjs'

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    types: { type: 'string', default: 'TQ2_0,Q2_K,Q4_0,Q8_0' },
    tokens: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    engines: { type: 'string', default: 'lutra,wllama' },
  },
})
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const missing = [executablePath, here('./ladder/node_modules/@wllama/wllama')].filter((path) => !existsSync(path))
if (missing.length > 0) {
  console.log(`skipped: ${missing.join(', ')} not installed`)
  process.exit(0)
}
const tokens = Number(values.tokens)
const engines = values.engines.split(',')
const models = join(tmpdir(), 'lutra-bench-models')
mkdirSync(models, { recursive: true })
const folders = {
  '/wllama/': here('./ladder/node_modules/@wllama/wllama/esm'),
  '/dist/': here('../dist'),
  '/models/': models,
  '/': here('./ladder/page'),
}

console.log(
  `tokens/s of decode in Chromium, ${tokens} tokens, median of ${values.rounds} rounds; in brackets: of ${engines[0]}'s, in the same round\n`,
)
console.log(`| model | threads | ${engines.join(' | ')} |\n|---|---|${engines.map(() => '---:|').join('')}`)
for (const type of values.types.split(',')) {
  const file = `small-${type}.gguf`
  if (!existsSync(join(models, file))) writeRandom('small', type, join(models, file))
  for (const threads of values.threads.split(',').map(Number)) {
    const speeds = await measure({ model: `/models/${file}`, threads })
    const cell = (name) => {
      const times =
        engines[0] === name
          ? ''
          : ` (${median(speeds.get(name).map((s, i) => s / speeds.get(engines[0])[i])).toFixed(2)} ×)`
      return `${median(speeds.get(name)).toFixed(2)}${times}`
    }
    console.log(`| ${type} | ${threads} | ${engines.map(cell).join(' | ')} |`)
  }
}

/** Speeds of every engine, round by round. A page of its own for each model: what an engine keeps must not slow the next. */
async function measure(job) {
  const server = await serve(folders, { isolated: true })
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.goto(`${server.url}/index.html`)
    await page.waitForFunction('globalThis.bench')
    for (const name of engines) {
      const { threads } = await page.evaluate(([name, job]) => bench.open(name, job), [name, job])
      if (threads !== job.threads) throw new Error(`Expected ${job.threads} threads of ${name} but got ${threads}`)
    }
    const speeds = new Map(engines.map((name) => [name, []]))
    // The first round is the JIT's.
    for (let round = 0; round <= Number(values.rounds); round++)
      for (const name of engines) {
        const speed = await page.evaluate(([name, tokens]) => bench.decode(name, tokens), [name, tokens])
        if (round > 0) speeds.get(name).push(speed)
      }
    return speeds
  } finally {
    await browser.close()
    server.close()
  }
}
