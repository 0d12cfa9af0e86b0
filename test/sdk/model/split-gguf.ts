/** Writes an opened model again as a set of files, its tensors dealt out in turn. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GgufFloat, writeGguf } from '../../../sdk/model/gguf-writer.js'
import type { MetadataValue, ModelFile } from '../../../sdk/model/model-file.js'

/** Gives the path of the first of `count` files. */
export function splitGguf(file: ModelFile, count: number, folder: string): string {
  const digits = (n: number) => String(n).padStart(5, '0')
  const paths = Array.from({ length: count }, (_, i) => join(folder, `s-${digits(i + 1)}-of-${digits(count)}.gguf`))
  const all = [...file.tensors.values()]
  paths.forEach((path, i) => {
    const metadata = new Map<string, MetadataValue | GgufFloat>([
      ...(i === 0 ? floats(file.metadata) : []),
      ['split.no', i],
      ['split.count', count],
      ['split.tensors.count', all.length],
    ])
    const tensors = all.filter((_, n) => n % count === i)
    writeFileSync(
      path,
      writeGguf(
        metadata,
        tensors.map(({ name, dtype, shape, bytes }) => ({ name, dtype, shape, bytes })),
      ),
    )
  })
  return paths[0]
}

/** The two keys of llama that are floats even where they are whole. */
function floats(metadata: ModelFile['metadata']): [string, MetadataValue | GgufFloat][] {
  return [...metadata].map(([key, value]) =>
    /epsilon$|freq_base$/.test(key) ? [key, new GgufFloat(Number(value))] : [key, value],
  )
}
