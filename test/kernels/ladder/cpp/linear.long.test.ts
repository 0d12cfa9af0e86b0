/**
 * Emitted C++ for every type and activation: built and run here, and for arm64, with SDOT and without, where a cross
 * compiler and an emulator are found.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { DType } from '../../../../hal/dtype.js'
import { detectDevice } from '../../../../hal/index.js'
import { findCompiler } from '../../../../kernels/ladder/cpp/compiler.js'
import { cppIsa } from '../../../../kernels/ladder/cpp/isa.js'
import { type Arrays, emitCpp } from '../../../../kernels/ladder/cpp/linear.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import { activations, caseOf, elements, types, worst } from '../emitted.js'
import { checkCpp } from './check.js'

const { features } = detectDevice()
const folder = mkdtempSync(join(tmpdir(), 'lutra-cpp-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const all = types.map((dtype) => [dtype.name, dtype] as const)

const compiler = findCompiler()
if (!compiler) console.log('emitted C++: skipped: no C++ compiler here')
describe.skipIf(!compiler).each([...new Set(['scalar', cppIsa(features)] as const)])('%s', (isa) => {
  it.each(all)('%s times each activation type is the plain sum', (_, dtype) => {
    checkCpp(dtype, isa, features, { ...process.env, LUTRA_CACHE: folder })
  })
})

const cross = 'aarch64-linux-gnu-g++'
const emulator = 'qemu-aarch64'
const missing = [cross, emulator].filter((command) => spawnSync(command, ['--version']).status !== 0)
if (missing.length > 0) console.log(`emitted C++ for NEON: skipped: no ${missing.join(', no ')} here`)
describe.skipIf(missing.length > 0).each(['neon', 'neon with dotprod'])('%s, emulated', (isa) => {
  it.each(all)('%s times each activation type is the plain sum', (_, dtype) => {
    for (const activation of activations) emulate(dtype, activation, isa === 'neon' ? [] : ['dotprod'])
  })
})

function emulate(dtype: DType, activation: (typeof activations)[number], features: readonly string[]): void {
  const given = caseOf(dtype)
  const { rows, cols, n, x, bias } = given
  const kernel = emitCpp(ttypeOf(dtype)!, activation, 'neon', features)
  const [text, program, input, output] = ['k.cpp', 'k', 'in', 'out'].map((name) => join(folder, name))
  writeFileSync(text, kernel.program)
  const flags = ['-std=c++17', '-O2', '-static', '-ffp-contract=off', '-Wall', '-Werror', ...kernel.flags]
  const { status, stderr } = spawnSync(cross, [...flags, text, '-o', program], { encoding: 'utf8' })
  expect([kernel.name, status, stderr]).toEqual([kernel.name, 0, ''])
  writeFileSync(
    input,
    framed(
      kernel.arrays(
        kernel.pack(elements(given)),
        kernel.prepare(x, n, cols),
        new Float32Array(n * rows),
        0,
        rows,
        bias,
      ),
    ),
  )
  expect(spawnSync(emulator, ['-cpu', 'max', program, input, output]).status).toBe(0)
  const y = new Float32Array(new Uint8Array(readFileSync(output)).buffer)
  expect([kernel.name, worst(given, activation, y) < 2e-6]).toEqual([kernel.name, true])
}

/** Length, bytes and padding of each, as the program reads them. */
function framed(arrays: Arrays): Uint8Array {
  return Buffer.concat(
    arrays.flatMap((array) => {
      const bytes = array ? new Uint8Array(array.buffer, array.byteOffset, array.byteLength) : new Uint8Array(0)
      return [new Uint8Array(Int32Array.of(bytes.length).buffer), bytes, new Uint8Array(-bytes.length & 3)]
    }),
  )
}
