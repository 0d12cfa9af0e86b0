import type { LutAccelerator } from './device.js'

/**
 * A board as data: what is declared about it, where a Device is what was found. Found decides what may run; declared
 * decides what is wired. Constants only: one file a board under boards/, and it inherits its chip.
 */
export interface Board {
  /** Name for LUTRA_BOARD: the file's name. */
  readonly name: string
  readonly title: string
  readonly chip: Chip
  /** True where there is no such hardware. Such a board is found by name only. */
  readonly simulated: boolean
  readonly match: Match
  /** Sizes of memory that its maker sells it with, bytes, ascending; absent: anything. What is found goes before. */
  readonly memory?: readonly number[]
  readonly uarts: readonly Wire[]
  readonly gpio: readonly Wire[]
  /** Reference figures to hold measurements against, never used as measurements. */
  readonly figures: readonly Figure[]
  /** Accelerators that this board carries. */
  readonly luts: readonly LutAccelerator[]
  /** A back end that this board asks for by name. */
  readonly backend?: string
  readonly notes: readonly string[]
}

/** How a machine tells that it is this board. */
export interface Match {
  /** Device tree `compatible`, the vendors' kernels' and the mainline kernel's. */
  readonly compatible: readonly string[]
  /** Device tree or DMI model; a `*` at the end stands for any rest. */
  readonly models: readonly string[]
  /** DMI product SKUs. */
  readonly skus?: readonly string[]
  /** What macOS calls the processor (`machdep.cpu.brand_string`); a `*` at the end stands for any rest. */
  readonly brands?: readonly string[]
}

export interface Chip {
  readonly name: string
  readonly title: string
  /** Device tree `compatible` of the chip alone. */
  readonly compatible: readonly string[]
  /** Fastest first. */
  readonly clusters: readonly ChipCluster[]
  /** Last-level cache that all clusters share, in bytes; 0 where there is none. */
  readonly sharedCache: number | NotKnown
  /** Theoretical peak of the memory bus, bytes per second. */
  readonly peakBandwidth: Figure
  /** What the maker says of the chip's (or module's) power under load, watts. */
  readonly tdp?: Figure
  /** ISA features beyond the architecture's own that its cores have, in the Device's words. */
  readonly features: readonly string[]
  readonly source: string
}

export interface ChipCluster {
  readonly core: string
  readonly count: number
  readonly hertz: number | NotKnown
  /** Bytes for each core, except where `l2SharedBy` says otherwise. */
  readonly l1d: number | NotKnown
  readonly l2: number | NotKnown
  readonly l2SharedBy?: number
}

/** A thing of the board that software can reach: a device path, or a name to look for, and what to mind. */
export interface Wire {
  readonly name: string
  /** Where it mostly is; `find` decides where it is given. */
  readonly path?: string
  /** How the running kernel tells it, whatever number it gave: any one of these suffices. */
  readonly find?: WireFind
  readonly note: string
}

/** What stays the same where device numbers do not. */
export interface WireFind {
  /** End of the device tree node's full name (`serial@3100000`), from the device's `uevent` in sysfs. */
  readonly nodes?: readonly string[]
  /** Alias of that node in the device tree (`serial0`). */
  readonly aliases?: readonly string[]
  /** `compatible` of that node. */
  readonly compatible?: readonly string[]
  /** Label of a GPIO chip, as `gpiodetect` prints it. */
  readonly labels?: readonly string[]
}

/** A figure with its source. */
export interface Figure {
  readonly what: string
  readonly value: number | NotKnown
  readonly unit: string
  readonly source: string
}

export type NotKnown = 'not known'
