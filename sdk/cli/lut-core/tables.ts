/** `lutra lut-core tables`: the paper's tables beside ours. */
import { inputsOf } from '../../../kernels/lut-core/system/core-tables.js'
import { makeTables } from '../../../kernels/lut-core/tables/all.js'
import { renderMarkdown, renderText } from '../../../kernels/lut-core/tables/render.js'
import { synthesized } from '../../../kernels/lut-core/tables/synthesized.js'
import { type TableId, tableIds } from '../../../kernels/lut-core/tables/table.js'
import { buildGraph } from '../../model/arch/index.js'
import { openModelFile } from '../../model/open-model-file.js'
import { pilotPath } from '../../pilot/path.js'
import { type Command, text, UsageError } from '../command.js'

export const tables: Command = {
  name: 'tables',
  usage: '[--only 1,2,4,5,dp4] [--markdown]',
  about: "LUT Tensor Core's tables 1, 2, 4, 5 and its DP4 figure: paper, ours (simulated), deviation.",
  options: { only: { type: 'string' }, markdown: { type: 'boolean' } },
  async run(call) {
    const graph = buildGraph(await openModelFile(pilotPath()))
    const made = makeTables(wanted(text(call, 'only')), synthesized(), [{ name: 'pilot', inputs: inputsOf(graph) }])
    if (!call.json) {
      const render = call.flags.markdown === true ? renderMarkdown : renderText
      process.stdout.write(made.map(render).join('\n'))
    }
    return { simulated: true, tables: made }
  },
}

function wanted(only: string | undefined): readonly TableId[] | undefined {
  const ids = only?.split(',').map((id) => id.trim())
  return ids?.map((id) => {
    const found = tableIds.find((each) => each === id)
    if (!found) throw new UsageError(`Expected --only to name tables out of ${tableIds.join(', ')} but got "${id}"`)
    return found
  })
}
