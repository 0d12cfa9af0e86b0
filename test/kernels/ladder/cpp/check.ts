/** Builds a type's kernels for all activations, loads them, and holds their results against the plain sum. */
import { expect } from 'vitest'
import type { DType } from '../../../../hal/dtype.js'
import type { CppIsa } from '../../../../kernels/ladder/cpp/isa.js'
import { emitCpp, loadCpp } from '../../../../kernels/ladder/cpp/linear.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import { activations, caseOf, elements, worst } from '../emitted.js'

export function checkCpp(dtype: DType, isa: CppIsa, features: readonly string[], env: NodeJS.ProcessEnv): void {
  const given = caseOf(dtype)
  const { rows, cols, n, x, bias } = given
  for (const activation of activations) {
    const kernel = emitCpp(ttypeOf(dtype)!, activation, isa, features)
    const run = loadCpp(kernel.build(env))
    const weight = kernel.pack(elements(given))
    const y = new Float32Array(n * rows)
    run(...kernel.arrays(weight, kernel.prepare(x, n, cols), y, 0, rows, bias))
    // Sums of float32, some hundred in a lane.
    expect([kernel.name, worst(given, activation, y) < 2e-6]).toEqual([kernel.name, true])
    for (let t = 0; t < n; t++) {
      const alone = new Float32Array(rows)
      const own = kernel.prepare(x.subarray(t * cols, (t + 1) * cols), 1, cols)
      run(...kernel.arrays(weight, own, alone, 0, 2, bias))
      run(...kernel.arrays(weight, own, alone, 2, rows, bias))
      expect(alone).toEqual(y.subarray(t * rows, (t + 1) * rows))
    }
  }
}
