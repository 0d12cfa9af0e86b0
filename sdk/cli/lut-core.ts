import type { CommandGroup } from './command.js'

/** `lutra lut-core`: each sub-command is a file of its own and loaded when it is asked for. */
export const lutCore: CommandGroup = {
  name: 'lut-core',
  about: 'The LUT Tensor Core, simulated: its programs, its cycles, its area, its tables.',
  members: {
    trace: async () => (await import('./lut-core/trace.js')).trace,
    asm: async () => (await import('./lut-core/asm.js')).asm,
    explore: async () => (await import('./lut-core/explore.js')).explore,
    synth: async () => (await import('./lut-core/synth.js')).synth,
    tables: async () => (await import('./lut-core/tables.js')).tables,
  },
}
