/**
 * Emitted C++ kernels, built here, against the plain sum over what the format decodes to: some pairs on every instruction
 * set that this machine runs; all of them in the long test.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { tensorBytes } from '../../../../hal/dtypes/index.js'
import { detectDevice } from '../../../../hal/index.js'
import { build, findCompiler } from '../../../../kernels/ladder/cpp/compiler.js'
import { cppIsa } from '../../../../kernels/ladder/cpp/isa.js'
import { emitCpp } from '../../../../kernels/ladder/cpp/linear.js'
import { cppTarget } from '../../../../kernels/ladder/cpp/target.js'
import { matmul } from '../../../../kernels/ladder/matmul.js'
import { intType } from '../../../../kernels/ladder/type/extra.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import { types } from '../emitted.js'
import { checkCpp } from './check.js'

const { features } = detectDevice()
const folder = mkdtempSync(join(tmpdir(), 'lutra-cpp-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const compiler = findCompiler()
if (!compiler) console.log('emitted C++: skipped: no C++ compiler here')
const isas = [...new Set(['scalar', cppIsa(features)] as const)]

/** Tables and arithmetic, bytes and floats, parts of codes, lanes. */
const some = isas.flatMap((isa) =>
  (isa === 'scalar' ? ['INT3'] : ['IQ4_NL', 'VQ2D']).map((name) => ({
    isa,
    name,
  })),
)

it.skipIf(!compiler).each(some)(
  '$name times each activation type is the plain sum on $isa',
  ({ isa, name }) => {
    const dtype = types.find((each) => each.name === name)
    checkCpp(dtype!, isa, features, { ...process.env, LUTRA_CACHE: folder })
  },
  120000,
)

it('says what is missing where there is no compiler, and what did not compile', () => {
  const env = { LUTRA_CACHE: folder, CXX: join(folder, 'no-such-compiler') }
  expect(() => build('', [], env)).toThrow(/Expected a C\+\+ compiler .*but found none; type/)
  if (compiler) expect(() => build('no C++', [], { ...process.env, LUTRA_CACHE: folder })).toThrow(/did not build/)
})

it('is the same text on every instruction set, below its words', () => {
  const of = (isa: 'scalar' | 'avx2' | 'neon') => emitCpp(ttypeOf(intType(4))!, 'int8', isa)
  expect(of('avx2').name).toBe('linear INT4 × int8 cpp avx2')
  expect(of('avx2').source).toContain('_mm256_maddubs_epi16')
  expect(of('neon').source).toContain('vdotq_s32')
  expect(of('scalar').source).not.toMatch(/_mm|arm_neon/)
})

it.skipIf(!compiler)(
  'is a target of matmul',
  () => {
    vi.stubEnv('LUTRA_CACHE', folder)
    const W = intType(4)
    const config = { M: 2, N: 3, K: 64, W, A: 'INT8', bias: true } as const
    const [cpp, js] = [cppTarget, 'js' as const].map((target) => matmul({ ...config, target }))
    expect(cpp.kernel).toMatch(/^linear int4 cpp /)
    expect(cpp.source).toContain('static void linear')
    const bytes = Uint8Array.from({ length: tensorBytes(W, 192) }, (_, i) => (i % 18 === 17 ? 60 : (i * 37) % 251))
    const A = Int8Array.from({ length: 128 }, (_, i) => ((i * 29) % 255) - 127)
    const bias = Float32Array.of(1, -2, 3)
    const [a, b] = [cpp, js].map((target) => target.run(A, target.transformWeight(bytes), bias))
    expect(Array.from(a, (value, i) => Math.abs(value / b[i] - 1) < 1e-5)).toEqual([true, true, true, true, true, true])
    vi.unstubAllEnvs()
  },
  60000,
)
