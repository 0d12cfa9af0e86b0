/** The firmware's shared core, compiled for this machine with sanitizers, and fed hostile bytes by core.c. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { core, firmwareFolder } from './build.js'

export interface Native extends Disposable {
  /** What it did; throws with the rule that was broken, or the sanitizer's words. */
  run(seed: number, rounds: number): string
}

/** Or the reason why this machine cannot. */
export function native(): Native | string {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-core-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  const program = join(folder, 'core')
  const harness = fileURLToPath(new URL('./core.c', import.meta.url))
  const careful = [
    '-g',
    '-O1',
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all',
    '-Wall',
    '-Wextra',
    '-Werror',
  ]
  const args = ['-std=c11', ...careful, '-Irover', harness, ...core, '-lm', '-o', program]
  const { status, stderr, error } = spawnSync('gcc', args, { cwd: firmwareFolder, encoding: 'utf8' })
  if (error || /cannot find -l(asan|ubsan)|lib(asan|ubsan)/.test(stderr)) {
    clean()
    return `gcc with its sanitizers is not here (apt-get install gcc): ${error?.message ?? stderr.trim()}`
  }
  if (status !== 0) {
    clean()
    throw new Error(`gcc ${args.join(' ')}\n${stderr}`)
  }
  const run = (seed: number, rounds: number) => {
    const { status, stdout, stderr } = spawnSync(program, [`${seed}`, `${rounds}`], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`seed ${seed}, ${rounds} rounds: ${stdout}${stderr}`)
    return stdout.trim()
  }
  return { run, [Symbol.dispose]: clean }
}
