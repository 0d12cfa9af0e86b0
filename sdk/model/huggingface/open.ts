/**
 * Opens a model as the Hugging Face hub has it: config.json, safetensors, texts of the tokenizer.
 * takes  a folder, or one of its safetensors files · gives  ModelFile, as if it were the GGUF of the same model
 * before ./metadata, ./tensors, ../safetensors/shards · after ../open-model-file
 */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import { ioError, look, readWhole } from '../file-range.js'
import type { MetadataValue, ModelFile } from '../model-file.js'
import { openIndex, openShard, type Stores } from '../safetensors/shards.js'
import { maxSentencePieceBytes, readSentencePieceModel } from '../sentencepiece-model.js'
import { Config, maxConfigBytes } from './config.js'
import { describe } from './metadata.js'
import { quantizationFiles, readQuantization } from './quantization.js'
import { tensorsOf } from './tensors.js'
import { readTexts } from './texts.js'

export async function openHuggingFace(path: string): Promise<ModelFile> {
  const { folder, stores } = await findWeights(path)
  const at = join(folder, 'config.json')
  if ((await look(at)) !== 'file')
    throw new LutraError('io', `Expected config.json beside the weights in ${folder} but found none; copy it there`)
  const config = Config.parse(await readWhole(at, maxConfigBytes), at)
  const described = describe(config)
  const quantization = readQuantization(config.object('quantization_config') ?? (await quantizerConfig(folder)))
  const tensors = await tensorsOf(stores, described, quantization)
  const texts = await readTexts(folder)
  const vocabulary = texts.has('tokenizer.json') ? [] : await sentencePiece(folder)
  const sizes = new Map([...stores.values()].map(({ stamp }) => [stamp.path, stamp.size]))
  return {
    path,
    bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    metadata: new Map([...described.metadata, ...vocabulary]),
    tensors,
    texts,
  }
}

async function findWeights(path: string): Promise<{ folder: string; stores: Stores }> {
  if ((await look(path)) === 'folder') {
    const at = join(path, choose(await namesIn(path), path))
    return { folder: path, stores: at.endsWith('.json') ? await openIndex(at) : await openShard(at) }
  }
  const folder = dirname(path)
  if (path.endsWith('.json')) return { folder, stores: await openIndex(path) }
  // One of several files stands for all of them.
  const shard = /^(.*)-\d{5}-of-\d{5}\.safetensors$/.exec(basename(path))
  const list = shard && join(folder, `${shard[1]}.safetensors.index.json`)
  if (list && (await look(list)) === 'file') return { folder, stores: await openIndex(list) }
  return { folder, stores: await openShard(path) }
}

/** The hub's usual names first; quantizers have names of their own. */
function choose(names: readonly string[], folder: string): string {
  for (const usual of ['model.safetensors', 'model.safetensors.index.json']) if (names.includes(usual)) return usual
  for (const end of ['.safetensors.index.json', '.safetensors']) {
    const found = names.filter((name) => name.endsWith(end))
    if (found.length === 1) return found[0]
    if (found.length > 1)
      throw new LutraError(
        'unsupported',
        `Expected one model in ${folder} but found ${found.slice(0, 3).join(', ')}; open one of these files`,
      )
  }
  const other = names.find((name) => /\.(gguf|bin|pth?|onnx|h5|ckpt|msgpack|npz)$/i.test(name))
  const hint = other?.toLowerCase().endsWith('.gguf')
    ? `; open ${other} itself`
    : '; take the model as safetensors or GGUF'
  throw new LutraError(
    other ? 'unsupported' : 'io',
    `Expected model.safetensors or its index in the folder ${folder} but found ${other ?? 'no weights'}${hint}`,
  )
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((cause: unknown) => {
    throw ioError(cause, folder)
  })
}

/** Older models have SentencePiece's own file and no tokenizer.json. */
async function sentencePiece(folder: string): Promise<Iterable<[string, MetadataValue]>> {
  const at = join(folder, 'tokenizer.model')
  if ((await look(at)) !== 'file') return []
  return readSentencePieceModel(await readWhole(at, maxSentencePieceBytes))
}

async function quantizerConfig(folder: string): Promise<Config | undefined> {
  for (const name of quantizationFiles) {
    const at = join(folder, name)
    if ((await look(at)) === 'file') return Config.parse(await readWhole(at, maxConfigBytes), at)
  }
  return undefined
}
