/**
 * The source's metadata as the output has it: fields that readers expect as floats stay floats where their value is whole,
 * and what says how the file was made is new.
 * takes  metadata as read · gives  metadata to write · before ./write
 */
import { GgufFloat } from '../../model/gguf-writer.js'
import type { MetadataValue } from '../../model/model-file.js'

/** GGUF's keys of type f32, below an architecture's name. */
const FLOATS =
  /\.(rope\.(freq_base\w*|freq_scale|scale_linear|scaling\.(factor|attn_factor|yarn_\w+))|\w+_epsilon|\w*softcapping|attention\.scale|\w+_scale)$/

export type Written = ReadonlyMap<string, MetadataValue | GgufFloat>

export function metadataFor(
  source: ReadonlyMap<string, MetadataValue>,
  extra: Readonly<Record<string, MetadataValue>>,
): Written {
  // Not what the source was mostly made of.
  const kept = [...source].filter(([key]) => key !== 'general.file_type')
  const all: [string, MetadataValue][] = [...kept, ...Object.entries(extra)]
  return new Map(
    all.map(([key, value]) => [key, typeof value === 'number' && FLOATS.test(key) ? new GgufFloat(value) : value]),
  )
}
