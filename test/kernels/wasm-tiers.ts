/** The wasm engine's subjects for the conformance suite: a tier and a number of threads. */
import { describe, it } from 'vitest'
import { wasmFeatures } from '../../hal/detect/wasm.js'
import { wasmBackend } from '../../kernels/wasm/index.js'
import { conform } from './conformance.js'

export async function conformWasm(isa: 'wasm-simd128' | 'wasm-relaxed-simd', threads: number): Promise<void> {
  const title = `wasm, ${isa}, ${threads} threads`
  if (!wasmFeatures().includes(isa)) {
    const reason = `Node ${process.version} has no ${isa} that could be relied on`
    console.log(`${title}: skipped: ${reason}`)
    describe(`conformance of ${title}`, () => it('is the same suite', (context) => context.skip(reason)))
    return
  }
  await conform({ title, backend: wasmBackend, options: { threads, isa }, tables: true })
}
