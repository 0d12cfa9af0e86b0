/** WebAssembly features of this JavaScript engine, found by validating the smallest module that uses each. */
interface WasmEngine {
  validate(bytes: Uint8Array): boolean
}

/** (module (func (result v128) i32.const 0, i8x16.splat, then the instruction)). */
const module = (...body: number[]) =>
  Uint8Array.of(
    0,
    97,
    115,
    109,
    1,
    0,
    0,
    0,
    1,
    5,
    1,
    96,
    0,
    1,
    123,
    3,
    2,
    1,
    0,
    10,
    body.length + 4,
    1,
    body.length + 2,
    0,
    ...body,
    11,
  )

const probes = {
  'wasm-simd128': module(65, 0, 253, 15, 253, 98), // i8x16.splat, i8x16.popcnt
  'wasm-relaxed-simd': module(65, 0, 253, 15, 65, 0, 253, 15, 253, 0x80, 2), // i8x16.relaxed_swizzle
}

/** V8 had relaxed SIMD behind a flag before this, and compiled its dot products to wrong sums there (Node 20). */
const soundRelaxed = [11, 4]

export function wasmFeatures(v8 = v8Version()): readonly string[] {
  const engine = (globalThis as { WebAssembly?: WasmEngine }).WebAssembly
  if (!engine) return []
  const found = Object.entries(probes).flatMap(([name, bytes]) => (engine.validate(bytes) ? name : []))
  return v8 && older(v8, soundRelaxed) ? found.filter((name) => name !== 'wasm-relaxed-simd') : found
}

/** Undefined outside Node: browsers have it without a flag, or not at all. */
function v8Version(): readonly number[] | undefined {
  const { versions } = (globalThis as { process?: { versions?: { v8?: string } } }).process ?? {}
  return versions?.v8?.split('.').map(Number)
}

function older([major, minor]: readonly number[], [thanMajor, thanMinor]: readonly number[]): boolean {
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}
