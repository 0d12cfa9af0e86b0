/** Random programs that a tiny core (M 1, N 4, K 2) with 256 bytes of each memory may take, or nearly. */

import type { CoreConfig } from '../../../../kernels/lut-core/config.js'
import { assemble } from '../../../../kernels/lut-core/lmma/assemble.js'
import type { Program } from '../../../../kernels/lut-core/lmma/instruction.js'
import { accumulatorBytes, tableBytes, weightBytes } from '../../../../kernels/lut-core/lmma/registers.js'
import { pick, randomInstruction } from './random-program.js'

export function sensibleProgram(random: () => number, config: CoreConfig): Program {
  const wild = random() < 0.1
  const program = assemble(`${block(random, config, 0)}end`)
  if (!wild) return program
  const at = Math.floor(random() * program.length)
  return [...program.slice(0, at), randomInstruction(random), ...program.slice(at)]
}

function block(random: () => number, config: CoreConfig, depth: number): string {
  let text = depth === 0 ? 'zero a0\nzero a1\nldt t0, [r0], 4\nldt t1, [r0], 4\nldw w0, [r0], 1\nldw w1, [r0], 1\n' : ''
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) text += statement(random, config, depth)
  return text
}

function statement(random: () => number, config: CoreConfig, depth: number): string {
  const groups = random() < 0.9 ? 1 : 2
  const [t, w, r] = [pick(random, [0, 1]), pick(random, [0, 1]), pick(random, [0, 1, 2, 3])]
  const a = pick(random, [0, 0, 0, 1, 1, 1, 1, 2])
  const step = pick(random, ['', '', '', '+4', '-4', '+16', '+64'])
  switch (Math.floor(random() * 10)) {
    case 0:
      return `set r${r}, ${4 * Math.floor(random() * 50)}\n`
    case 1:
      return `add r${r}, ${pick(random, [-8, -4, 4, 8])}\n`
    case 2:
      return `copy.${pick(random, ['sram', 'dram'])} [r${r}]${step}, [r${pick(random, [0, 1, 2, 3])}]${step}, 8\nwait 1\n`
    case 3:
      return `wait ${Math.floor(random() * 2)}\n`
    case 4:
      return `ldt t${t}, [r${r}]${step}, ${tableBytes(config, groups)}\n`
    case 5:
      return `ldw w${w}, [r${r}]${step}, ${weightBytes(config, groups, 1)}\n`
    case 6:
      return `lmma.m1n4k2.i8.i1.i32.i32 a${a}, t${t}, w${w}\n`
    case 7:
      return `sta a${a}, [r${r}]${step}, ${accumulatorBytes(config)}\n`
    case 8:
      return `zero a${pick(random, [0, 1])}\n`
    default:
      return depth === 3 ? 'wait 0\n' : `loop ${1 + Math.floor(random() * 4)} {\n${block(random, config, depth + 1)}}\n`
  }
}
