/** What is here: found by reading, never by asking a compiler. Sizes in bytes, bandwidth in bytes per second. */
export interface Device {
  readonly os: string
  readonly arch: string
  /** CPU name as the system tells it, or `unknown`. */
  readonly cpu: string
  /** ISA features: neon dotprod fp16 i8mm bf16 sve2, sve256 (SVE of 256 bits or more); sse4.1 avx2 fma f16c avx-vnni avx512 avx512-vnni; wasm-simd128 … */
  readonly features: readonly string[]
  /** Vector register width in bits; 0 where there is none. */
  readonly simdBits: number
  readonly clusters: readonly Cluster[]
  readonly caches: readonly Cache[]
  readonly memory: { readonly total: number; readonly available: number; readonly limit?: number }
  /** The CPUs that affinity and cpuset leave to this process; absent: all. */
  readonly allowed?: readonly number[]
  /** How many CPUs this process may use (affinity and cgroup quota). */
  readonly cpus: number
  /** Measured read bandwidth by thread count; absent until measured. */
  readonly bandwidth?: readonly { readonly threads: number; readonly bytesPerSecond: number }[]
  readonly luts: readonly LutAccelerator[]
  /** Of `detectDevice` this and the next two are read when first asked for, which on a Raspberry Pi runs `vcgencmd`. */
  readonly sensors: readonly Sensor[]
  readonly throttling?: Throttling
  readonly noSensor?: readonly NoSensor[]
}

/** Cores of one kind; `capacity` relative to the fastest (1). */
export interface Cluster {
  readonly cpus: readonly number[]
  /** Physical cores; fewer than `cpus` where one runs several hardware threads. */
  readonly cores?: number
  readonly core: string
  readonly capacity: number
  readonly maxHertz?: number
}

export interface Cache {
  readonly level: number
  readonly kind: 'data' | 'instruction' | 'unified'
  readonly bytes: number
  readonly sharedBy: number
}

/** A LUT Tensor Core as a capability; kernels/lut-core makes a whole core of it. */
export interface LutAccelerator {
  readonly name: string
  readonly simulated: boolean
  /** Array shape: tokens (M) and rows (N) side by side, columns that a lookup covers (K). */
  readonly array: readonly [m: number, n: number, k: number]
  /** Formats of activations that it takes, the preferred one first: i8 i16 e4m3 e5m2 f16. */
  readonly activations: readonly string[]
  /** Widths of weights, one bit plane a cycle. */
  readonly weightBits: readonly number[]
  /** Width of a table entry, and how sums become so wide: exact shift scale float. */
  readonly tableBits: number
  readonly tableMode: string
  readonly accumulatorBits: number
  /** The paper's ideas that it has. */
  readonly ideas: {
    readonly reinterpretation: boolean
    readonly symmetrization: boolean
    readonly negationElimination: boolean
    readonly fusedPrecompute: boolean
  }
  readonly hertz: number
  /** Bytes a second and seconds of latency to DRAM; its own memory in bytes, and bytes that it gives a cycle. */
  readonly memory: {
    readonly dramBytesPerSecond: number
    readonly dramLatency: number
    readonly sramBytes: number
    readonly sramBytesPerCycle: number
  }
  readonly declaredBy: string
}

export interface Sensor {
  /** `energy` counts joules; a meter takes the difference of two readings. */
  readonly kind: 'temperature' | 'power' | 'energy'
  readonly name: string
  /** A file, or the command that is asked: `vcgencmd pmic_read_adc`. `readSensor` reads it again. */
  readonly path: string
  /** Degrees Celsius, watts or joules at detection. */
  readonly value: number
  readonly unit?: '°C' | 'W' | 'J'
  readonly covers?: Covers
  /** Degrees Celsius at which the kernel begins to slow the chip down (the zone's lowest passive trip point). */
  readonly passive?: number
  /** Degrees Celsius at which the kernel switches the machine off. */
  readonly critical?: number
  /** Joules after which an energy counter begins again at 0. */
  readonly wraps?: number
}

/**
 * What a sensor measures: `board` all that flows in (or out of the battery) · `rails` what the regulators give, without
 * their losses and what hangs on 5 V · `package` the chip · `core` CPU cores or their rail · `gpu` · `dram` · `other`.
 */
export type Covers = 'board' | 'rails' | 'package' | 'core' | 'gpu' | 'dram' | 'other'

export type ThrottleCause =
  | 'under-voltage'
  | 'frequency-capped'
  | 'throttled'
  | 'soft-temperature-limit'
  | 'over-current'
  | 'cooling'

/** Whether, and why, the machine is slower than it could be. */
export interface Throttling {
  readonly now: readonly ThrottleCause[]
  /** What has happened since the machine started, as far as it is kept. */
  readonly sinceBoot: readonly ThrottleCause[]
  /** Counters of events since the start, by name; they only rise. */
  readonly counts: Readonly<Record<string, number>>
  /** Clocks by cpufreq policy, hertz: at this moment, the limit in force, and what the chip can do. */
  readonly clocks: readonly {
    readonly policy: string
    readonly now?: number
    readonly limit: number
    readonly most: number
  }[]
  /** Where it was read; empty where nothing tells. */
  readonly sources: readonly string[]
}

/** A sensor that one would want and that is not there, why, and what to do. */
export interface NoSensor {
  readonly kind: 'temperature' | 'power' | 'throttling'
  readonly reason: string
}
