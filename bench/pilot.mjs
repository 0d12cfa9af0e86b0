/**
 * How often is the pilot exactly right? Held-out instructions (phrasings and combinations that training never showed)
 * through the whole way: normalize, decode under the grammar, convert. COUNT and SEED in the environment; LUTRA_BACKEND
 * picks the engine. Prints exact lists by kind, how well refusals are told from commands, and the share of hand-written
 * paraphrases (test/sdk/pilot/paraphrases.json, by the generator's author, without its templates). SHOW=N prints N misses of each.
 */
import { readFileSync } from 'node:fs'
import { open } from '../dist/sdk/index.js'
import { generate } from '../dist/sdk/pilot/data/generate.js'

const count = Number(process.env.COUNT ?? 2000)
const seed = Number(process.env.SEED ?? 2)
const show = Number(process.env.SHOW ?? 0)
const model = await open('pilot', {})
const kinds = new Map()
const misses = []
let [commands, commandsRefused, refusals, refusalsRefused, ms] = [0, 0, 0, 0, 0]

for (let index = 0; index < count; index++) {
  const { instruction, actions, kind } = generate('heldout', seed, index)
  const found = await model.interpret(instruction)
  const row = kinds.get(kind) ?? { exact: 0, all: 0 }
  kinds.set(kind, row)
  row.all++
  ms += found.ms
  if (JSON.stringify(found.actions) === JSON.stringify(actions)) row.exact++
  else misses.push({ instruction, expected: actions, found: found.actions })
  if (actions[0].skill === 'refuse') {
    refusals++
    if (found.refused) refusalsRefused++
  } else {
    commands++
    if (found.refused) commandsRefused++
  }
}

const paraphrases = JSON.parse(readFileSync(new URL('../test/sdk/pilot/paraphrases.json', import.meta.url), 'utf8'))
const lost = []
for (const { instruction, actions } of paraphrases) {
  const found = await model.interpret(instruction)
  if (JSON.stringify(found.actions) !== JSON.stringify(actions))
    lost.push({ instruction, expected: actions, found: found.actions })
}
await model.close()

const percent = (part, all) => `${((100 * part) / all).toFixed(1)} %`
const exact = [...kinds.values()].reduce((sum, row) => sum + row.exact, 0)
console.log(
  `${model.backend.name}${model.backend.simulated ? ' (simulated)' : ''}, ${count} held-out instructions, seed ${seed}`,
)
console.log(`exact action lists      ${percent(exact, count)}`)
for (const [kind, row] of kinds) console.log(`  ${kind.padEnd(20)}  ${percent(row.exact, row.all)} of ${row.all}`)
console.log(`refused, of refusals    ${percent(refusalsRefused, refusals)}`)
console.log(`refused, of commands    ${percent(commandsRefused, commands)}`)
console.log(`milliseconds a sentence ${(ms / count).toFixed(1)}`)
console.log(
  `hand-written, exact     ${percent(paraphrases.length - lost.length, paraphrases.length)} of ${paraphrases.length}`,
)
for (const miss of [...misses.slice(0, show), ...lost.slice(0, show)]) console.log(JSON.stringify(miss))
