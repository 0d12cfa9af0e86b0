import { readFile, writeFile } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import {
  assemble,
  decode,
  describe,
  disassemble,
  encode,
  type Program,
  wordBytes,
} from '../../../kernels/lut-core/index.js'
import { type Command, type Invocation, text, UsageError } from '../command.js'

/** `lutra lut-core asm`: programs as text, as words, and back. */
export const asm: Command = {
  name: 'asm',
  usage: 'FILE [--out FILE] | --disassemble FILE',
  about: 'Assembles a program of the LUT core and lists its words, or writes them; or turns words back into text.',
  options: { out: { type: 'string' }, disassemble: { type: 'string' } },
  async run(call) {
    const words = text(call, 'disassemble')
    if (words !== undefined) return disassembled(call, await read(words))
    if (call.words.length !== 1) throw new UsageError('Expected one FILE, or --disassemble FILE')
    const program = assemble((await read(call.words[0])).toString('utf8'))
    const bytes = encode(program)
    const out = text(call, 'out')
    if (out !== undefined) await write(out, bytes)
    else if (!call.json) process.stdout.write(listing(program, bytes))
    return {
      instructions: program.length,
      bytes: bytes.length,
      ...(out === undefined ? { words: hex(bytes) } : { out }),
    }
  },
}

function disassembled(call: Invocation, bytes: Uint8Array): unknown {
  const program = decode(bytes)
  const text = disassemble(program)
  if (!call.json) process.stdout.write(text)
  return { instructions: program.length, text }
}

/** Offset, word and instruction, one a line. */
function listing(program: Program, bytes: Uint8Array): string {
  const words = hex(bytes)
  return program.map((one, i) => `${at(i)}  ${words[i]}  ${describe(one)}\n`).join('')
}

const at = (i: number) => (i * wordBytes).toString(16).padStart(6, '0')

function hex(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
  return text.match(/.{32}/g) ?? []
}

async function read(path: string): Promise<Buffer> {
  return readFile(path).catch((cause) => {
    throw new LutraError('io', `Could not read ${path}: ${cause.message}`, { cause })
  })
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((cause) => {
    throw new LutraError('io', `Could not write ${path}: ${cause.message}`, { cause })
  })
}
