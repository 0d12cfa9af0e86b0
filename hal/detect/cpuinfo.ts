/** /proc/cpuinfo as records: one per processor, keys and values as the kernel prints them. */
import { type Reader, readText } from '../reader.js'

export interface Processor {
  readonly id: number
  readonly fields: ReadonlyMap<string, string>
}

export function readCpuinfo(reader: Reader): readonly Processor[] {
  const processors: { id: number; fields: Map<string, string> }[] = []
  for (const line of (readText(reader, '/proc/cpuinfo') ?? '').split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const key = line.slice(0, colon).trim()
    const value = line.slice(colon + 1).trim()
    if (key === 'processor' && /^\d+$/.test(value)) processors.push({ id: Number(value), fields: new Map() })
    else processors.at(-1)?.fields.set(key, value)
  }
  return processors
}

/** The words under `key` that every processor has: on big.LITTLE a thread may wake up on any core. */
export function commonWords(processors: readonly Processor[], key: string): ReadonlySet<string> {
  const sets = processors.flatMap(({ fields }) => {
    const words = fields.get(key)
    return words === undefined ? [] : [new Set(words.split(/\s+/))]
  })
  const [first = new Set<string>(), ...rest] = sets
  return new Set([...first].filter((word) => rest.every((set) => set.has(word))))
}
