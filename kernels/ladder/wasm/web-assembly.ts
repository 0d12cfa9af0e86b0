/** The part of the WebAssembly JavaScript interface that we use; Node's types of this version do not have it. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer
  grow(pages: number): number
}

/** A compiled module; it may be posted to workers. */
export interface WasmModule {
  readonly compiled?: never
}

export type WasmFunction = (...args: number[]) => number

export interface WasmInterface {
  validate(bytes: Uint8Array): boolean
  Memory: new (options: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory
  Module: new (bytes: Uint8Array) => WasmModule
  Instance: new (
    module: WasmModule,
    imports: { env: Record<string, unknown> },
  ) => { readonly exports: Readonly<Record<string, WasmFunction>> }
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WasmInterface }).WebAssembly
