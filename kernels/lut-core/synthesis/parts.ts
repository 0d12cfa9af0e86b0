/**
 * The parts as they were synthesized last (./parts.json), and what the issue asks of them as ratios.
 * before ./part, ./subjects · after ../../../sdk/cli/lut-core/synth
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../../hal/worker-file.js'
import type { Part, Synthesis } from './part.js'
import { chainSteps, type Subject } from './subjects.js'

/** Where `lutra lut-core synth` writes them. */
export function partsFile(): string {
  return join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'kernels', 'lut-core', 'synthesis', 'parts.json')
}

/** The committed parts, one for each subject that was measured. */
export function measuredParts(): Omit<Synthesis, 'parts'> & { readonly parts: readonly NamedPart[] } {
  return JSON.parse(readFileSync(partsFile(), 'utf8'))
}

/** A part and which subject of which sweep it is. */
export type NamedPart = Part & { readonly sweep: string; readonly name: Subject['name'] }

export interface Ratio {
  readonly name: string
  /** Area, and joules a cycle: with glitches, without, and with all nets equally active. */
  readonly area: number
  readonly energy: number
  readonly steady: number
  readonly even: number
}

/** Ratios within a sweep: the chain's first step over each, and an INT8 MAC over a product with a 2-bit weight. */
export function ratiosOf(parts: readonly NamedPart[]): Ratio[] {
  const ratios: Ratio[] = []
  const prefixes = parts.filter(({ name }) => name.endsWith(chainSteps[0].name))
  for (const first of prefixes) {
    const prefix = first.name.slice(0, -chainSteps[0].name.length)
    for (const { name } of chainSteps.slice(1)) {
      const step = parts.find((part) => part.name === prefix + name)
      if (step) ratios.push(ratio(`${prefix}${chainSteps[0].name} / ${name}`, figures(first), figures(step)))
    }
  }
  // 512 products with one bit are 256 with two; a column is 16 multiply-adds.
  for (const lut of parts.filter(({ name }) => name.endsWith(chainSteps[3].name)))
    for (const mac of parts.filter(({ name }) => name.startsWith('mac')))
      ratios.push(
        ratio(
          `${mac.name} / ${lut.name.slice(0, -chainSteps[3].name.length)}lut W2`,
          figures(mac, 16),
          figures(lut, 256),
        ),
      )
  return ratios
}

type Figures = Omit<Ratio, 'name'>

function figures({ area, activity: a }: Part, products = 1): Figures {
  const leakage = a ? a.leakage / a.hertz : 0
  const energy = a ? a.switching + a.internal + leakage : Number.NaN
  const steady = a?.steady ? a.steady.switching + a.steady.internal + leakage : Number.NaN
  return {
    area: area / products,
    energy: energy / products,
    steady: steady / products,
    even: ((a?.even ?? Number.NaN) + leakage) / products,
  }
}

function ratio(name: string, one: Figures, other: Figures): Ratio {
  return {
    name,
    area: one.area / other.area,
    energy: one.energy / other.energy,
    steady: one.steady / other.steady,
    even: one.even / other.even,
  }
}
