/**
 * A conversation that remembers: one session, and every turn computes only what is new.
 * takes  a GGUF file with a chat template · node dist/examples/chat.js model.gguf, then a line a turn; Ctrl-D ends it
 * board  any
 */
import { createInterface } from 'node:readline'
import { type ChatMessage, open } from '../sdk/index.js'

const [, , path] = process.argv
if (path === undefined) {
  console.error('usage: chat MODEL.gguf')
  process.exit(2)
}

const model = await open(path)
const session = model.session()
const messages: ChatMessage[] = []
const lines = createInterface({ input: process.stdin })

process.stdout.write('> ')
for await (const content of lines) {
  messages.push({ role: 'user', content })
  const answer = session.generate(messages, { temperature: 0.7, topP: 0.9, speculate: true })
  let text = ''
  for (let step = await answer.next(); ; step = await answer.next()) {
    if (step.done) {
      const { promptTokens, reusedTokens } = step.value
      console.error(`\n(${promptTokens} tokens before it, ${reusedTokens} of them kept from the last turn)`)
      break
    }
    process.stdout.write(step.value.text)
    text += step.value.text
  }
  messages.push({ role: 'assistant', content: text })
  process.stdout.write('> ')
}
session.close()
await model.close()
