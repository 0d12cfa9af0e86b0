/** Builds the AVR reference firmware as its README says, into a temporary folder; or tells why this machine cannot. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseHex } from './hex.js'

export const firmwareFolder = fileURLToPath(new URL('../../../../examples/firmware/', import.meta.url))
export const core = readdirSync(join(firmwareFolder, 'rover'))
  .filter((file) => file.endsWith('.c'))
  .map((file) => join('rover', file))

export const noAvr = has('avr-gcc', 'gcc-avr avr-libc') ?? has('avr-objcopy', 'binutils-avr')

/** Why a tool cannot be used here. */
export function has(tool: string, packages: string): string | undefined {
  return spawnSync(tool, ['--version']).status === 0 ? undefined : `${tool} is not here (apt-get install ${packages})`
}

export interface Built {
  readonly program: Uint16Array
  /** Bytes of flash and of static memory, as avr-size counts them. */
  readonly flash: number
  readonly memory: number
}

export function build(defines: readonly string[] = []): Built {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-avr-'))
  const [elf, hex] = [join(folder, 'rover.elf'), join(folder, 'rover.hex')]
  try {
    const strict = ['-std=gnu11', '-Os', '-Wall', '-Wextra', '-Werror']
    const chip = ['-mmcu=atmega328p', '-DF_CPU=16000000UL', ...defines.map((define) => `-D${define}`)]
    call('avr-gcc', [...strict, ...chip, '-Irover', '-Iavr', 'avr/main.c', ...core, '-lm', '-o', elf])
    call('avr-objcopy', ['-O', 'ihex', elf, hex])
    const [text, data, bss] = call('avr-size', [elf]).split('\n')[1].trim().split(/\s+/).map(Number)
    return { program: parseHex(readFileSync(hex, 'utf8')), flash: text + data, memory: data + bss }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function call(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: firmwareFolder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}\n${stderr}`)
  return stdout
}
