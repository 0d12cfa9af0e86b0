/**
 * The work of `lutra compile`; apart from the command, so that no other one loads Ladder and its formats.
 * takes  an Invocation · gives  what was built, or its source · before kernels/ladder/cpp · after ./compile
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { detectDevice } from '../../hal/detect/detect.js'
import type { DType } from '../../hal/dtype.js'
import { dtypes } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import { type CppIsa, cppIsa, isas } from '../../kernels/ladder/cpp/isa.js'
import { emitCpp } from '../../kernels/ladder/cpp/linear.js'
import { tryKernel } from '../../kernels/ladder/cpp/trial.js'
import type { Activation } from '../../kernels/ladder/prepare.js'
import { extraTypes } from '../../kernels/ladder/type/extra.js'
import { ttypeOf } from '../../kernels/ladder/type/registry.js'
import { type Invocation, text, UsageError, word } from './command.js'

const activations: readonly Activation[] = ['f32', 'f16', 'int8']

export async function compileKernels(call: Invocation) {
  word(call, 0, 'TYPE')
  const { features } = detectDevice()
  const isa = oneOf('isa', text(call, 'isa') ?? cppIsa(features), Object.keys(isas) as CppIsa[])
  const activation = oneOf('activation', text(call, 'activation') ?? 'int8', activations)
  const known = [...dtypes, ...extraTypes, ...(await imported(text(call, 'types')))]
  const kernels = []
  for (const name of call.words) {
    const type = typeOf(known, name)
    const kernel = emitCpp(type, activation, isa, features)
    if (call.flags.source) {
      if (!call.json) process.stdout.write(kernel.source)
      kernels.push({ name: kernel.name, source: kernel.source })
      continue
    }
    const from = performance.now()
    const built = kernel.build()
    const milliseconds = Math.round(performance.now() - from)
    const trial = tryKernel(kernel, type, activation, built)
    const { path, kept, compiler } = built
    kernels.push({ name: kernel.name, path, kept, compiler: compiler.version, milliseconds, ...trial })
    if (!call.json)
      process.stdout.write(
        `${kernel.name}: ${kept ? 'was built before' : `built in ${(milliseconds / 1000).toFixed(1)} s by ${compiler.version}`}, ` +
          `within ${trial.error.toExponential(1)} of the plain sum, ${(trial.weightsPerSecond / 1e9).toFixed(1)} G weights/s ` +
          `on one thread\n  ${path}\n`,
      )
  }
  return { kernels }
}

/** The number formats among a module's exports. */
async function imported(file: string | undefined): Promise<readonly DType[]> {
  if (file === undefined) return []
  let found: Record<string, unknown>
  try {
    found = await import(pathToFileURL(resolve(file)).href)
  } catch (cause) {
    throw new LutraError('io', `Expected a module with number formats in ${file} but it did not load: ${cause}`, {
      cause,
    })
  }
  const all = Object.values(found).flat()
  return all.filter(
    (each): each is DType => typeof each === 'object' && each !== null && ttypeOf(each as DType) !== undefined,
  )
}

function typeOf(known: readonly DType[], name: string) {
  const dtype = known.find((each) => each.name.toLowerCase() === name.toLowerCase())
  const type = dtype && ttypeOf(dtype)
  if (type) return type
  const names = known.filter(ttypeOf).map((each) => each.name)
  throw new LutraError('unsupported', `Expected a number format among ${names.join(', ')} but found "${name}"`)
}

function oneOf<T extends string>(option: string, found: string, allowed: readonly T[]): T {
  const same = allowed.find((each) => each === found)
  if (same) return same
  throw new UsageError(`Expected --${option} to be ${allowed.join(' or ')} but got "${found}"`)
}
