/**
 * Matmul by emitted C++: built when it is configured, unless it has been; runs in the calling thread.
 * takes  TType, MatmulConfig · gives  MatmulTarget; LutraError unsupported where there is no compiler
 * before ./linear · after ../matmul
 */
import { detectDevice } from '../../../hal/detect/detect.js'
import type { MakeTarget, PackedWeight } from '../matmul-target.js'
import { cppIsa } from './isa.js'
import { type CppWeight, emitCpp, loadCpp } from './linear.js'

const activations = { F32: 'f32', F16: 'f32', INT8: 'int8' } as const

export const cppTarget: MakeTarget = (type, { N, A = 'F32' }) => {
  const { features } = detectDevice()
  const linear = emitCpp(type, activations[A], cppIsa(features), features)
  const run = loadCpp(linear.build())
  return {
    name: `linear ${type.name.toLowerCase()} cpp ${linear.isa}`,
    // What it gives is float32, in which whole numbers are exact up to 2^24.
    integer: false,
    source: linear.source,
    pack(elements) {
      const weight = linear.pack(elements)
      return { ...weight, byteLength: weight.packed.length }
    },
    run(x, m, weight, bias) {
      const y = new Float32Array(m * N)
      const prepared = linear.prepare(x, m, x.length / m, A === 'INT8')
      run(...linear.arrays(weight as PackedWeight & CppWeight, prepared, y, 0, N, bias as Float32Array | undefined))
      return y
    },
  }
}
