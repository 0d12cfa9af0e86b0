/**
 * The way in a browser page, a line per step: the wasm engine and nothing of Node. `lutra/browser` is this file; it is
 * plain ES modules, and a page loads it as it lies in the package.
 * takes  the address of a GGUF, a file or bytes · gives  a PageModel; the caller closes it
 */
import { wasmFeatures } from '../hal/detect/wasm.js'
import type { Device } from '../hal/device.js'
import { LutraError } from '../hal/error.js'
import { wasmBackend } from '../kernels/wasm/index.js'
import { fetchModel, type ModelSource, type Progress } from './browser/fetch.js'
import { PageModel } from './browser/model.js'
import { SharedProgram } from './decoder/shared-program.js'
import { buildGraph } from './model/arch/index.js'
import { readGguf } from './model/gguf-bytes.js'
import { createTokenizerInTurns } from './tokenizer/create.js'

export { type ErrorKind, LutraError } from '../hal/error.js'
export type { ModelSource, Progress } from './browser/fetch.js'
export { PageModel, type PageOptions } from './browser/model.js'
export type { Generation } from './decoder/decoder.js'
export type { Token } from './stream/token.js'

export interface PageOpenOptions {
  /** Threads to compute on. Default: all that the browser tells of, at most 16. */
  readonly threads?: number
  /** Forces a tier: `wasm-simd128` or `wasm-relaxed-simd`. */
  readonly isa?: string
  /** Most tokens that prompt and answer may hold together. Default: the model's own, at most 4096. */
  readonly context?: number
  readonly signal?: AbortSignal
  readonly progress?: Progress
}

/** As `open` of the package has it. */
const usualContext = 4096

/**
 * Opens a model in a page. The page must be cross-origin isolated (headers `Cross-Origin-Opener-Policy: same-origin` and
 * `Cross-Origin-Embedder-Policy: require-corp`), since threads share memory.
 *
 * @throws LutraError unsupported without isolation or WebAssembly SIMD, io where the model cannot be fetched, and what a
 * damaged or too large model throws in Node
 */
export async function open(source: ModelSource, options: PageOpenOptions = {}): Promise<PageModel> {
  const { threads, isa } = options
  const engine = await wasmBackend.open(pageDevice(), { threads, isa })
  if ('absent' in engine)
    throw new LutraError('unsupported', `Expected a page that the wasm engine runs in but found: ${engine.absent}`)
  try {
    const { bytes, name } = await fetchModel(source, options)
    const file = await readGguf(bytes, name)
    const wanted = options.context ?? usualContext
    const graph = buildGraph(file, { context: wanted })
    const tokenizer = await createTokenizerInTurns(file, options.signal)
    const context = Math.min(wanted, graph.context)
    const program = await engine.compile(graph, file.tensors, { context })
    return new PageModel(name, file.metadata, graph, tokenizer, new SharedProgram(program), engine)
  } catch (fault) {
    await engine.close()
    throw fault
  }
}

/** A page is not told more of its machine than how many threads may run. */
function pageDevice(): Device {
  const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } }
  return {
    ...{ os: 'browser', arch: 'wasm', cpu: 'unknown', features: wasmFeatures(), simdBits: 128 },
    ...{ clusters: [], caches: [], memory: { total: 0, available: 0 }, luts: [], sensors: [] },
    cpus: navigator?.hardwareConcurrency ?? 1,
  }
}
