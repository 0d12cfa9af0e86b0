/**
 * Tokens that models use as marks, known by how they are written, since files often do not say what they are.
 * takes  pieces and their types · gives  which are control tokens, and which end a generation; as llama.cpp knows them
 */
import { tokenType } from './vocabulary.js'

/** They end a turn or a text. */
const ends = new Set([
  '<|eot_id|>',
  '<|eom_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|end_of_text|>',
  '<|endoftext|>',
  '<end_of_turn>',
  '<end_of_utterance>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '<｜end▁of▁sentence｜>',
])

/** They end what a model writes into the middle of a file. */
const fileEnds = [
  '<|fim_pad|>',
  '<fim-pad>',
  '<fim_pad>',
  '<|fim_repo|>',
  '<|repo_name|>',
  '<fim-repo>',
  '<|file_sep|>',
]

/** They say what stands before, behind and in the middle of a file. */
const fileMarks = new Set(
  ['prefix', 'suffix', 'middle']
    .flatMap((part) => [`<|fim_${part}|>`, `<fim-${part}>`, `<fim_${part}>`])
    .concat('<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>', fileEnds),
)

/** Most of a large vocabulary begins otherwise, and need not be looked up. */
const begins = new Set([...ends, ...fileMarks].map((mark) => mark.charCodeAt(0)))

export interface Marked {
  readonly types: ArrayLike<number>
  readonly stops: ReadonlySet<number>
}

/** A mark is a control token whatever the file calls it: the text of a user must never become one. */
export function readMarks(
  pieces: readonly string[],
  given: ArrayLike<number>,
  named: readonly (number | undefined)[],
): Marked {
  const types = Int32Array.from(given)
  const stops = new Set(named.filter((id) => id !== undefined).filter((id) => id < pieces.length))
  pieces.forEach((piece, id) => {
    if (!begins.has(piece.charCodeAt(0))) return
    if (!ends.has(piece) && !fileMarks.has(piece)) return
    types[id] = tokenType.control
    if (ends.has(piece) || fileEnds.includes(piece)) stops.add(id)
  })
  // Harmony's turns go on after <|end|>; only <|return|> and <|call|> end them.
  const idOf = (piece: string) => pieces.indexOf(piece)
  if (idOf('<|return|>') >= 0 && idOf('<|call|>') >= 0) stops.delete(idOf('<|end|>'))
  return { types, stops }
}
