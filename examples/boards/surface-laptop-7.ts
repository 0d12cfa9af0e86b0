/**
 * How fast a model is on this machine, beside what its memory allows; then a conversation with it, a line a turn. The pilot
 * has no conversation: it turns each line into a robot's actions.
 * takes  MODEL.gguf (else the pilot), --tokens N of the measurement (32) · Ctrl-D ends it
 * board  Surface Laptop 7; --simulate runs anywhere, and then the figures are those of that machine
 */
import { bytesPerToken } from '../../hal/index.js'
import { type ChatMessage, LutraError, type Model, measureBandwidth, open } from '../../sdk/index.js'
import { app, type Call, linesOf } from './app.js'

const about = { boards: ['surface-laptop-7'], usage: '[MODEL.gguf] [--tokens 32]', options: ['tokens'] }

await app(about, async (call) => {
  const { board, simulate, options, words, say, later } = call
  const tokens = Number(options.tokens ?? 32)
  if (!(Number.isInteger(tokens) && tokens >= 2 && tokens <= 512))
    throw new LutraError('limit', `Expected --tokens from 2 to 512 but found ${options.tokens}`)
  const model = await open(words[0] ?? 'pilot')
  later(() => model.close())
  const { device, plan, backend } = model
  say(simulate ? `stands in for ${board.title}: all figures are of THIS machine, ${device.cpu}` : board.title)
  say(`${device.cpu}: ${device.features.join(' ')}; memory ${gigabytes(device.memory.total)} GB`)
  say(`plan: ${backend.name} ${backend.isa}, ${backend.threads} threads: ${plan.threadsWhy}`)
  for (const { name, reason } of model.absent) say(`not here: ${name}, ${reason}`)

  const bytes = bytesPerToken(plan.ops)
  const bandwidth = await measureBandwidth(backend.threads)
  const { prefill, decode } = await speedOf(model, tokens)
  const cached = device.caches.some((cache) => cache.kind !== 'instruction' && cache.bytes > bytes)
  say(`memory: ${gigabytes(bandwidth)} GB/s read, measured; a token reads ${(bytes / 1e6).toFixed(1)} MB of weights`)
  say(`prefill ${prefill.toFixed(0)} tokens/s, decode ${decode.toFixed(0)} tokens/s, measured over ${tokens} tokens`)
  say(`ceiling of decode, computed from that memory: ${(bandwidth / bytes).toFixed(0)} tokens/s`)
  if (cached) say('the weights fit into a cache: it is not the memory that bounds this model')
  await (model.file.metadata.has('lutra.pilot.version') ? interpreting(model, call) : chatting(model, call))
})

/** Best of three: what the machine can do, not what else it did meanwhile. */
async function speedOf({ program }: Model, tokens: number): Promise<{ prefill: number; decode: number }> {
  const count = Math.min(tokens, program.context >> 1)
  const ids = Int32Array.from({ length: count }, (_, i) => (i * 7 + 1) % program.vocab)
  let [prefill, decode] = [0, 0]
  for (let round = 0; round < 3; round++) {
    const state = program.createState()
    try {
      const start = performance.now()
      await program.run(state, ids, 'last')
      const middle = performance.now()
      for (let i = 0; i < count; i++) await program.run(state, ids.subarray(i, i + 1), 'last')
      const end = performance.now()
      prefill = Math.max(prefill, (1000 * count) / (middle - start))
      decode = Math.max(decode, (1000 * count) / (end - middle))
    } finally {
      state.close()
    }
  }
  return { prefill, decode }
}

async function interpreting(model: Model, call: Call): Promise<void> {
  call.say('the pilot does not converse; it says what a rover would do')
  for await (const line of linesOf(call)) {
    if (line.trim() === '') continue
    const { actions, ms, tokens } = await model.interpret(line, { signal: call.signal })
    call.say(`${JSON.stringify(actions)} (${tokens} tokens, ${ms.toFixed(0)} ms)`)
  }
}

async function chatting(model: Model, { signal, say }: Call): Promise<void> {
  const messages: ChatMessage[] = []
  const session = model.session()
  for await (const content of linesOf({ signal })) {
    messages.push({ role: 'user', content })
    let text = ''
    try {
      // A model without a template for conversations goes on with the words that it is given.
      const prompt = model.file.metadata.has('tokenizer.chat_template') ? messages : content
      for await (const token of session.generate(prompt, { maxTokens: 256, temperature: 0.7, topP: 0.9, signal })) {
        process.stdout.write(token.text)
        text += token.text
      }
      process.stdout.write('\n')
      messages.push({ role: 'assistant', content: text })
    } catch (error) {
      if (signal.aborted) break
      messages.length = 0
      say(`no answer, the conversation begins anew: ${(error as Error).message}`)
    }
  }
  session.close()
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}
