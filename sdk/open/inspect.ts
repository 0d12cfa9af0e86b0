/**
 * What a model file holds and what it would take to run it, without reading a weight or compiling.
 * takes  a file's name, options as for `open`, back ends known to be absent · gives  Inspection
 * What cannot be told (no graph for the architecture, a format that nobody reads) is listed as a problem, not thrown.
 */
import { LutraError } from '../../hal/error.js'
import { makePlan, type Plan } from '../../hal/plan.js'
import { opShapes } from '../../hal/shapes.js'
import { sliceWeights } from '../../kernels/graph/slice.js'
import { backends } from '../../kernels/index.js'
import { buildGraph } from '../model/arch/index.js'
import type { MetadataValue, ModelFile } from '../model/model-file.js'
import { openModelFile } from '../model/open-model-file.js'
import type { OpenOptions } from '../open.js'
import { pilotPath } from '../pilot/path.js'
import { createTokenizerInTurns } from '../tokenizer/create.js'
import { estimateMemory, type MemoryEstimate, weightTypes } from './memory.js'
import { look, memoryQuestion, planWithout, usualContext } from './planned.js'
import { readTuned } from './tuned.js'

export interface Inspection {
  readonly model: {
    readonly name: string
    readonly path: string
    /** Paths of all files, where the model is split. */
    readonly parts?: readonly string[]
    readonly bytes: number
    readonly architecture?: string
    readonly layers?: number
    readonly width?: number
    readonly hidden?: number
    readonly heads?: number
    readonly kvHeads?: number
    readonly vocab?: number
    /** Tokens that the model was made for. */
    readonly context?: number
    readonly parameters: number
    readonly bitsPerWeight?: number
    readonly tensors: number
    /** Tensors of formats that Lutra does not read. */
    readonly unreadable: number
    readonly types: Readonly<
      Record<string, { readonly tensors: number; readonly weights: number; readonly bytes: number }>
    >
    readonly tokenizer?: { readonly kind: string; readonly pre?: string; readonly tokens: number }
    /** Long lists and texts are shortened. */
    readonly metadata: Readonly<Record<string, unknown>>
    readonly memory?: MemoryEstimate
    /** Estimated: weights and buffers, without a state. */
    readonly residentBytes?: number
    /** Why it cannot run, where it cannot. */
    readonly problems: readonly { readonly kind: string; readonly message: string }[]
  }
  readonly plan?: Plan
}

export async function inspectModel(
  name: string,
  options: OpenOptions = {},
  absent: readonly { readonly name: string; readonly reason: string }[] = [],
): Promise<Inspection> {
  const file = await openModelFile(name === 'pilot' ? pilotPath() : name)
  const problems: { kind: string; message: string }[] = []
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (fault) {
      if (!(fault instanceof LutraError)) throw fault
      problems.push({ kind: fault.kind, message: fault.message })
      return undefined
    }
  }
  const tokenizer = await attempt(() => createTokenizerInTurns(file))
  const wanted = options.context ?? usualContext
  const built = await attempt(() => {
    const graph = buildGraph(file, { context: wanted })
    return { graph, weights: sliceWeights(graph, file.tensors) }
  })
  const { device, board, wish } = look(options)
  const plan =
    built &&
    (await attempt(() => {
      const measurements = readTuned(device)
      const input = { device, board, backends, shapes: opShapes(built.graph, built.weights), wish, measurements }
      return absent.length === 0 ? makePlan(input) : planWithout(input, absent)
    }))
  const memory =
    built &&
    plan &&
    (await attempt(() => {
      const { graph, weights: tensors } = built
      const context = Math.min(wanted, graph.context)
      const [question] = memoryQuestion(plan, { graph, tensors, device, context, cache: options.cache })
      return estimateMemory(question)
    }))
  const { types, unreadable } = weightTypes(file.tensors)
  const sums = Object.values(types).reduce(
    (all, { weights, bytes }) => ({ weights: all.weights + weights, bytes: all.bytes + bytes }),
    { weights: 0, bytes: 0 },
  )
  const { path, parts, bytes } = file
  const model = {
    ...{ name, path, parts, bytes },
    ...sizesOf(file),
    parameters: sums.weights,
    bitsPerWeight: sums.weights > 0 ? (8 * sums.bytes) / sums.weights : undefined,
    tensors: file.tensors.size,
    ...{ unreadable, types },
    tokenizer: tokenizer && tokenizerOf(file, tokenizer.size),
    metadata: Object.fromEntries([...file.metadata].map(([key, value]) => [key, shown(value)])),
    memory,
    residentBytes: memory && memory.weights + memory.mapped + memory.buffers,
    problems,
  }
  return { model, plan }
}

/** As the metadata claims them; the graph has checked them where there is one. */
function sizesOf({ metadata, tensors }: ModelFile) {
  const named = metadata.get('general.architecture')
  const architecture = typeof named === 'string' ? named : undefined
  const number = (key: string) => {
    const value = metadata.get(`${architecture}.${key}`)
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  }
  return {
    architecture,
    layers: number('block_count'),
    width: number('embedding_length'),
    hidden: number('feed_forward_length'),
    heads: number('attention.head_count'),
    kvHeads: number('attention.head_count_kv') ?? number('attention.head_count'),
    vocab: tensors.get('token_embd.weight')?.shape[1] ?? number('vocab_size'),
    context: number('context_length'),
  }
}

function tokenizerOf({ metadata }: ModelFile, tokens: number) {
  const [kind, pre] = ['model', 'pre'].map((key) => metadata.get(`tokenizer.ggml.${key}`))
  return {
    kind: typeof kind === 'string' ? kind : 'tokenizer.json',
    pre: typeof pre === 'string' ? pre : undefined,
    tokens,
  }
}

const mostElements = 8
const mostCharacters = 200

/** Fit for JSON and for a screen. */
function shown(value: MetadataValue): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'string' && value.length > mostCharacters)
    return `${value.slice(0, mostCharacters)}… (${value.length} characters)`
  if (typeof value !== 'object') return value
  const first = Array.from(value.slice(0, mostElements) as ArrayLike<MetadataValue>, shown)
  return value.length > mostElements ? { length: value.length, first } : first
}
