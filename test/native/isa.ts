/**
 * No illegal instruction on the smallest CPU: what is compiled for more than that stays inside its own files. A function
 * that the linker may take from any object (an inline one of std, a template) must come from none of those; and the other
 * objects hold nothing but baseline instructions.
 * takes  a folder of objects and what tells its architecture's tiers · before ./isa.test, ./arm-quick.long.test
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

export interface Family {
  /** Folder of objects. */
  readonly folder: string
  /** What binutils' programs are called for them. */
  readonly tool: (name: string) => string
  /** Objects compiled for more than the baseline. */
  readonly tier: RegExp
  /** Instructions beyond the baseline, as objdump names them. */
  readonly beyond: RegExp
}

export function keepsToItself(family: Family): void {
  const all = objectsIn(family.folder)
  const tiers = all.filter((path) => family.tier.test(path))
  expect(tiers.length).toBeGreaterThan(1)
  for (const path of tiers) expect([path, shared(family, path)]).toEqual([path, []])
  const others = all.filter((path) => !tiers.includes(path))
  expect(others.length).toBeGreaterThan(10)
  for (const path of others) expect([path, beyond(family, path)]).toEqual([path, []])
  // The pattern is worth something: it finds the tiers' own.
  for (const path of tiers) expect([path, beyond(family, path).length > 0]).toEqual([path, true])
}

function objectsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.o'))
}

/** Symbols that the linker may take from this object for all others. */
function shared({ tool }: Family, path: string): string[] {
  return output(tool('nm'), ['-C', path])
    .split('\n')
    .filter((line) => /^\S* [VWu] /.test(line))
}

function beyond(family: Family, path: string): string[] {
  const lines = output(family.tool('objdump'), ['-d', '--no-show-raw-insn', path]).split('\n')
  return lines.filter((line) => family.beyond.test(line))
}

function output(command: string, args: readonly string[]): string {
  const { stdout, status, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error || status !== 0) throw new Error(`${command} failed on ${args.at(-1)}`)
  return stdout
}
