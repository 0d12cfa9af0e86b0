/** Logits of a model file on the oracle. */
import type { Engine } from '../../../hal/backend.js'
import type { Device } from '../../../hal/device.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { tsBackend } from '../../../kernels/ts/index.js'
import { buildGraph } from '../../../sdk/model/arch/index.js'
import type { ModelFile } from '../../../sdk/model/model-file.js'

const device = { os: process.platform, arch: process.arch, cpus: 1, features: [], luts: [] } as unknown as Device

let opened: Promise<Engine<Graph>> | undefined

export async function logitsOf(file: ModelFile, ids: readonly number[]): Promise<Float32Array> {
  opened ??= Promise.resolve(tsBackend.open(device, {})) as Promise<Engine<Graph>>
  const program = await (await opened).compile(buildGraph(file), file.tensors)
  const logits = await program.run(program.createState(), Int32Array.from(ids), 'all')
  await program.close()
  return logits
}

export async function closeEngine(): Promise<void> {
  await (await opened)?.close()
  opened = undefined
}
