/** Hostile words and texts: each is read, or refused by a LutraError; what is read comes back the same. */
import { LutraError } from '../../../../hal/error.js'
import { assemble } from '../../../../kernels/lut-core/lmma/assemble.js'
import { decode } from '../../../../kernels/lut-core/lmma/decode.js'
import { disassemble } from '../../../../kernels/lut-core/lmma/disassemble.js'
import { encode } from '../../../../kernels/lut-core/lmma/encode.js'
import { pick, randomProgram } from './random-program.js'

interface Told {
  read: number
  refused: number
}

/** Half of the words are random bytes with a valid code, half are valid words with one bit turned. */
export function decodeRandomWords(random: () => number, count: number): Told {
  const told = { read: 0, refused: 0 }
  for (let i = 0; i < count; i++) {
    const word = i % 2 === 0 ? new Uint8Array(16) : encode(randomProgram(random, 1))
    if (i % 2 === 0)
      for (let b = 0; b < 16; b++) word[b] = b === 0 ? random() * 15 : random() < 0.5 ? 0 : random() * 256
    else word[Math.floor(random() * 16)] ^= 1 << Math.floor(random() * 8)
    attempt(told, () => {
      const again = encode(decode(word))
      if (Buffer.compare(word, again) !== 0) throw new Error(`${Buffer.from(word).toString('hex')} came back otherwise`)
    })
  }
  return told
}

const scraps = [
  'loop 3 {',
  '}',
  '\n',
  ' ',
  ',',
  '[r1]+4',
  'lmma.m2n64k4.i8.i2.i32.i32',
  't0',
  '0x',
  '-',
  '.',
  '99999999999',
]

/** Texts of random programs with characters taken out, put in or doubled. */
export function assembleRandomTexts(random: () => number, count: number): Told {
  const told = { read: 0, refused: 0 }
  for (let i = 0; i < count; i++) {
    let text = disassemble(randomProgram(random, Math.floor(random() * 6)))
    for (let edits = Math.floor(random() * 3); edits > 0; edits--) {
      const at = Math.floor(random() * (text.length + 1))
      const put = random() < 0.5 ? pick(random, scraps) : String.fromCharCode(random() * 200)
      text = text.slice(0, at) + put + text.slice(at + (random() < 0.5 ? 1 : 0))
    }
    attempt(told, () => {
      const words = encode(assemble(text))
      if (Buffer.compare(words, encode(assemble(disassemble(decode(words))))) !== 0)
        throw new Error(`${JSON.stringify(text)} came back otherwise`)
    })
  }
  return told
}

function attempt(told: Told, work: () => void): void {
  try {
    work()
    told.read++
  } catch (error) {
    if (!(error instanceof LutraError)) throw error
    told.refused++
  }
}
