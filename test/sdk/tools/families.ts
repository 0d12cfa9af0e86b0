/**
 * Small models of each family that calls tools: a vocabulary of bytes with the family's marks, and a chat template that
 * uses tools and marks as the family's own does. Written for these tests, after the published formats.
 */
import type { Program } from '../../../hal/backend.js'
import type { ModelFile } from '../../../sdk/model/model-file.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import type { Tokenizer } from '../../../sdk/tokenizer/tokenizer.js'
import { random } from '../../kernels/random.js'
import { EchoProgram } from '../decoder/echo-program.js'
import { tinyVocabulary } from '../tokenizer/tiny-vocabulary.js'

const CONTROL = 3
const USER = 4

interface Family {
  readonly template: string
  readonly marks: readonly (readonly [piece: string, type: number])[]
  /** What the family writes for get_weather({"city":"Oslo"}), and for that and add({"a":1,"b":2}). */
  readonly one: string
  readonly two: string
}

const chatml = (loop: string, head = '') =>
  `${head}{% for m in messages %}${loop}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}`

const call = (key = 'arguments') => [
  `{"name": "get_weather", "${key}": {"city": "Oslo"}}`,
  `{"name": "add", "${key}": {"a": 1, "b": 2}}`,
]
const [oslo, sum] = call()
const [osloP, sumP] = call('parameters')

export const families: Readonly<Record<string, Family>> = {
  hermes: {
    template: chatml(
      "{% if m.role == 'tool' %}<|im_start|>user\n<tool_response>\n{{ m.content }}\n</tool_response><|im_end|>\n" +
        '{% else %}<|im_start|>{{ m.role }}\n{{ m.content }}{% if m.tool_calls %}{% for c in m.tool_calls %}\n<tool_call>\n' +
        '{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}\n</tool_call>{% endfor %}{% endif %}<|im_end|>\n{% endif %}',
      '{% if tools %}<|im_start|>system\n<tools>{% for t in tools %}\n{{ t | tojson }}{% endfor %}\n</tools><|im_end|>\n{% endif %}',
    ),
    marks: [
      ['<|im_start|>', CONTROL],
      ['<|im_end|>', CONTROL],
      ['<tool_call>', USER],
      ['</tool_call>', USER],
    ],
    one: `<tool_call>\n${oslo}\n</tool_call>`,
    two: `<tool_call>\n${oslo}\n</tool_call>\n<tool_call>\n${sum}\n</tool_call>`,
  },
  llama: {
    template:
      '{{ bos_token }}{% if tools %}<|start_header_id|>system<|end_header_id|>\n\n{% for t in tools %}{{ t | tojson(indent=4) }}\n{% endfor %}<|eot_id|>{% endif %}' +
      "{% for m in messages %}{% if m.tool_calls %}{% if m.tool_calls | length != 1 %}{{ raise_exception('one call at a time') }}{% endif %}" +
      '<|start_header_id|>assistant<|end_header_id|>\n\n{"name": "{{ m.tool_calls[0].function.name }}", "parameters": {{ m.tool_calls[0].function.arguments | tojson }}}<|eot_id|>' +
      "{% else %}<|start_header_id|>{{ 'ipython' if m.role == 'tool' else m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>{% endif %}{% endfor %}" +
      '{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}{# <|python_tag|> #}',
    marks: [
      ['<|start_header_id|>', CONTROL],
      ['<|end_header_id|>', CONTROL],
      ['<|eot_id|>', CONTROL],
      ['<|python_tag|>', CONTROL],
    ],
    one: osloP,
    two: `${osloP}; ${sumP}`,
  },
  mistral: {
    template:
      "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}{% if loop.first and tools %}[AVAILABLE_TOOLS]{{ tools | tojson }}[/AVAILABLE_TOOLS]{% endif %}[INST] {{ m.content }}[/INST]" +
      '{% elif m.role == \'tool\' %}[TOOL_RESULTS]{"content": {{ m.content | tojson }}}[/TOOL_RESULTS]' +
      "{% elif m.tool_calls %}[TOOL_CALLS][{% for c in m.tool_calls %}{% if c.id | length != 9 %}{{ raise_exception('ids have nine characters') }}{% endif %}{{ c.function | tojson }}{% if not loop.last %}, {% endif %}{% endfor %}]{{ eos_token }}" +
      '{% else %} {{ m.content }}{{ eos_token }}{% endif %}{% endfor %}',
    marks: [
      '[INST]',
      '[/INST]',
      '[TOOL_CALLS]',
      '[AVAILABLE_TOOLS]',
      '[/AVAILABLE_TOOLS]',
      '[TOOL_RESULTS]',
      '[/TOOL_RESULTS]',
    ].map((piece) => [piece, CONTROL] as const),
    one: `[TOOL_CALLS][${oslo}]`,
    two: `[TOOL_CALLS] [${oslo}, ${sum}]`,
  },
  'mistral-args': {
    template:
      '{{ bos_token }}{% if tools %}[AVAILABLE_TOOLS]{{ tools | tojson }}[/AVAILABLE_TOOLS]{% endif %}' +
      "{% for m in messages %}{% if m.role == 'user' %}[INST]{{ m.content }}[/INST]{% elif m.role == 'tool' %}[TOOL_RESULTS]{{ m.content }}[/TOOL_RESULTS]" +
      '{% elif m.tool_calls %}{% for c in m.tool_calls %}[TOOL_CALLS]{{ c.function.name }}[ARGS]{{ c.function.arguments | tojson }}{% endfor %}{{ eos_token }}' +
      '{% else %}{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}',
    marks: [
      '[INST]',
      '[/INST]',
      '[TOOL_CALLS]',
      '[ARGS]',
      '[AVAILABLE_TOOLS]',
      '[/AVAILABLE_TOOLS]',
      '[TOOL_RESULTS]',
      '[/TOOL_RESULTS]',
    ].map((piece) => [piece, CONTROL] as const),
    one: '[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}',
    two: '[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}[TOOL_CALLS]add[ARGS]{"a": 1, "b": 2}',
  },
  phi: {
    template:
      "{% for message in messages %}{% if message['role'] == 'system' and 'tools' in message and message['tools'] is not none %}<|system|>{{ message['content'] }}<|tool|>{{ message['tools'] }}<|/tool|><|end|>" +
      "{% else %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
    marks: [
      '<|system|>',
      '<|user|>',
      '<|assistant|>',
      '<|end|>',
      '<|tool|>',
      '<|/tool|>',
      '<|tool_call|>',
      '<|/tool_call|>',
    ].map((piece) => [piece, CONTROL] as const),
    one: `<|tool_call|>[${oslo}]`,
    two: `<|tool_call|>[${oslo}, ${sum}]`,
  },
  gemma: {
    template:
      "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}" +
      "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}" +
      "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}",
    marks: [
      ['<start_of_turn>', CONTROL],
      ['<end_of_turn>', CONTROL],
    ],
    one: oslo,
    two: `${oslo}\n${sum}`,
  },
}

