/**
 * Cuts a text at the tokens that stand in it literally, longest first, as llama.cpp does.
 * takes  text, which kinds of tokens to look for · gives  plain strings and token ids, in order
 * before ./sentencepiece, ./byte-level encode the strings
 */
import { tokenType, type Vocabulary } from './vocabulary.js'

/** With `special` cuts at control and unknown tokens too; without, at user-defined ones (not if guarded). */
export type Partition = (text: string, special: boolean) => (string | number)[]

export function createPartition(vocabulary: Vocabulary): Partition {
  const literal: { piece: string; id: number; always: boolean }[] = []
  vocabulary.pieces.forEach((piece, id) => {
    const type = vocabulary.types[id]
    const userDefined = type === tokenType.userDefined
    if (piece !== '' && (userDefined || type === tokenType.control || type === tokenType.unknown))
      literal.push({ piece, id, always: userDefined && !vocabulary.guarded })
  })
  literal.sort((a, b) => Buffer.byteLength(b.piece) - Buffer.byteLength(a.piece) || a.id - b.id)
  return (text, special) => {
    let parts: (string | number)[] = text === '' ? [] : [text]
    for (const { piece, id, always } of literal)
      if ((always || special) && text.includes(piece))
        parts = parts.flatMap((part) => (typeof part === 'string' ? cut(part, piece, id) : [part]))
    return parts
  }
}

function cut(text: string, piece: string, id: number): (string | number)[] {
  const parts: (string | number)[] = []
  text.split(piece).forEach((between, i) => {
    if (i > 0) parts.push(id)
    if (between !== '') parts.push(between)
  })
  return parts
}
