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
  readonly sensors: readonly Sensor[]
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
  readonly kind: 'temperature' | 'power'
  readonly name: string
  readonly path: string
  /** Degrees Celsius or watts at detection. */
  readonly value: number
}
