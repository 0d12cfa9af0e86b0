/**
 * Counts the bytes of arrays that are asked for, filled or not: memory that is claimed and never touched shows nowhere else.
 * takes  nothing · gives  bytes since the last look, and a way back to the plain constructors
 */
type Construct = new (...args: never[]) => { readonly byteLength: number }

const names = [
  ...['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array'],
  ...['Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
] as const

export class Allocations {
  bytes = 0
  readonly #plain = new Map<string, Construct>()
  readonly #alloc = { alloc: Buffer.alloc, allocUnsafe: Buffer.allocUnsafe }

  start(): void {
    const scope = globalThis as unknown as Record<string, Construct>
    for (const name of names) {
      const plain = scope[name]
      this.#plain.set(name, plain)
      scope[name] = new Proxy(plain, {
        construct: (target, args, as) => {
          const made = Reflect.construct(target, args, as)
          // A view on memory that is there already costs nothing.
          if (typeof args[0] !== 'object' || !('byteLength' in args[0]) || ArrayBuffer.isView(args[0]))
            this.bytes += made.byteLength
          return made
        },
      })
    }
    for (const name of ['alloc', 'allocUnsafe'] as const)
      Buffer[name] = ((size: number) => {
        this.bytes += size
        return this.#alloc[name](size)
      }) as typeof Buffer.alloc
  }

  stop(): void {
    for (const [name, plain] of this.#plain) (globalThis as unknown as Record<string, Construct>)[name] = plain
    Object.assign(Buffer, this.#alloc)
  }
}
