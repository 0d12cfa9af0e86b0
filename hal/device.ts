/** What is here: found by reading, never by asking a compiler. Sizes in bytes, bandwidth in bytes per second. */
export interface Device {
  readonly os: string
  readonly arch: string
  /** CPU name as the system tells it, or `unknown`. */
  readonly cpu: string
  /** ISA features: neon dotprod fp16 i8mm bf16 sve2; sse4.1 avx2 fma f16c avx-vnni avx512 avx512-vnni; wasm-simd128 … */
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

export interface LutAccelerator {
  readonly name: string
  readonly simulated: boolean
  /** Array shape M × N × K of the LUT Tensor Core. */
  readonly array: readonly [number, number, number]
  readonly weightBits: readonly number[]
  readonly hertz: number
  readonly declaredBy: string
}

export interface Sensor {
  readonly kind: 'temperature' | 'power'
  readonly name: string
  readonly path: string
  /** Degrees Celsius or watts at detection. */
  readonly value: number
}
