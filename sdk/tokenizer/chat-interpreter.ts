/**
 * Runs a Jinja template that came with a model file, trusted in nothing: what it makes is measured as it makes it.
 * takes  template source, variables · gives  text
 * Doubling a list in a loop would otherwise end the process, since V8 does not throw there.
 */
import { runInNewContext } from 'node:vm'
import { Environment, Interpreter, Template } from '@huggingface/jinja'
import { LutraError } from '../../hal/error.js'

/** Rendering takes milliseconds, also on small boards; a template that loops is stopped here. */
const maxMs = 1000
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
  try {
    // V8 stops the call when its time is up, whatever loop it is in.
    return runInNewContext('render()', { render }, { timeout: maxMs }) as string
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    // Strings beyond V8's longest, nesting beyond its stack.
    if (cause instanceof RangeError)
      throw new LutraError('limit', `Expected a chat template within bounds but it left them: ${reason}`, { cause })
    if ((cause as { code?: string })?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new LutraError('limit', `Expected the chat template to render within ${maxMs} ms but it did not`, { cause })
    throw new LutraError('format', `The model's chat template did not take this conversation: ${reason}`, { cause })
  }
}

/** What we use of the library's class; its own declarations do not resolve under Node's module rules. */
type Step = (node: unknown, environment: unknown) => { readonly value: unknown }
const Base = Interpreter as unknown as new (
  environment: Environment,
) => { run(program: unknown): { readonly value: unknown }; evaluate: Step }

class MeasuringInterpreter extends Base {
  #cells = 0

  // A property, since Base declares one; it calls the method of the library's prototype for every node.
  override evaluate: Step = (node, environment) => {
    const result = (Interpreter.prototype as unknown as { evaluate: Step }).evaluate.call(this, node, environment)
    const { value } = result
    if (typeof value === 'string') this.#spend(value.length, maxText, 8)
    else if (Array.isArray(value)) this.#spend(value.length, maxList, 1)
    return result
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
  /** Only the date is ever asked for: %d %b %Y. */
  strftime_now(format: string): string {
    const [, month, day, year] = new Date().toDateString().split(' ')
    return format.replaceAll('%d', day).replaceAll('%b', month).replaceAll('%Y', year)
  },
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = typeof stop === 'number' ? [start, stop] : [0, start]
  const length = Math.max(0, Math.ceil((to - from) / step))
  if (!(length <= maxList))
    throw new LutraError('limit', `Expected ranges up to ${maxList} in the chat template but found ${length}`)
  return Array.from({ length }, (_, i) => from + i * step)
}
