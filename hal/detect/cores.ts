/**
 * ARM cores by their MIDR (implementer << 24 | part << 4): name, whether in order, and the features that every one of
 * them has. Sources: part numbers of Linux' arch/arm64/include/asm/cputype.h, Arm's technical reference manuals.
 */
import type { Reader } from '../reader.js'
import { readNumber } from '../reader.js'
import type { Processor } from './cpuinfo.js'

export interface Core {
  readonly name: string
  /** In-order cores do about half the work per hertz of their out-of-order companions. */
  readonly inOrder?: boolean
  readonly features?: readonly string[]
}

const V8_2 = ['fp16', 'dotprod']
const V8_4 = [...V8_2, 'fhm']
const V8_6 = [...V8_4, 'i8mm', 'bf16']
const V9 = [...V8_2, 'fhm', 'i8mm', 'bf16', 'sve', 'sve2']

const ARM = 0x41
const NVIDIA = 0x4e
const QUALCOMM = 0x51
const APPLE = 0x61

const cores = new Map<number, Core>([
  [key(ARM, 0xc07), { name: 'Cortex-A7', inOrder: true }],
  [key(ARM, 0xc08), { name: 'Cortex-A8', inOrder: true }],
  [key(ARM, 0xc09), { name: 'Cortex-A9' }],
  [key(ARM, 0xc0f), { name: 'Cortex-A15' }],
  [key(ARM, 0xd03), { name: 'Cortex-A53', inOrder: true }],
  [key(ARM, 0xd04), { name: 'Cortex-A35', inOrder: true }],
  [key(ARM, 0xd05), { name: 'Cortex-A55', inOrder: true, features: ['fp16'] }], // dotprod from r1 on
  [key(ARM, 0xd07), { name: 'Cortex-A57' }],
  [key(ARM, 0xd08), { name: 'Cortex-A72' }],
  [key(ARM, 0xd09), { name: 'Cortex-A73' }],
  [key(ARM, 0xd0a), { name: 'Cortex-A75', features: ['fp16'] }],
  [key(ARM, 0xd0b), { name: 'Cortex-A76', features: V8_2 }],
  [key(ARM, 0xd0c), { name: 'Neoverse N1', features: V8_2 }],
  [key(ARM, 0xd0d), { name: 'Cortex-A77', features: V8_2 }],
  [key(ARM, 0xd0e), { name: 'Cortex-A76AE', features: V8_2 }],
  [key(ARM, 0xd40), { name: 'Neoverse V1', features: [...V8_6, 'sve'] }],
  [key(ARM, 0xd41), { name: 'Cortex-A78', features: V8_2 }],
  [key(ARM, 0xd42), { name: 'Cortex-A78AE', features: V8_2 }],
  [key(ARM, 0xd44), { name: 'Cortex-X1', features: V8_2 }],
  [key(ARM, 0xd46), { name: 'Cortex-A510', inOrder: true, features: V9 }],
  [key(ARM, 0xd47), { name: 'Cortex-A710', features: V9 }],
  [key(ARM, 0xd48), { name: 'Cortex-X2', features: V9 }],
  [key(ARM, 0xd49), { name: 'Neoverse N2', features: V9 }],
  [key(ARM, 0xd4b), { name: 'Cortex-A78C', features: V8_2 }],
  [key(ARM, 0xd4c), { name: 'Cortex-X1C', features: V8_2 }],
  [key(ARM, 0xd4d), { name: 'Cortex-A715', features: V9 }],
  [key(ARM, 0xd4e), { name: 'Cortex-X3', features: V9 }],
  [key(ARM, 0xd4f), { name: 'Neoverse V2', features: V9 }],
  [key(ARM, 0xd80), { name: 'Cortex-A520', inOrder: true, features: V9 }],
  [key(ARM, 0xd81), { name: 'Cortex-A720', features: V9 }],
  [key(ARM, 0xd82), { name: 'Cortex-X4', features: V9 }],
  [key(ARM, 0xd83), { name: 'Neoverse V3AE', features: V9 }],
  [key(ARM, 0xd84), { name: 'Neoverse V3', features: V9 }],
  [key(ARM, 0xd85), { name: 'Cortex-X925', features: V9 }],
  [key(ARM, 0xd87), { name: 'Cortex-A725', features: V9 }],
  [key(ARM, 0xd8e), { name: 'Neoverse N3', features: V9 }],
  [key(NVIDIA, 0x003), { name: 'Denver' }],
  [key(NVIDIA, 0x004), { name: 'Carmel', features: ['fp16'] }],
  [key(QUALCOMM, 0x001), { name: 'Oryon', features: V8_6 }],
  ...[0x022, 0x024, 0x028].map((part) => apple(part, 'Icestorm', V8_4)),
  ...[0x023, 0x025, 0x029].map((part) => apple(part, 'Firestorm', V8_4)),
  ...[0x032, 0x034, 0x038].map((part) => apple(part, 'Blizzard', V8_6)),
  ...[0x033, 0x035, 0x039].map((part) => apple(part, 'Avalanche', V8_6)),
])

/** Apple's parts: the plain chip, Pro, Max. */
function apple(part: number, name: string, features: readonly string[]): readonly [number, Core] {
  return [key(APPLE, part), { name, features }]
}

/** The core of one CPU, by sysfs or else by its cpuinfo record; undefined where nobody says. */
export function coreOf(reader: Reader, cpu: number, processor?: Processor): Core | undefined {
  const midr =
    readNumber(reader, `/sys/devices/system/cpu/cpu${cpu}/regs/identification/midr_el1`) ??
    midrOf(processor?.fields.get('CPU implementer'), processor?.fields.get('CPU part'))
  if (midr === undefined) return undefined
  const [implementer, part] = [Math.floor(midr / 2 ** 24) % 256, Math.floor(midr / 16) % 4096]
  const hex = (n: number) => `0x${n.toString(16)}`
  return cores.get(key(implementer, part)) ?? { name: `core ${hex(implementer)}/${hex(part)}` }
}

function midrOf(implementer?: string, part?: string): number | undefined {
  if (!implementer || !part) return undefined
  const midr = Number(implementer) * 2 ** 24 + Number(part) * 16
  return Number.isFinite(midr) ? midr : undefined
}

function key(implementer: number, part: number): number {
  return implementer * 4096 + part
}
