/**
 * What the demo needs of a model, and where it gets one: the embedded pilot, or a scripted stand-in that says so.
 * takes  engine wishes · gives  a DemoModel; the caller closes it
 */
import type { Board, Device, Plan } from '../../hal/index.js'
import { type Interpretation, open } from '../../sdk/index.js'
import { openScripted } from './scripted.js'

/** A subset of the Model that open() gives. */
export interface DemoModel {
  readonly name: string
  readonly device: Device
  readonly board: Board
  readonly plan?: Plan
  readonly backend: {
    readonly name: string
    readonly isa?: string
    readonly threads: number
    readonly simulated: boolean
  }
  /** Back ends that were preferred but are not here. */
  readonly absent?: readonly { readonly name: string; readonly reason: string }[]
  readonly program?: { readonly residentBytes: number }
  interpret(instruction: string, options?: InterpretOptions): Promise<Interpretation>
  close(): Promise<void>
}

export interface InterpretOptions {
  readonly signal?: AbortSignal
  readonly onToken?: (token: { readonly text: string }) => void
}

export interface EngineWish {
  readonly backend?: string
  readonly isa?: string
  readonly threads?: number
}

export async function openModel(name: string, wish: EngineWish): Promise<DemoModel> {
  if (name === 'scripted') return openScripted()
  return open(name, wish)
}
