/**
 * What an emulated machine is to us.
 * takes  the file for the answer, how many sentences the pilot reads · gives  a Look, as JSON
 */
import { writeFileSync } from 'node:fs'
import { detectDevice } from '../../../hal/index.js'
import { nativeTiers } from '../../../kernels/native/index.js'
import { nativeFeatures } from '../../../kernels/native/tools.js'
import { type PilotAnswers, pilotAnswers } from './pilot.js'

export interface Look {
  readonly node: string
  readonly arch: string
  /** Features by hal/detect (the kernel's auxv), and by the addon (its own getauxval). */
  readonly features: readonly string[]
  readonly addonFeatures: readonly string[]
  readonly simdBits: number
  /** Tiers of the addon, best first, each with what is missing for it. */
  readonly tiers: readonly { readonly name: string; readonly missing: string }[]
  readonly pilot: PilotAnswers
}

const [file, sentences] = process.argv.slice(2)
const { features, simdBits } = detectDevice()
const look: Look = {
  node: process.version,
  arch: process.arch,
  ...{ features, simdBits },
  addonFeatures: nativeFeatures(),
  tiers: nativeTiers(),
  pilot: await pilotAnswers(Number(sentences)),
}
writeFileSync(file, JSON.stringify(look))