export interface Fake {
  readonly file: ModelFile
  readonly tokenizer: Tokenizer
  readonly program: Program
  /** The ids that were asked about: prompt and answer. */
  readonly seen: readonly number[]
}

/** Made once a family, so that what is found about its tokens is found once. */
export function fileOf(name: string): { file: ModelFile; tokenizer: Tokenizer } {
  const known = files.get(name)
  if (known) return known
  const { template, marks } = families[name]
  const vocabulary = tinyVocabulary([...marks, ['▁', 1]], {
    'tokenizer.ggml.add_space_prefix': false,
    'tokenizer.chat_template': template,
  })
  const file = { ...vocabulary, tensors: new Map() } as unknown as ModelFile
  const made = { file, tokenizer: createTokenizer(file) }
  files.set(name, made)
  return made
}

const files = new Map<string, ReturnType<typeof fileOf>>()

/**
 * A model that wants to write `text`, then the end, whatever it is asked; where that is forbidden, and behind it, what it
 * writes is random by `seed`.
 */
export function writing(name: string, text: string, seed = 1): Fake {
  const { file, tokenizer } = fileOf(name)
  const script = [...tokenizer.encode(text, { bos: false, special: true }), tokenizer.eos as number]
  const draw = random(seed)
  let at = 0
  const program = new EchoProgram(tokenizer.size, 16_384, () => 0)
  const run = program.run.bind(program)
  program.run = async (state, ids, wanted, signal) => {
    const rows = await run(state, ids, wanted, signal)
    const logits = rows.map(() => 4 * draw())
    if (wanted !== 'none' && at < script.length) logits[script[at++]] = 10
    return logits
  }
  return {
    file,
    tokenizer,
    program,
    get seen() {
      return program.runs.flat()
    },
  }
}

/** A model whose logits are random: what it writes is up to the constraint. */
export function wild(name: string, seed: number): Fake {
  const fake = writing(name, '', seed)
  const end = fake.tokenizer.eos as number
  const { program } = fake
  const run = program.run.bind(program)
  program.run = async (...given) => {
    const logits = await run(...given)
    // It seldom ends by itself.
    logits[end] = -5
    return logits
  }
  return fake
}
