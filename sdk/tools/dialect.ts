/**
 * How each family of models writes its calls, as data; which family it is, the chat template's own text tells.
 * takes  a chat template's source · gives a Dialect
 * after ./plan, ./reader, ./messages
 */
export interface Dialect {
  readonly name: 'hermes' | 'llama' | 'mistral' | 'mistral-args' | 'phi' | 'json'
  /** What opens a call, a text or a control token; without it a call is an answer that begins with JSON itself. */
  readonly open?: string
  /** What a call ends with behind its JSON. */
  readonly close?: string
  /** How such JSON begins where nothing opens it. */
  readonly heads: readonly string[]
  /** The JSON is a list of calls, not one. */
  readonly list: boolean
  /** What may stand between two calls that nothing opens. */
  readonly between: string
  readonly arguments: 'arguments' | 'parameters'
  /** The tool's name stands before this, outside the JSON, which is the arguments alone. */
  readonly named?: string
  /** The template is given the tools; otherwise the prompt tells of them. */
  readonly told: boolean
}

const usual = { heads: [], list: false, between: '', arguments: 'arguments', told: true } as const
const head = '{"name":'

/** Qwen, Hermes, SmolLM3, Granite 4. */
const hermes: Dialect = { ...usual, name: 'hermes', open: '<tool_call>', close: '</tool_call>' }

/** Llama 3.1 and later: bare JSON, in some answers behind <|python_tag|>. */
const llama: Dialect = {
  ...usual,
  name: 'llama',
  open: '<|python_tag|>',
  heads: [head, '{"type": "function", "name":', '{"type":"function","name":'],
  between: '; ',
  arguments: 'parameters',
}

const mistral: Dialect = { ...usual, name: 'mistral', open: '[TOOL_CALLS]', list: true }

/** Mistral's models since 2025. */
const mistralArgs: Dialect = { ...usual, name: 'mistral-args', open: '[TOOL_CALLS]', named: '[ARGS]' }

/** Phi-4-mini, Granite 3. */
const phi: Dialect = { ...usual, name: 'phi', open: '<|tool_call|>', close: '<|/tool_call|>', list: true }

/** Models that were taught no tools (Gemma, BitNet b1.58): the prompt asks for JSON. */
const json: Dialect = { ...usual, name: 'json', heads: [head], between: '\n', told: false }

export function dialectOf(template: string | undefined): Dialect {
  if (template === undefined || !/\btools\b/.test(template)) return json
  const has = (text: string) => template.includes(text)
  if (has('[TOOL_CALLS]')) return has('[ARGS]') ? mistralArgs : mistral
  if (has('<tool_call>')) return hermes
  if (has('<|tool_call|>') || has('<|tool|>')) return phi
  if (has('<|python_tag|>') || (has('"parameters"') && has('<|start_header_id|>'))) return llama
  return json
}
