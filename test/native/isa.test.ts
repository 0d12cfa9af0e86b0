/** The addon of this machine, if it is x64: what is compiled for more than the smallest CPU stays inside its own files. */
import { existsSync } from 'node:fs'
import { it } from 'vitest'
import { keepsToItself } from './isa.js'

const folder = 'build/CMakeFiles/lutra.dir'

it('objects for x64 keep higher instruction sets to their own files', (context) => {
  if (process.arch !== 'x64') return context.skip('this is another machine')
  if (!existsSync(folder)) return context.skip('no objects: npm run build:native')
  keepsToItself({
    folder,
    tool: (name) => name,
    tier: /sse41|avx|half_amx/,
    // Every VEX or EVEX instruction, AMX, and SSE3 to SSE4.2.
    beyond:
      /\t\{?v[a-z]+\w* .*%|\ttile\w+ |\t(?:pshufb|pmadd?ubsw|pabs\w|palignr|phadd\w+|pm(?:in|ax)(?:sb|sd|u[wd])|pmulld|pmov[sz]x\w+|pextr[bdq]|pinsr[bdq]|round[sp][sd]|blend\w+|pblend\w+|ptest|haddp[sd]|movs[hl]dup|movddup|crc32\w?|popcnt\w?) /,
  })
})
