/**
 * A WebAssembly module in the making: functions over one imported memory, and its bytes in the end.
 * takes  functions as ./code has them · gives  the binary module (WebAssembly core specification, section 5)
 */
import {
  branchIf,
  type I32,
  i32,
  joined,
  loop,
  type Statement,
  uleb,
  type Value,
  type ValueType,
  when,
} from './code.js'

const types: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }

export class Local<T extends ValueType> {
  constructor(
    readonly index: number,
    readonly type: T,
  ) {}

  get get(): Value<T> {
    return [0x20, ...uleb(this.index)]
  }

  set(value: Value<T>): Statement {
    return [...value, 0x21, ...uleb(this.index)]
  }

  /** Sets it, and leaves the value. */
  tee(value: Value<T>): Value<T> {
    return [...value, 0x22, ...uleb(this.index)]
  }
}

type Locals<P extends readonly ValueType[]> = { readonly [K in keyof P]: Local<P[K]> }

/** A function in the making: hands out locals. */
export class FunctionBuilder {
  readonly #locals: ValueType[] = []

  constructor(readonly parameters: readonly ValueType[]) {}

  get locals(): readonly ValueType[] {
    return this.#locals
  }

  /** A new local, zero at first. */
  local<T extends ValueType>(type: T): Local<T> {
    this.#locals.push(type)
    return new Local(this.parameters.length + this.#locals.length - 1, type)
  }

  /** Runs the body with `at` counting from its value in steps while it is below `end`; maybe not once. */
  while(at: Local<'i32'>, end: I32, step: number, ...body: readonly Statement[]): Statement {
    return this.repeat(i32.ltU(at.get, end), ...body, at.set(i32.add(at.get, i32.const(step))))
  }

  /** Runs the body as long as the condition holds; maybe not once. */
  repeat(condition: I32, ...body: readonly Statement[]): Statement {
    return when(condition, loop(...body, branchIf(condition, 0)))
  }
}

export interface MemoryImport {
  /** Pages of 64 KiB. */
  readonly initial: number
  readonly maximum: number
  readonly shared: boolean
}

export class ModuleBuilder {
  readonly #signatures: string[] = []
  readonly #imports: { readonly name: string; readonly signature: number }[] = []
  readonly #functions: {
    readonly name: string
    readonly signature: number
    readonly locals: readonly ValueType[]
    readonly body: Statement
  }[] = []

  constructor(readonly memory: MemoryImport) {}

  /** An imported function `env.name`; imports come before the first `add`. Its index, for `call`. */
  import(name: string, parameters: readonly ValueType[], results: readonly ValueType[] = []): number {
    if (this.#functions.length > 0) throw new Error(`Expected the import ${name} before the first function`)
    return this.#imports.push({ name, signature: this.#signature(parameters, results) }) - 1
  }

  /** Adds a function, exported under its name. The body gets its parameters as locals. Its index, for `call`. */
  add<const P extends readonly ValueType[]>(
    name: string,
    parameters: P,
    body: (f: FunctionBuilder, ...parameters: Locals<P>) => Statement,
    results: readonly ValueType[] = [],
  ): number {
    const f = new FunctionBuilder(parameters)
    const given = parameters.map((type, index) => new Local(index, type)) as unknown as Locals<P>
    const code = body(f, ...given)
    this.#functions.push({ name, signature: this.#signature(parameters, results), locals: f.locals, body: code })
    return this.#imports.length + this.#functions.length - 1
  }

  /** Of a function that was added, for `call`. */
  index(name: string): number {
    const at = this.#functions.findIndex((each) => each.name === name)
    if (at < 0) throw new Error(`Expected a function ${name} but none was added`)
    return this.#imports.length + at
  }

  /** Every function, in order. */
  get names(): readonly string[] {
    return this.#functions.map(({ name }) => name)
  }

  has(name: string): boolean {
    return this.#functions.some((each) => each.name === name)
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const { initial, maximum, shared } = this.memory
    const signatures = this.#signatures.map((text) => {
      const [parameters, results] = text.split(':').map((part) => part.split(' ').filter(Boolean) as ValueType[])
      return [0x60, ...vector(parameters.map((type) => [types[type]])), ...vector(results.map((type) => [types[type]]))]
    })
    const imports = [
      [...text('env'), ...text('memory'), 2, shared ? 3 : 1, ...uleb(initial), ...uleb(maximum)],
      ...this.#imports.map(({ name, signature }) => [...text('env'), ...text(name), 0, ...uleb(signature)]),
    ]
    const exports = this.#functions.map(({ name }, i) => [...text(name), 0, ...uleb(this.#imports.length + i)])
    const bodies = this.#functions.map(({ locals, body }) => {
      const code = [...vector(runs(locals)), ...body, 0x0b]
      return [...uleb(code.length), ...code]
    })
    return Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector(signatures)),
      ...section(2, vector(imports)),
      ...section(3, vector(this.#functions.map(({ signature }) => uleb(signature)))),
      ...section(7, vector(exports)),
      ...section(10, vector(bodies)),
    ])
  }

  #signature(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const text = `${parameters.join(' ')}:${results.join(' ')}`
    const found = this.#signatures.indexOf(text)
    return found >= 0 ? found : this.#signatures.push(text) - 1
  }
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...uleb(content.length), ...content]
}

function vector(items: readonly (readonly number[])[]): number[] {
  return joined(items, [...uleb(items.length)])
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value)
  return [...uleb(bytes.length), ...bytes]
}

/** Locals as runs of one type. */
function runs(locals: readonly ValueType[]): number[][] {
  const found: { type: ValueType; count: number }[] = []
  for (const type of locals) {
    const last = found.at(-1)
    if (last?.type === type) last.count++
    else found.push({ type, count: 1 })
  }
  return found.map(({ type, count }) => [...uleb(count), types[type]])
}
