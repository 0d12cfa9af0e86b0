import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LutraError } from '../../hal/error.js'
import { packageRoot } from '../../hal/worker-file.js'

/** Where the embedded model lies, from source and from dist alike. */
export function pilotPath(): string {
  const path = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'sdk', 'pilot', 'pilot.gguf')
  if (!existsSync(path))
    throw new LutraError('io', `Expected the embedded model at ${path} but it is missing; install lutra again`)
  return path
}
