/** Learns the pilot's merges from generated instructions: `node dist/sdk/pilot/data/make-vocabulary.js`. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../../hal/worker-file.js'
import { pilotMetadata } from '../vocabulary.js'
import { learnMerges } from './byte-pairs.js'
import { generate } from './generate.js'

/** The whole vocabulary: small, since every token costs a row of the embedding. */
const SIZE = 768
const SAMPLES = 60_000

const counts = new Map<string, number>()
for (let index = 0; index < SAMPLES; index++) {
  const { prompt } = generate('train', 1, index)
  for (const word of prompt.split(' ')) counts.set(`▁${word}`, (counts.get(`▁${word}`) ?? 0) + 1)
}
const fixed = (pilotMetadata([]).get('tokenizer.ggml.tokens') as readonly string[]).length
const merges = learnMerges(counts, SIZE - fixed)
const path = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'sdk', 'pilot', 'vocabulary.json')
writeFileSync(path, `${JSON.stringify({ samples: SAMPLES, merges }, null, 1)}\n`)
process.stdout.write(`${fixed} fixed tokens and ${merges.length} merges from ${counts.size} words: ${path}\n`)
