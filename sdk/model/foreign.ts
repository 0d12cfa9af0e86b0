/**
 * Files that people take for a model, told by their first bytes: what they are, and what to do instead.
 * takes  the first bytes (a few hundred are enough) and the path · gives  nothing, or LutraError unsupported or format
 * after  ./open-model-file, ./safetensors/shards
 */
import { LutraError } from '../../hal/error.js'

interface Foreign {
  readonly what: string
  readonly instead: string
  /** A damaged download rather than another format. */
  readonly damaged?: true
  readonly is: (first: Uint8Array, text: string, path: string) => boolean
}

const pickle = 'Python objects, which could run code; take the model as safetensors or GGUF'

const kinds: readonly Foreign[] = [
  {
    what: 'a Git LFS pointer in place of the file',
    instead: 'fetch the file itself (git lfs pull, or download it from the hub)',
    damaged: true,
    is: (_, text) => text.startsWith('version https://git-lfs'),
  },
  {
    what: 'a web page in place of the file',
    instead: 'download the file itself; the hub may have asked to log in',
    damaged: true,
    is: (_, text) => /^\s*<(!doctype|html|head|\?xml)/i.test(text),
  },
  {
    what: 'a model of the old GGML formats (ggml, ggmf, ggjt, ggla)',
    instead: 'take the model as GGUF',
    is: (_, text) => /^(lmgg|fmgg|tjgg|algg)/.test(text),
  },
  {
    what: 'a zip archive (as torch.save writes)',
    instead: pickle,
    is: (_, text) => text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06'),
  },
  {
    what: 'a pickle (.bin, .pt, .pth)',
    instead: pickle,
    is: (first, _, path) => first[0] === 0x80 && first[1] >= 2 && first[1] <= 5 && !/\.safetensors$/i.test(path),
  },
  {
    what: 'an ONNX graph',
    instead: 'take the model as safetensors or GGUF',
    is: (first, text, path) =>
      /\.onnx$/i.test(path) ||
      (first[0] === 8 && first[1] < 32 && first[2] === 0x12 && /^[\w.-]{3,}/.test(text.slice(4))),
  },
  {
    what: 'a TensorFlow Lite model',
    instead: 'take it as safetensors or GGUF',
    is: (_, text) => text.slice(4, 8) === 'TFL3',
  },
  {
    what: 'an HDF5 file (Keras)',
    instead: 'take it as safetensors or GGUF',
    is: (_, text) => text.startsWith('\x89HDF'),
  },
  { what: 'a gzip archive', instead: 'unpack it first', is: (first) => first[0] === 0x1f && first[1] === 0x8b },
  { what: 'a Zstandard archive', instead: 'unpack it first', is: (_, text) => text.startsWith('\x28\xb5\x2f\xfd') },
  { what: 'an XZ archive', instead: 'unpack it first', is: (_, text) => text.startsWith('\xfd7zXZ') },
  {
    what: 'a file of text (JSON)',
    instead: 'open the folder that holds it, or the .safetensors or .gguf file beside it',
    is: (_, text) => /^\s*[{[]/.test(text),
  },
]

export function refuseForeign(first: Uint8Array, path: string): void {
  const text = Buffer.from(first.buffer, first.byteOffset, Math.min(first.length, 256)).toString('latin1')
  const found = kinds.find((kind) => kind.is(first, text, path))
  if (!found) return
  throw new LutraError(
    found.damaged ? 'format' : 'unsupported',
    `Expected a model as GGUF, safetensors or llama2.c at ${path} but found ${found.what}; ${found.instead}`,
  )
}
