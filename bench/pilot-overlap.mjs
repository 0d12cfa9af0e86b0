/**
 * Does training say what is held out? Phrasings are kept apart as templates, but two templates can give the same words.
 * Expands every template of the refusals, held out and trained, and scores the pilot on held-out instructions with and
 * without those that hold such words (a few too many: words that merely contain them count too). COUNT, SEED in the
 * environment. Run after `npm run build`: node bench/pilot-overlap.mjs
 */
import { open } from '../dist/sdk/index.js'
import { generate } from '../dist/sdk/pilot/data/generate.js'
import { beyond } from '../dist/sdk/pilot/data/phrases/beyond.js'
import { foreign } from '../dist/sdk/pilot/data/phrases/foreign.js'
import { unclear } from '../dist/sdk/pilot/data/phrases/unclear.js'
import { unsafe } from '../dist/sdk/pilot/data/phrases/unsafe.js'
import { Random } from '../dist/sdk/pilot/data/random.js'

const [count, seed] = [Number(process.env.COUNT ?? 2000), Number(process.env.SEED ?? 2)]
const DRAWS = 6000
const random = new Random(7)
const draws = (group, template) =>
  Array.from({ length: DRAWS }, () => template.expand(random, group.draw(random).slots, 'plain'))

/** Words that training says too, by the held-out template that gives them. */
const shared = new Map()
for (const groups of [beyond, foreign, unclear, unsafe]) {
  const trained = new Set(groups.flatMap((group) => group.trained.flatMap((template) => draws(group, template))))
  for (const group of groups)
    for (const template of group.held) {
      const found = new Set(draws(group, template))
      const both = [...found].filter((words) => trained.has(words))
      shared.set(template.id, both)
      if (both.length > 0) console.log(`${template.id}: ${both.length} of ${found.size}, as "${both[0]}"`)
    }
}

const model = await open('pilot', {})
const rows = { apart: [0, 0], shared: [0, 0] }
for (let index = 0; index < count; index++) {
  const { instruction, actions, templates } = generate('heldout', seed, index)
  const plain = generate('heldout', seed, index, 'none').instruction.toLowerCase()
  const said = templates.some((id) => (shared.get(id) ?? []).some((words) => plain.includes(words)))
  const row = rows[said ? 'shared' : 'apart']
  const found = await model.interpret(instruction)
  row[0] += JSON.stringify(found.actions) === JSON.stringify(actions) ? 1 : 0
  row[1]++
}
await model.close()
for (const [name, [right, all]] of Object.entries(rows)) console.log(`${name.padEnd(6)} ${right} of ${all} exact`)
