/**
 * The shortest way from a model to text: tokens on stdout as they arrive. Ctrl-C stops within a token.
 * takes  a GGUF file and a prompt · node dist/examples/hello.js model.gguf "Once upon a time"
 * board  any
 */
import { open } from '../sdk/index.js'

const [, , path, prompt = 'Once upon a time'] = process.argv
if (path === undefined) {
  console.error('usage: hello MODEL.gguf [PROMPT]')
  process.exit(2)
}

const model = await open(path)
const { name, isa, threads, simulated } = model.backend
console.error(`${name} ${isa}, ${threads} threads${simulated ? ', SIMULATED' : ''}`)

const tokens = model.tokens(prompt, { maxTokens: 64, temperature: 0 }).subscribe({
  next: ({ text }) => process.stdout.write(text),
  error: (error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  },
})
process.once('SIGINT', () => tokens.unsubscribe())
tokens.add(() => {
  process.stdout.write('\n')
  void model.close()
})
