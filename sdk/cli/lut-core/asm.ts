import { readFile, writeFile } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import {
  assemble,
  coreOptions,
  decode,
  describe,
  disassemble,
  encode,
  linearProgram,
  type Program,
  type Tiling,
  wordBytes,
} from '../../../kernels/lut-core/index.js'
import { type Command, engineOptions, type Invocation, text, UsageError, whole } from '../command.js'

/** `lutra lut-core asm`: programs as text, as words, and back. */
export const asm: Command = {
  name: 'asm',
  usage:
    'FILE [--out FILE] | --disassemble FILE | --linear ROWSxCOLS [--bits N] [--tokens N] [--segment N] [--lut-core KEY=VALUE,…]',
  about:
    'Assembles a program of the LUT core and lists its words, or writes them; turns words back into text; or prints the program of a linear.',
  options: {
    out: { type: 'string' },
    disassemble: { type: 'string' },
    linear: { type: 'string' },
    bits: { type: 'string' },
    tokens: { type: 'string' },
    segment: { type: 'string' },
    'lut-core': engineOptions['lut-core'],
  },
  async run(call) {
    const [words, linear] = [text(call, 'disassemble'), text(call, 'linear')]
    const asked = call.words.length + (words === undefined ? 0 : 1) + (linear === undefined ? 0 : 1)
    if (asked !== 1) throw new UsageError('Expected one of FILE, --disassemble FILE and --linear ROWSxCOLS')
    for (const [name, value] of Object.entries(call.flags))
      if (linear === undefined && value !== undefined && ['bits', 'tokens', 'segment', 'lut-core'].includes(name))
        throw new UsageError(`Expected --linear where --${name} is`)
    if (words !== undefined) return disassembled(call, await read(words))
    if (linear !== undefined) return driven(call, linear)
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

/** The driver's program for a linear, and how it is cut. */
async function driven(call: Invocation, size: string): Promise<unknown> {
  const [, rows, cols] = /^(\d{1,8})[x×](\d{1,8})$/.exec(size) ?? []
  if (cols === undefined) throw new UsageError(`Expected --linear ROWSxCOLS, as 2560x2560, but got "${size}"`)
  const shape = {
    ...{ rows: Number(rows), cols: Number(cols), bits: whole(call, 'bits', 1, 8) ?? 2 },
    ...{ tokens: whole(call, 'tokens', 1, 65536) ?? 1, segment: whole(call, 'segment', 1, 2 ** 24) },
  }
  const { config } = coreOptions(text(call, 'lut-core') ?? process.env.LUTRA_LUT_CORE)
  const { program, tiling, layout } = linearProgram(config, shape)
  const { dramBytes, sramBytes } = layout
  const source = disassemble(program)
  const out = text(call, 'out')
  if (out !== undefined) await write(out, encode(program))
  else if (!call.json) process.stdout.write(`${comments(tiling, dramBytes, sramBytes)}${source}`)
  return { shape, tiling, dramBytes, sramBytes, instructions: program.length, text: source }
}

function comments(tiling: Tiling, dramBytes: number, sramBytes: number): string {
  const { rowTiles, tokenTiles, segments, chunks, groups, slab, blocks, tiles, resident } = tiling
  return `; ${rowTiles} row tiles, ${tokenTiles} token tiles (${tiles} at once, ${blocks} passes), ${segments} segments of ${chunks} lmmas of ${groups} groups
; slabs of ${slab.rows} row tiles × ${slab.segments} segments × ${slab.chunks} lmmas, ${slab.bytes} bytes; tables ${resident ? 'stay in SRAM' : 'come with each slab'}
; DRAM ${dramBytes} bytes, SRAM ${sramBytes} bytes
`
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
