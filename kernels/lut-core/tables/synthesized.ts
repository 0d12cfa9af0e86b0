/**
 * What our synthesized RTL says for the tables: whole arrays, mapped to an open cell library in one piece each.
 * before ../synthesis/parts · after sdk/cli/lut-core/tables
 */
import { LutraError } from '../../../hal/error.js'
import type { Part } from '../synthesis/part.js'
import { measuredParts } from '../synthesis/parts.js'
import { chainSteps } from '../synthesis/subjects.js'
import type { Synthesized } from './all.js'

/** Products that a part has in a cycle, of the width that is compared: 512 lookups' columns are 256 with 2-bit weights. */
const products = { lut: 256, macInt8: 16, unit: 4 }

/**
 * Energies are those of evenly active nets, without vectors, as a synthesis tool tells power by itself (the paper names no
 * vectors); table 2 has those of simulated gates beside them.
 */
export function synthesized(): Synthesized {
  const { parts } = measuredParts()
  const part = (name: string): Part => {
    const found = parts.find((each) => each.sweep === 'reference' && each.name === name)
    if (!found)
      throw new LutraError('format', `Expected a part ${name} in parts.json but found none; run lut-core synth`)
    return found
  }
  const steps = chainSteps.map(({ name }) => part(name))
  const lut = part('+fusion')
  const [int8, fp16] = [part('mac-bare'), part('dp4-mac-fp16')]
  const over = (of: (part: Part) => number) => ({
    fp16: of(fp16) / products.unit / (of(lut) / products.lut),
    int8: of(int8) / products.macInt8 / (of(lut) / products.lut),
  })
  return {
    chain: { areas: steps.map(areaOf), energies: steps.map(evenOf), simulated: steps.map(steadyOf) },
    arrays: { density: over(areaOf), efficiency: over(evenOf) },
    dp4: { lutW1A16: fp16.area / part('dp4-lut').area },
  }
}

const areaOf = ({ area }: Part): number => area

function evenOf({ activity: a }: Part): number {
  return a?.even === undefined ? Number.NaN : a.even + a.leakage / a.hertz
}

function steadyOf({ activity: a }: Part): number {
  return a?.steady ? a.steady.switching + a.steady.internal + a.leakage / a.hertz : Number.NaN
}
