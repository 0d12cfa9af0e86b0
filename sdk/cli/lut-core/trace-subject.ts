/**
 * What `lutra lut-core trace` is asked about: a core, and linears of one shape, of a well-known model or of a file.
 * takes  the command line · gives  Subject; no weights are read
 */
import { dtypeByName } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { coreOf } from '../../../kernels/lut-core/capability.js'
import { type CoreConfig, type CountedLinear, knownModels } from '../../../kernels/lut-core/index.js'
import { coreOptions } from '../../../kernels/lut-core/options.js'
import { look } from '../../open/planned.js'
import { inspectModel } from '../../open.js'
import { type Invocation, text, UsageError, whole } from '../command.js'

export interface Subject {
  readonly name: string
  readonly config: CoreConfig
  readonly linears: readonly CountedLinear[]
  /** Linears that stay with the host, with the reason. */
  readonly notLent: readonly string[]
}

export async function subjectOf(call: Invocation): Promise<Subject> {
  const [name, ...more] = call.words
  const linear = text(call, 'linear')
  if (more.length > 0 || (name === undefined) === (linear === undefined))
    throw new UsageError('Expected one MODEL, or --linear ROWSxCOLS')
  const lutCore = text(call, 'lut-core')
  const known = knownModels.find((model) => model.name === name)
  if (linear === undefined && !known) return modelOf(name, lutCore)
  const { device, wish } = look({ lutCore })
  const declared = device.luts?.[0]
  const { config } = coreOptions(wish.lutCore, declared && coreOf(declared))
  if (known)
    return { name: `${known.name} (${known.source})`, config, linears: checked(known.linears, config), notLent: [] }
  const one = linearOf(call, linear ?? '')
  return { name: `a linear of ${one.rows} x ${one.cols}`, config, linears: checked([one], config), notLent: [] }
}

function linearOf(call: Invocation, linear: string): CountedLinear {
  const [, rows, cols] = /^(\d{1,7})x(\d{1,7})$/i.exec(linear) ?? []
  if (!(Number(rows) > 0 && Number(cols) > 0))
    throw new UsageError(`Expected --linear as ROWSxCOLS, like 3200x8640, but got "${linear}"`)
  const segment = whole(call, 'segment', 1, Number(cols))
  return { rows: Number(rows), cols: Number(cols), bits: whole(call, 'bits', 1, 8) ?? 2, segment, count: 1 }
}

async function modelOf(name: string, lutCore: string | undefined): Promise<Subject> {
  const { model, plan } = await inspectModel(name, { backend: 'lut-core', lutCore })
  const lut = plan?.accelerator?.lut
  if (!plan || !lut)
    throw new LutraError('unsupported', `Expected a model with a plan but found none: ${model.problems[0]?.message}`)
  const linears: CountedLinear[] = []
  const notLent: string[] = []
  for (const { op, engine, dtype, rows, cols, count, why } of plan.ops) {
    if (op !== 'linear' || !dtype || !rows || !cols) continue
    const { uniform } = dtypeByName(dtype)
    if (engine === 'lut-core' && uniform)
      linears.push({ rows, cols, count, bits: uniform.bits, segment: uniform.segment })
    else notLent.push(`${count} of ${rows} x ${cols} ${dtype}: ${why}`)
  }
  if (linears.length === 0)
    throw new LutraError(
      'unsupported',
      `Expected linears that the core takes but found none; ${notLent[0] ?? 'it has none'}`,
    )
  return { name: `${model.name}`, config: coreOf(lut), linears, notLent }
}

function checked(linears: readonly CountedLinear[], { weightBits }: CoreConfig): readonly CountedLinear[] {
  for (const { bits } of linears)
    if (!weightBits.includes(bits))
      throw new LutraError(
        'mismatch',
        `Expected weights of ${weightBits.join(', ')} bits for this core but found ${bits}`,
      )
  return linears
}
