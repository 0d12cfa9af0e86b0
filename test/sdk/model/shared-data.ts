import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../../hal/worker-file.js'

const root = join(packageRoot(import.meta.dirname), '..', 'shared', 'data')

/** Real models and vocabularies lie beside the project, or nowhere; tests that want them say so and skip. */
export const sharedData = {
  there: existsSync(root),
  reason: 'needs ../shared/data, which is not here',
  path: (...parts: string[]): string => join(root, ...parts),
}
