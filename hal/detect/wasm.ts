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

export function wasmFeatures(): readonly string[] {
  const engine = (globalThis as { WebAssembly?: WasmEngine }).WebAssembly
  return engine ? Object.entries(probes).flatMap(([name, bytes]) => (engine.validate(bytes) ? name : [])) : []
}
