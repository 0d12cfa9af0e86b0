/** Writes small GGUF files, right or wrong on purpose, for the tests of the reader. */
export type Value =
  | { type: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 10 | 11 | 12; value: number }
  | { type: 8; value: string }
  | { type: 10 | 11; value: bigint }
  | { type: 9; of: number; value: (number | string | bigint)[] }

export interface TinyTensor {
  name: string
  shape: number[]
  type: number
  offset: number
}

export interface TinyGguf {
  version?: number
  metadata?: Record<string, Value>
  tensors?: TinyTensor[]
  data?: Uint8Array
  alignment?: number
  tensorCount?: bigint
  metadataCount?: bigint
  /** Highest bytes first; `data` is put as it is. */
  big?: boolean
}

export function tinyGguf(file: TinyGguf): Uint8Array {
  const parts: Buffer[] = []
  const put = (bytes: number, write: (b: Buffer) => void) => {
    const b = Buffer.alloc(bytes)
    write(b)
    parts.push(file.big ? b.reverse() : b)
  }
  const u32 = (v: number) => put(4, (b) => b.writeUInt32LE(v))
  const u64 = (v: number | bigint) => put(8, (b) => b.writeBigUInt64LE(BigInt(v)))
  const string = (s: string) => {
    const b = Buffer.from(s)
    u64(b.length)
    parts.push(b)
  }
  const scalar = (type: number, v: number | string | bigint) => {
    if (typeof v === 'string') return string(v)
    if (typeof v === 'bigint') return put(8, (b) => b.writeBigUInt64LE(BigInt.asUintN(64, v)))
    if (type === 0 || type === 1 || type === 7) return put(1, (b) => b.writeUInt8(v & 255))
    if (type === 2 || type === 3) return put(2, (b) => b.writeUInt16LE(v & 65535))
    if (type === 4 || type === 5) return put(4, (b) => b.writeUInt32LE(v >>> 0))
    if (type === 6) return put(4, (b) => b.writeFloatLE(v))
    if (type === 12) return put(8, (b) => b.writeDoubleLE(v))
    put(8, (b) => b.writeBigInt64LE(BigInt(v)))
  }
  const metadata = Object.entries(file.metadata ?? {})
  const tensors = file.tensors ?? []
  parts.push(Buffer.from('GGUF'))
  u32(file.version ?? 3)
  u64(file.tensorCount ?? tensors.length)
  u64(file.metadataCount ?? metadata.length)
  for (const [key, v] of metadata) {
    string(key)
    u32(v.type)
    if (v.type === 9) {
      u32(v.of)
      u64(v.value.length)
      for (const element of v.value) scalar(v.of, element)
    } else scalar(v.type, v.value)
  }
  for (const tensor of tensors) {
    string(tensor.name)
    u32(tensor.shape.length)
    for (const dim of tensor.shape) u64(dim)
    u32(tensor.type)
    u64(tensor.offset)
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const alignment = file.alignment ?? 32
  parts.push(Buffer.alloc(Math.ceil(length / alignment) * alignment - length))
  parts.push(Buffer.from(file.data ?? []))
  return Buffer.concat(parts)
}
