/** The switches that change numbers on their way, each combination that makes sense. */
import { allIdeas, type Ideas } from '../../../../kernels/lut-core/config.js'

const none: Ideas = {
  reinterpretation: false,
  symmetrization: false,
  negationElimination: false,
  fusedPrecompute: true,
}

export const switches: readonly (readonly [string, Ideas])[] = [
  ['none', none],
  ['reinterpretation', { ...none, reinterpretation: true }],
  ['and symmetrization', { ...none, reinterpretation: true, symmetrization: true }],
  ['and negation elimination', allIdeas],
]
