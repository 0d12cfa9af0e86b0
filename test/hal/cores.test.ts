import { expect, it } from 'vitest'
import { coreOf } from '../../hal/detect/cores.js'
import type { Reader } from '../../hal/index.js'

const midr = (implementer: number, part: number, revision = 0x1) =>
  implementer * 2 ** 24 + 0xf0000 + part * 16 + revision
const readerOf = (value: number): Reader => ({
  os: 'linux',
  arch: 'arm64',
  read: (path) =>
    path === '/sys/devices/system/cpu/cpu0/regs/identification/midr_el1'
      ? new TextEncoder().encode(`0x${value.toString(16).padStart(16, '0')}\n`)
      : undefined,
  list: () => [],
})
const core = (implementer: number, part: number) => coreOf(readerOf(midr(implementer, part)), 0)

/** Part numbers of Linux' cputype.h; what each core has at least, by Arm's manuals and the machines' reports. */
it.each([
  [0x41, 0xd03, 'Cortex-A53', ''],
  [0x41, 0xd05, 'Cortex-A55', 'fp16'],
  [0x41, 0xd07, 'Cortex-A57', ''],
  [0x41, 0xd08, 'Cortex-A72', ''],
  [0x41, 0xd0b, 'Cortex-A76', 'fp16 dotprod'],
  [0x41, 0xd0c, 'Neoverse N1', 'fp16 dotprod'],
  [0x41, 0xd40, 'Neoverse V1', 'fp16 dotprod fhm i8mm bf16 sve'],
  [0x41, 0xd41, 'Cortex-A78', 'fp16 dotprod'],
  [0x41, 0xd42, 'Cortex-A78AE', 'fp16 dotprod'],
  [0x41, 0xd44, 'Cortex-X1', 'fp16 dotprod'],
  [0x41, 0xd46, 'Cortex-A510', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd47, 'Cortex-A710', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd48, 'Cortex-X2', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd49, 'Neoverse N2', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd4b, 'Cortex-A78C', 'fp16 dotprod'],
  [0x41, 0xd4d, 'Cortex-A715', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd4e, 'Cortex-X3', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd4f, 'Neoverse V2', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd80, 'Cortex-A520', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd81, 'Cortex-A720', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd82, 'Cortex-X4', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd83, 'Neoverse V3AE', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd84, 'Neoverse V3', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd85, 'Cortex-X925', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x41, 0xd87, 'Cortex-A725', 'fp16 dotprod fhm i8mm bf16 sve sve2'],
  [0x4e, 0x003, 'Denver', ''],
  [0x4e, 0x004, 'Carmel', 'fp16'],
  [0x51, 0x001, 'Oryon', 'fp16 dotprod fhm i8mm bf16'],
  [0x61, 0x022, 'Icestorm', 'fp16 dotprod fhm'],
  [0x61, 0x025, 'Firestorm', 'fp16 dotprod fhm'],
  [0x61, 0x038, 'Blizzard', 'fp16 dotprod fhm i8mm bf16'],
  [0x61, 0x033, 'Avalanche', 'fp16 dotprod fhm i8mm bf16'],
])('knows implementer %d, part %d as %s', (implementer, part, name, features) => {
  expect(core(implementer, part)?.name).toBe(name)
  expect((core(implementer, part)?.features ?? []).join(' ')).toBe(features)
})

it('the in-order cores are told, and no others', () => {
  const parts = Array.from({ length: 4096 }, (_, part) => core(0x41, part)!).filter(({ inOrder }) => inOrder)
  expect(parts.map(({ name }) => name)).toEqual([
    ...['Cortex-A7', 'Cortex-A8', 'Cortex-A53', 'Cortex-A35', 'Cortex-A55'],
    ...['Cortex-A510', 'Cortex-A520'],
  ])
})

it('names a core that it does not know by its numbers', () => {
  expect(core(0x41, 0xfff)).toEqual({ name: 'core 0x41/0xfff' })
})
