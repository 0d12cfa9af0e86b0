/**
 * A model's bytes in a page, in shared memory, so that the engine's workers see them without a copy.
 * takes  an address, a Blob (a file that was picked), or bytes · gives  { bytes, name }
 * before the page's fetch · after ../browser
 */
import { LutraError } from '../../hal/error.js'

export type ModelSource = string | URL | Blob | ArrayBuffer | Uint8Array

/** Told of bytes that have come, and of all where that is known. */
export type Progress = (loaded: number, total: number | undefined) => void

export async function fetchModel(
  source: ModelSource,
  { signal, progress }: { readonly signal?: AbortSignal; readonly progress?: Progress },
): Promise<{ readonly bytes: Uint8Array; readonly name: string }> {
  if (source instanceof Uint8Array) return { bytes: shared(source), name: 'model' }
  if (source instanceof ArrayBuffer) return { bytes: shared(new Uint8Array(source)), name: 'model' }
  if (source instanceof Blob) {
    const { name = 'model' } = source as Blob & { readonly name?: string }
    return { bytes: await filled(source.stream(), source.size, progress), name }
  }
  const name = String(source)
  try {
    const response = await fetch(source, { signal })
    if (!response.ok || !response.body)
      throw new LutraError('io', `Expected a model at ${name} but found status ${response.status}`)
    // What was compressed on its way has more bytes than it tells.
    const plain = !response.headers.get('content-encoding')
    const length = plain ? Number(response.headers.get('content-length')) : 0
    return { bytes: await filled(response.body, length > 0 ? length : undefined, progress), name }
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    if (signal?.aborted) throw new LutraError('cancelled', `Expected to fetch ${name} but it was cancelled`, { cause })
    throw new LutraError('io', `Could not fetch ${name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

async function filled(
  stream: ReadableStream<Uint8Array>,
  size: number | undefined,
  progress: Progress = () => undefined,
): Promise<Uint8Array> {
  // Where the size is known, no byte is there twice.
  const whole = size === undefined ? undefined : room(size)
  const parts: Uint8Array[] = []
  let loaded = 0
  const reader = stream.getReader()
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    const part = step.value
    if (whole && loaded + part.length > whole.length) throw ended(loaded + part.length, size)
    if (whole) whole.set(part, loaded)
    else parts.push(part)
    loaded += part.length
    progress(loaded, size)
  }
  if (whole && loaded < whole.length) throw ended(loaded, size)
  if (whole) return whole
  const joined = room(loaded)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function ended(found: number, size: number | undefined): LutraError {
  return new LutraError('io', `Expected ${size} bytes but the answer had ${found}; load it again`)
}

function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes
  const copy = room(bytes.length)
  copy.set(bytes)
  return copy
}

function room(length: number): Uint8Array {
  try {
    return new Uint8Array(new SharedArrayBuffer(length))
  } catch (cause) {
    throw new LutraError('limit', `Expected room for a model of ${length} bytes but there is none`, { cause })
  }
}
