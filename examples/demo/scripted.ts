/**
 * A stand-in without any language model, for machines and tests that have no pilot: knows the demo's sentences by heart.
 * Simulated, and says so in its name; whatever it was not taught it refuses as unclear.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { boards } from '../../boards/index.js'
import { detectDevice, identify, systemReader } from '../../hal/index.js'
import type { Action } from '../../sdk/action/action.js'
import type { DemoModel } from './model.js'
import { sentences } from './sentences.js'

/** Milliseconds per piece of text, so that there is something to watch. */
const pace = 12

export function openScripted(): DemoModel {
  const reader = systemReader()
  const { board } = identify(reader, boards)
  return {
    name: 'scripted stand-in (simulated: no language model)',
    device: detectDevice(reader),
    board,
    backend: { name: 'scripted', threads: 0, simulated: true },
    async interpret(instruction, { signal, onToken } = {}) {
      const began = performance.now()
      const known = sentences.find(({ text }) => text === instruction.trim().toLowerCase())
      const actions: readonly Action[] = known?.actions ?? [{ skill: 'refuse', reason: 'unclear' }]
      const raw = JSON.stringify(actions)
      const pieces = raw.match(/[a-z_]+|./g) ?? []
      let ttftMs = 0
      for (const text of pieces) {
        await sleep(pace, undefined, { signal })
        ttftMs ||= performance.now() - began
        onToken?.({ text })
      }
      const refused = actions.some(({ skill }) => skill === 'refuse')
      return { actions, refused, raw, ms: performance.now() - began, tokens: pieces.length, ttftMs }
    },
    close: async () => {},
  }
}
