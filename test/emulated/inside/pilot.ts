/**
 * What the pilot answers to held-out sentences, on the engine that this process chooses.
 * gives  each sentence's answer and the logits of its first token · before ./look; the test has them from this machine too
 */
import { open } from '../../../sdk/open.js'
import { generate } from '../../../sdk/pilot/data/generate.js'

export interface PilotAnswers {
  readonly backend: string
  readonly isa: string
  /** Milliseconds from the call of `open` to the first token of the first answer. */
  readonly firstToken: number
  readonly answers: readonly {
    readonly instruction: string
    readonly raw: string
    /** Whether the actions are what the data say. */
    readonly exact: boolean
    readonly logits: readonly number[]
  }[]
}

export async function pilotAnswers(count: number): Promise<PilotAnswers> {
  const began = performance.now()
  const model = await open('pilot')
  const answers: PilotAnswers['answers'][number][] = []
  let firstToken = 0
  for (let index = 0; index < count; index++) {
    const { instruction, prompt, actions } = generate('heldout', 3, index)
    const onToken = () => {
      firstToken ||= performance.now() - began
    }
    const found = await model.interpret(instruction, { onToken })
    const state = model.program.createState()
    const ids = Int32Array.from(model.tokenizer.encode(prompt))
    const logits = [...(await model.program.run(state, ids, 'last'))]
    state.close()
    const exact = JSON.stringify(found.actions) === JSON.stringify(actions)
    answers.push({ instruction, raw: found.raw, exact, logits })
  }
  const { name: backend, isa } = model.backend
  await model.close()
  return { backend, isa, firstToken, answers }
}
