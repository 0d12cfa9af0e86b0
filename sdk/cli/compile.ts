/** `lutra compile`: builds C++ kernels of number formats here, holds them against the plain sum, and keeps them. */
import type { Command } from './command.js'

export const compile: Command = {
  name: 'compile',
  usage: 'TYPE... [--types FILE] [--activation f32|f16|int8] [--isa avx2|neon|scalar] [--source]',
  about: 'Builds C++ kernels for number formats, of Lutra or of a module of yours, and checks and times them.',
  options: {
    types: { type: 'string' },
    activation: { type: 'string' },
    isa: { type: 'string' },
    source: { type: 'boolean' },
  },
  run: async (call) => (await import('./compile-kernels.js')).compileKernels(call),
}
