/**
 * Runs a Jinja template that came with a model file, trusted in nothing: what it makes is measured as it makes it.
 * takes  template source, variables · gives  text
 * Doubling a list in a loop would otherwise end the process, since V8 does not throw there.
 */
import { type Context, createContext, Script } from 'node:vm'
import { Environment, Interpreter, Template } from '@huggingface/jinja'
import { LutraError } from '../../hal/error.js'

/** Rendering takes milliseconds, also on small boards; a template that loops is stopped here. */
const maxMs = 700
/** Twice the text of a context of 128k tokens. */
export const maxText = 2 * 1024 * 1024
/** Messages, tools and their parts: thousands at most. */
const maxList = 16_384
/** All lists and texts that steps result in, in units of 8 bytes: at most 128 MB if all of them are kept. */
const maxCells = 16 * 1024 * 1024

export function interpret(source: string, variables: Record<string, unknown>): string {
  const render = () => {
    const environment = new Environment()
    for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value)
    return String(new MeasuringInterpreter(environment).run(new Template(source).parsed).value)
  }
  place ??= createContext({})
  try {
    // V8 stops the call when its time is up, whatever loop it is in.
    place.render = render
    return call.runInContext(place, { timeout: maxMs }) as string
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    // Strings beyond V8's longest, nesting beyond its stack.
    if (cause instanceof RangeError)
      throw new LutraError('limit', `Expected a chat template within bounds but it left them: ${reason}`, { cause })
    if ((cause as { code?: string })?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new LutraError('limit', `Expected the chat template to render within ${maxMs} ms but it did not`, { cause })
    throw new LutraError('format', `The model's chat template did not take this conversation: ${reason}`, { cause })
  } finally {
    place.render = undefined
  }
}

/** Where V8 can stop a call; made once, since that takes longer than most templates, and only where one is rendered. */
let place: Context | undefined
const call = new Script('render()')

/** What we use of the library's class; its own declarations do not resolve under Node's module rules. */
type Step = (node: unknown, environment: unknown) => { readonly value: unknown }
const Base = Interpreter as unknown as new (
  environment: Environment,
) => { run(program: unknown): { readonly value: unknown }; evaluate: Step }

interface Call {
  readonly type: string
  readonly callee?: { type: string; computed?: boolean; property?: { value?: unknown }; object?: unknown }
  readonly args?: readonly unknown[]
}

/** The library's own kind of text, which it does not export. */
function stringValue(text: string): ReturnType<Step> {
  return new Environment().set('text', text) as unknown as ReturnType<Step>
}

function stripped(text: string, characters: string, side: 'strip' | 'lstrip' | 'rstrip'): string {
  const set = new Set(characters)
  const all = Array.from(text)
  let begin = 0
  let end = all.length
  while (side !== 'rstrip' && begin < end && set.has(all[begin])) begin++
  while (side !== 'lstrip' && end > begin && set.has(all[end - 1])) end--
  return all.slice(begin, end).join('')
}

class MeasuringInterpreter extends Base {
  #cells = 0

  // A property, since Base declares one; it calls the method of the library's prototype for every node.
  override evaluate: Step = (node, environment) => {
    const result =
      this.#strip(node as Call | undefined, environment) ??
      (Interpreter.prototype as unknown as { evaluate: Step }).evaluate.call(this, node, environment)
    const { value } = result
    if (typeof value === 'string') this.#spend(value.length, maxText, 8)
    else if (Array.isArray(value)) this.#spend(value.length, maxList, 1)
    return result
  }

  /** `text.lstrip('\n')`: the library takes away all white space, whatever it is told to. */
  #strip(call: Call | undefined, environment: unknown): ReturnType<Step> | undefined {
    const { type, callee, args } = call ?? {}
    const name = type === 'CallExpression' && callee?.type === 'MemberExpression' && callee.property?.value
    if ((name !== 'strip' && name !== 'lstrip' && name !== 'rstrip') || callee?.computed || args?.length !== 1)
      return undefined
    const text = this.evaluate(callee?.object, environment).value
    const characters = this.evaluate(args[0], environment).value
    if (typeof text !== 'string' || typeof characters !== 'string')
      throw new Error(`Expected a text and the characters to take away in ${name}`)
    return stringValue(stripped(text, characters, name))
  }

  #spend(length: number, most: number, perCell: number): void {
    this.#cells += length / perCell
    if (length > most || this.#cells > maxCells)
      throw new LutraError(
        'limit',
        `Expected texts up to ${maxText} characters and lists up to ${maxList} in the chat template but it made more`,
      )
  }
}

const globals = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range,
  raise_exception(message: unknown): never {
    throw new Error(String(message))
  },
  strftime_now(format: string): string {
    const now = new Date()
    return String(format).replace(/%(-?[a-zA-Z])/g, (whole, name) => dateParts[name]?.(now) ?? whole)
  },
}

const two = (value: number) => String(value).padStart(2, '0')
const english = (options: Intl.DateTimeFormatOptions) => (now: Date) => now.toLocaleDateString('en-US', options)

/** What templates write of the date, by C's names. */
const dateParts: Readonly<Record<string, ((now: Date) => string) | undefined>> = {
  d: (now) => two(now.getDate()),
  '-d': (now) => String(now.getDate()),
  m: (now) => two(now.getMonth() + 1),
  Y: (now) => String(now.getFullYear()),
  y: (now) => two(now.getFullYear() % 100),
  H: (now) => two(now.getHours()),
  M: (now) => two(now.getMinutes()),
  S: (now) => two(now.getSeconds()),
  b: english({ month: 'short' }),
  B: english({ month: 'long' }),
  a: english({ weekday: 'short' }),
  A: english({ weekday: 'long' }),
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = typeof stop === 'number' ? [start, stop] : [0, start]
  const length = Math.max(0, Math.ceil((to - from) / step))
  if (!(length <= maxList))
    throw new LutraError('limit', `Expected ranges up to ${maxList} in the chat template but found ${length}`)
  return Array.from({ length }, (_, i) => from + i * step)
}
