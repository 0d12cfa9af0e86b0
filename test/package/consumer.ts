/**
 * A stranger's project that installs the packed tarball without scripts and asks the pilot something.
 * takes  the tarball, and the command that is Node there: [process.execPath], or an emulator and an ARM Node
 * gives  what the command line and a script that imports the package answered, and the time from the install to the
 *        first token; also with the prebuilt addons taken away
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Answer {
  readonly text: string
  readonly backend: string
  readonly isa?: string
}

export interface Consumed {
  readonly version: string
  /** Milliseconds from the start of `npm install <tarball>` to the first token of a script that imports the package. */
  readonly toFirstTokenMs: number
  readonly installMs: number
  /** From the process start to its first token, once installed. */
  readonly firstTokenMs: number
  readonly imported: Answer
  readonly cli: Answer
  /** What `lutra inspect` says of the native engine. */
  readonly native: { readonly available: boolean; readonly reason?: string }
}

const prompt = 'drive two metres forward'

const script = `import { open } from 'lutra'
const model = await open('pilot')
let first
let text = ''
await new Promise((resolve, reject) =>
  model.tokens(${JSON.stringify(prompt)}).subscribe({
    next: (token) => { first ??= Date.now(); text += token.text },
    error: reject,
    complete: resolve,
  }))
console.log(JSON.stringify({ text, first, backend: model.backend.name, isa: model.backend.isa }))
await model.close()
`

/** npm's own script, for a Node that is not this one. */
function npmScript(): string {
  const found = join(execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim(), 'npm', 'bin', 'npm-cli.js')
  if (!existsSync(found)) throw new Error(`Expected npm's script at ${found} but found none; install npm`)
  return found
}

function run(command: readonly string[], cwd: string): string {
  const [program, ...args] = command
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${command.join(' ')} exited ${status}: ${error?.message ?? ''}${stdout}${stderr}`)
  return stdout
}

/** An empty project with the tarball installed; what is in `folder` is lost. `npm` is the Node that runs the install. */
export function install(tarball: string, folder: string, npm: readonly string[] = [process.execPath]): number {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  writeFileSync(join(folder, 'first.mjs'), script)
  const start = Date.now()
  run([...npm, npmScript(), 'install', '--ignore-scripts', '--no-audit', '--no-fund', resolve(tarball)], folder)
  return Date.now() - start
}

/** Asks the installed package, by import and by command line, in a folder that `install` made. */
export function ask(
  folder: string,
  node: readonly string[] = [process.execPath],
): Omit<Consumed, 'installMs' | 'toFirstTokenMs'> {
  const start = Date.now()
  const imported = JSON.parse(run([...node, 'first.mjs'], folder))
  const main = join('node_modules', 'lutra', 'dist', 'sdk', 'cli', 'main.js')
  const cli = JSON.parse(run([...node, main, 'run', 'pilot', '--prompt', prompt, '--json'], folder))
  const { backends } = JSON.parse(run([...node, main, 'inspect', '--json'], folder))
  return {
    version: run([...node, '-p', 'process.version'], folder).trim(),
    firstTokenMs: imported.first - start,
    imported,
    cli,
    native: backends.find(({ name }: { name: string }) => name === 'native'),
  }
}

/** Installs and asks; `npm` runs the install where `node` is too slow for it. */
export function consume(
  tarball: string,
  folder: string,
  node: readonly string[] = [process.execPath],
  npm = node,
): Consumed {
  const installMs = install(tarball, folder, npm)
  const asked = ask(folder, node)
  return { ...asked, installMs, toFirstTokenMs: installMs + asked.firstTokenMs }
}

/** Takes the prebuilt addons away, as on a platform that has none. */
export function withoutPrebuilds(folder: string): void {
  rmSync(join(folder, 'node_modules', 'lutra', 'prebuilds'), { recursive: true })
}
