/** Every reader of outside bytes, as one list for the long run and its short one. */
import { fileTargets } from '../sdk/model/hostile-files.js'
import { ggufTargets } from '../sdk/model/hostile-gguf.js'
import { importanceTargets } from '../sdk/quantize/imatrix/hostile.js'
import { robotTargets } from '../sdk/robot/drivers/hostile.js'
import { tokenizerTargets } from '../sdk/tokenizer/hostile.js'
import { toolTargets } from '../sdk/tools/hostile.js'
import type { Target } from './fuzz.js'

export const targets: readonly Target[] = [
  ...ggufTargets,
  ...fileTargets,
  ...importanceTargets,
  ...tokenizerTargets,
  ...toolTargets,
  ...robotTargets,
]
