/**
 * How often is the pilot exactly right? Instructions through the whole way: normalize, decode under the grammar, convert.
 * Held-out ones (phrasings and joinings that training never showed; one in eight holds a slip of typing) by kind, then the hand-written sets in test/sdk/pilot:
 * paraphrases (by the generator's author), independent to independent-4 (by others, who had not seen the generator); each
 * also with one and with two typing slips. COUNT, SEED, TYPOS ("0 1 2") and SHOW (misses printed of held-out) in the
 * environment; MODEL names another file; LUTRA_BACKEND picks the engine.
 */
import { readFileSync } from 'node:fs'
import { open } from '../dist/sdk/index.js'
import { generate } from '../dist/sdk/pilot/data/generate.js'
import { knownWords, withTypos } from '../dist/sdk/pilot/data/typos.js'

const count = Number(process.env.COUNT ?? 2000)
const seed = Number(process.env.SEED ?? 2)
const show = Number(process.env.SHOW ?? 0)
const model = await open(process.env.MODEL ?? 'pilot', {})
const percent = (part, all) => `${((100 * part) / all).toFixed(1).padStart(5)} % of ${all}`

/** Exact lists of a set, what became of its refusals and of its commands, and the misses. */
async function score(set) {
  const refusals = { all: 0, refused: 0, exact: 0 }
  const commands = { all: 0, refused: 0, exact: 0 }
  const kinds = new Map()
  const misses = []
  let ms = 0
  for (const { instruction, actions, kind } of set) {
    const found = await model.interpret(instruction)
    const exact = JSON.stringify(found.actions) === JSON.stringify(actions)
    const side = actions[0].skill === 'refuse' ? refusals : commands
    for (const row of [side, kinds.get(kind) ?? kinds.set(kind, { all: 0, exact: 0 }).get(kind)]) {
      row.all++
      if (exact) row.exact++
    }
    if (found.refused) side.refused++
    if (!exact) misses.push({ instruction, expected: actions, found: found.actions })
    ms += found.ms
  }
  return { refusals, commands, kinds, misses, ms }
}

function print(title, { refusals, commands, kinds, misses, ms }, shown) {
  const all = refusals.all + commands.all
  console.log(`\n${title}`)
  console.log(`  exact action lists      ${percent(all - misses.length, all)}`)
  if (kinds.size > 1)
    for (const [kind, row] of kinds) console.log(`    ${kind.padEnd(20)}  ${percent(row.exact, row.all)}`)
  if (refusals.all > 0) {
    console.log(
      `  refused, of refusals    ${percent(refusals.refused, refusals.all)}, for the right reason ${percent(refusals.exact, refusals.all)}`,
    )
    console.log(`  refused, of commands    ${percent(commands.refused, commands.all)}`)
  }
  console.log(`  milliseconds a sentence ${(ms / all).toFixed(1).padStart(5)}`)
  for (const miss of misses.slice(0, shown)) console.log(JSON.stringify(miss))
}

console.log(`${model.backend.name}${model.backend.simulated ? ' (simulated)' : ''}`)
const sets = [
  [`held-out, seed ${seed}`, Array.from({ length: count }, (_, index) => generate('heldout', seed, index)), show],
  [
    `held-out, seed ${seed}, typed without a slip`,
    Array.from({ length: count }, (_, index) => generate('heldout', seed, index, 'none')),
    show,
  ],
  ...['paraphrases', 'independent', 'independent-2', 'independent-3', 'independent-4'].map((name) => [
    name,
    JSON.parse(readFileSync(new URL(`../test/sdk/pilot/${name}.json`, import.meta.url), 'utf8')),
    0,
  ]),
]
const known = knownWords(sets.flatMap(([, set]) => set.map(({ instruction }) => instruction)))
for (const typos of (process.env.TYPOS ?? '0 1 2').split(' ').map(Number))
  for (const [title, set, shown] of sets) {
    const typed = set.map((sample) => ({ ...sample, instruction: withTypos(sample, typos, seed, known) }))
    print(typos === 0 ? title : `${title}, ${typos} typo${typos > 1 ? 's' : ''} a sentence`, await score(typed), shown)
  }
await model.close()
