/** Writes models as the Hugging Face hub has them, for the tests of their reader: safetensors, config.json, folders. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { f32ToBf16, f32ToF16 } from '../../../hal/half.js'

export interface Part {
  readonly name: string
  readonly type: string
  /** As torch has it. */
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export function safetensors(parts: readonly Part[], pad = 0): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let at = 0
  for (const { name, type, shape, bytes } of parts) {
    header[name] = { dtype: type, shape, data_offsets: [at, at + bytes.length] }
    at += bytes.length
  }
  return withHeader(`${JSON.stringify(header)}${' '.repeat(pad)}`, Buffer.concat(parts.map(({ bytes }) => bytes)))
}

export function withHeader(json: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const head = Buffer.from(json)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(head.length))
  return Buffer.concat([length, head, data])
}

export function f32(name: string, shape: readonly number[], values: ArrayLike<number>): Part {
  return { name, type: 'F32', shape, bytes: raw(Float32Array.from(values)) }
}

export function f16(name: string, shape: readonly number[], values: ArrayLike<number>): Part {
  return { name, type: 'F16', shape, bytes: raw(Uint16Array.from(values, f32ToF16)) }
}

export function bf16(name: string, shape: readonly number[], values: ArrayLike<number>): Part {
  return { name, type: 'BF16', shape, bytes: raw(Uint16Array.from(values, f32ToBf16)) }
}

export function i32(name: string, shape: readonly number[], values: ArrayLike<number>): Part {
  return { name, type: 'I32', shape, bytes: raw(Int32Array.from(values)) }
}

export function u8(name: string, shape: readonly number[], values: Uint8Array): Part {
  return { name, type: 'U8', shape, bytes: values }
}

function raw(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

const made: string[] = []

/** A folder with these files; gives its path. */
export function folder(files: Readonly<Record<string, Uint8Array | string | object>>): string {
  const path = mkdtempSync(join(tmpdir(), 'lutra-hub-'))
  made.push(path)
  for (const [name, content] of Object.entries(files))
    writeFileSync(
      join(path, name),
      typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
    )
  return path
}

export function removeFolders(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
}
