/** Counts the pilot's words (../words.json) in generated instructions: `node dist/sdk/pilot/data/make-words.js`. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../../hal/worker-file.js'
import { normalize } from '../normalize.js'
import { packWords, unpackWords } from '../words.js'
import { generate } from './generate.js'
import { phraseWords } from './template.js'

const SAMPLES = 100_000
/** Fewer may be made-up words of `say`. */
const LEAST = 4
/** A class is three times as frequent as the one before. */
const classOf = (count: number) => Math.min(9, Math.floor(Math.log(1 + count) / Math.log(3)))

const counts = new Map<string, number>()
for (let index = 0; index < SAMPLES; index++)
  for (const [word] of generate('train', 1, index, 'none').prompt.matchAll(/(?<![\w'])[a-z']+(?![\w'])/g))
    counts.set(word, (counts.get(word) ?? 0) + 1)
const words = new Map<string, number>()
for (const [word, count] of counts) if (count >= LEAST || phraseWords.has(word)) words.set(word, classOf(count))
// Rare words of the phrases, so that nothing is made of them.
for (const word of phraseWords)
  if (!words.has(word) && normalize(word).text === word && word.length > 2) words.set(word, 0)
const packed = packWords(words)
if (unpackWords(packed).size !== words.size) throw new Error('Expected the packed words to unpack to the same')
const path = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'sdk', 'pilot', 'words.json')
writeFileSync(path, `${JSON.stringify({ samples: SAMPLES, words: packed }, null, 2)}\n`)
process.stdout.write(`${words.size} words, ${packed.length} bytes packed: ${path}\n`)
