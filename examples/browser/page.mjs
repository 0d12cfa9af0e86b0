/**
 * The page: loads a GGUF, shows tokens as they come. The pilot gives actions, any other model goes on with the text.
 * takes  /pilot.gguf, or a file that is picked · gives  text in <output>
 * before lutra/browser (the import below, as the server places it) · after ./main
 */
import { open } from '/lutra/sdk/browser.js'

const find = (selector) => document.querySelector(selector)
const [state, form, prompt, output, stop, file] = ['#state', 'form', '#prompt', 'output', '#stop', '[type=file]'].map(
  find,
)
const go = find('form button')
const threads = Number(new URLSearchParams(location.search).get('threads')) || undefined

let model
let ending = new AbortController()

async function load(source) {
  go.disabled = true
  await model?.close()
  model = undefined
  try {
    const progress = (loaded, all) => tell(`Loading: ${mega(loaded)}${all ? ` of ${mega(all)}` : ''} MB`)
    model = await open(source, { threads, progress })
    const { isa, threads: many } = model.backend
    tell(`${model.name}: ${isa}, ${many} ${many === 1 ? 'thread' : 'threads'}`)
    go.disabled = false
  } catch (fault) {
    tell(fault.message)
  }
}

async function speak() {
  ending = new AbortController()
  const { signal } = ending
  output.textContent = ''
  go.disabled = true
  stop.disabled = false
  try {
    if (model.metadata.has('lutra.pilot.version')) {
      const { actions, ms } = await model.interpret(prompt.value, { signal, onToken: show })
      output.textContent = actions.map((action) => JSON.stringify(action)).join('\n')
      tell(`${actions.length} actions in ${ms.toFixed(0)} ms`)
    } else {
      const tokens = model.generate(prompt.value, { temperature: 0, maxTokens: 200, signal })
      let step = await tokens.next()
      for (; !step.done; step = await tokens.next()) show(step.value)
      const { generatedTokens, tokensPerSecond } = step.value
      tell(`${generatedTokens} tokens${tokensPerSecond ? `, ${tokensPerSecond.toFixed(1)} a second` : ''}`)
    }
  } catch (fault) {
    tell(fault.message)
  }
  go.disabled = false
  stop.disabled = true
}

function show({ text }) {
  output.textContent += text
}

function tell(text) {
  state.textContent = text
}

function mega(bytes) {
  return (bytes / 1e6).toFixed(1)
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (!go.disabled) speak()
})
stop.addEventListener('click', () => ending.abort())
file.addEventListener('change', () => load(file.files[0]))
load('/pilot.gguf')
