/**
 * Builds the native addon with cmake-js where cmake and a C++ compiler are found; otherwise says in one line what is
 * missing, what to type, and what runs instead, and succeeds: the TypeScript engine needs no addon.
 * --strict    fails where the addon does not build
 * --sanitize  builds a second addon with AddressSanitizer and UndefinedBehaviorSanitizer, into build/sanitized, and
 *             leaves the ordinary one alone; implies --strict. Loaded by LUTRA_ADDON under a preloaded libasan.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const found = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

const sanitize = process.argv.includes('--sanitize')
const strict = sanitize || process.argv.includes('--strict')

const missing = []
if (!found('cmake')) missing.push('cmake')
if (!['c++', 'g++', 'clang++'].some(found)) missing.push('a C++ compiler')
const packages = ['cmake-js', 'node-addon-api'].filter((name) => {
  try {
    return !createRequire(import.meta.url).resolve(name)
  } catch {
    return true // an installed package has no tools of its own beside it
  }
})

if (process.env.LUTRA_SKIP_NATIVE) {
  console.log('lutra: LUTRA_SKIP_NATIVE is set, no native addon is built; the TypeScript engine runs instead.')
} else if (missing.length > 0) {
  console.log(
    `lutra: ${missing.join(' and ')} not found, so no native addon is built and the TypeScript engine runs instead; ` +
      'for the fast engine type "sudo apt install cmake g++" (macOS: "xcode-select --install && brew install cmake") and "npm run build:native".',
  )
} else if (packages.length > 0) {
  console.log(
    `lutra: ${packages.join(' and ')} not found; type "npm install ${packages.join(' ')}" and this once more.`,
  )
  if (strict) process.exit(1)
} else {
  const cli = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js')
  const jobs = process.env.LUTRA_BUILD_JOBS ?? '2'
  const out = sanitize ? join(root, 'build', 'sanitized') : join(root, 'build')
  const args = [cli, 'compile', '--directory', join(root, 'native'), '--out', out, '--parallel', jobs]
  if (sanitize) args.push('--CDLUTRA_SANITIZE=address,undefined,float-cast-overflow')
  const built = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (built.status === 0) {
    console.log(`lutra: native addon built${sanitize ? ' with sanitizers, build/sanitized/Release/lutra.node' : ''}.`)
  } else {
    process.stderr.write(`${built.stdout ?? ''}${built.stderr ?? ''}`)
    console.log('lutra: the native addon did not build (output above); the TypeScript engine runs instead.')
    if (strict) process.exit(1)
  }
}
