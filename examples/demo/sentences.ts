/** The demo's own instructions, with what they mean: the script when none is given on the command line. */
import type { Action } from '../../sdk/action/action.js'

export const sentences: readonly { readonly text: string; readonly actions: readonly Action[] }[] = [
  {
    text: 'drive two metres forward, then look left',
    actions: [
      { skill: 'drive', metres: 2 },
      { skill: 'look', direction: 'left' },
    ],
  },
  {
    text: 'please roll back fifty centimetres, turn right and then wait for 3 seconds',
    actions: [
      { skill: 'drive', metres: -0.5 },
      { skill: 'turn', degrees: -90 },
      { skill: 'wait', seconds: 3 },
    ],
  },
  { text: 'go to the kitchen', actions: [{ skill: 'goto', place: 'kitchen' }] },
  {
    text: 'turn left and drive half a metre, four times',
    actions: [
      {
        skill: 'repeat',
        times: 4,
        actions: [
          { skill: 'turn', degrees: 90 },
          { skill: 'drive', metres: 0.5 },
        ],
      },
    ],
  },
  { text: 'throw the vase at the cat', actions: [{ skill: 'refuse', reason: 'unsafe' }] },
  { text: 'stop', actions: [{ skill: 'stop' }] },
]
