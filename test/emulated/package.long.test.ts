/**
 * The package on an ARM machine, emulated: the tarball installed without scripts, then the pilot's first token, on the
 * addon that was built ahead of time and on the core's own tier. Times are those of the emulator, and say so.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { consume } from '../package/consumer.js'
import { prepare } from './emulate.js'
import { arm64, armv7, coreNamed } from './machines.js'

const work = 'build/emulated/package'
const seconds = (ms: number) => (ms / 1000).toFixed(1)

function pack(): string {
  mkdirSync(work, { recursive: true })
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', work]
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 1 << 28 }))
  return resolve(work, filename)
}

describe('the package, emulated', () => {
  it.for([
    [arm64, 'cortex-a76'],
    [armv7, 'cortex-a7'],
  ] as const)('%o', async ([machine, cpu], context) => {
    const prepared = await prepare(machine)
    if ('reason' in prepared) return context.skip(prepared.reason)
    const core = coreNamed(cpu, machine)
    const node = [prepared.start(core)]
    const tarball = pack()
    const here = consume(tarball, resolve(work, 'here'))
    // npm in the emulated Node too; then as one would who has another machine for it.
    for (const npm of [node, [process.execPath]]) {
      const there = consume(tarball, resolve(work, machine.arch), node, npm)
      expect([there.native.available, there.imported.backend, there.imported.isa]).toEqual([true, 'native', core.tier])
      expect([there.imported.text, there.cli.text]).toEqual([here.imported.text, here.cli.text])
      const { installMs, firstTokenMs, toFirstTokenMs, version } = there
      const how = npm === node ? 'npm emulated' : 'npm not emulated'
      console.log(
        `${machine.arch} ${cpu}, Node ${version}, ${how}: npm install ${seconds(installMs)} s, first token after ` +
          `${seconds(firstTokenMs)} s, together ${seconds(toFirstTokenMs)} s (this machine itself: ${seconds(here.toFirstTokenMs)} s)`,
      )
    }
  })
})
