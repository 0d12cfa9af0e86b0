import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The file to start a worker thread from. Workers run compiled JavaScript, so a module that itself runs from source
 * (tests) is answered with its twin under dist/.
 */
export function workerFile(moduleUrl: string, name: string): string {
  const here = dirname(fileURLToPath(moduleUrl))
  const beside = join(here, name)
  if (existsSync(beside)) return beside
  return join(packageRoot(here), 'dist', relative(packageRoot(here), beside))
}

/** The folder that holds package.json and binding.gyp, from any file of ours, compiled or not. */
export function packageRoot(from: string): string {
  for (let at = from; ; at = dirname(at)) {
    if (existsSync(join(at, 'binding.gyp'))) return at
    if (dirname(at) === at) return from
  }
}
