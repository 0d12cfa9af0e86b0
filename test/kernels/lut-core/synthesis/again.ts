/** A part of the reference, synthesized anew, against the one that was committed. */
import type { FoundLibrary } from '../../../../kernels/lut-core/synthesis/library.js'
import { measure } from '../../../../kernels/lut-core/synthesis/measure.js'
import { measuredParts } from '../../../../kernels/lut-core/synthesis/parts.js'
import { sweeps } from '../../../../kernels/lut-core/synthesis/subjects.js'

/** The largest relative deviation of areas, toggles and energies. */
export async function deviation(name: string, library: FoundLibrary): Promise<number> {
  const committed = measuredParts().parts.find((part) => part.sweep === 'reference' && part.name === name)!
  const again = await measure(sweeps.reference.find((subject) => subject.name === name)!, library)
  const figures = ({ area, registerArea, activity: a }: typeof again) => [
    ...[area, registerArea, a!.toggles, a!.switching, a!.internal, a!.leakage],
    ...[a!.steady!.switching, a!.steady!.internal, a!.even!],
  ]
  const before = figures(committed)
  return Math.max(...figures(again).map((figure, i) => Math.abs(figure / before[i] - 1)))
}
