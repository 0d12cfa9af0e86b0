/**
 * The one door for model files of every kind, told apart by what is in them.
 * takes  the path of a file or folder · gives  ModelFile
 * before ./gguf, ./huggingface/open, ./llama2c/open · after sdk/model/arch, sdk/tokenizer
 */
import { LutraError } from '../../hal/error.js'
import { look, readFirst } from './file-range.js'
import { openGguf } from './gguf.js'
import type { ModelFile } from './model-file.js'
import { quote } from './quote.js'

/** Enough for every magic, and for a look at what stands there instead. */
const firstBytes = 512

/**
 * Opens a model: a GGUF file; a folder as on the Hugging Face hub (config.json with model.safetensors, or with an index
 * and its files), or one .safetensors file of it; a llama2.c .bin. Names do not matter, contents do.
 *
 * @throws LutraError io (cannot be read), format (damaged), limit (asks for too much), unsupported (another kind of
 * file, or a kind of model or quantization that Lutra does not have; the message names it)
 */
export async function openModelFile(path: string): Promise<ModelFile> {
  const found = await look(path)
  if (!found) throw new LutraError('io', `Expected a model at ${path} but there is no such file or folder`)
  if (found === 'folder') return openHub(path)
  const { first, stamp } = await readFirst(path, firstBytes)
  if (Buffer.from(first.subarray(0, 4)).toString('latin1') === 'GGUF') return openGguf(path)
  // Most models are GGUF; the readers of the others load when one comes.
  const { looksLikeSafetensors } = await import('./safetensors/header.js')
  if (/\.safetensors\.index\.json$/.test(path) || looksLikeSafetensors(first)) return openHub(path)
  const { looksLikeLlama2c } = await import('./llama2c/header.js')
  if (looksLikeLlama2c(first, stamp.size)) return (await import('./llama2c/open.js')).openLlama2c(path)
  const { refuseForeign } = await import('./foreign.js')
  refuseForeign(first, path)
  throw new LutraError(
    'format',
    `Expected a model as GGUF, safetensors or llama2.c at ${path} but it ${stamp.size === 0 ? 'is empty' : `begins with ${magic(first)}`}; ` +
      'copy or download it again',
  )
}

async function openHub(path: string): Promise<ModelFile> {
  const { openHuggingFace } = await import('./huggingface/open.js')
  return openHuggingFace(path)
}

function magic(first: Uint8Array): string {
  return quote(Buffer.from(first.subarray(0, 8)).toString('latin1'))
}
