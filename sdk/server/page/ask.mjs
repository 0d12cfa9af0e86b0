/**
 * The box that asks: an instruction for the robot, or a chat. The answer comes back as events like everybody's.
 * gives  POST /lutra/act { text } or /v1/chat/completions · Cancel hangs up, which ends the request
 */
import { call } from './api.mjs'
import { $, text, write } from './dom.mjs'

let under
let model = 'pilot'

export const askPanel = {
  status(status) {
    model = status.model.name
    const [robot, chat] = document.getElementsByName('kind')
    robot.disabled = !status.robot
    if (!status.robot) chat.checked = true
  },
}

export function listen() {
  const form = $('ask-form')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void send(form.elements.kind.value)
  })
  $('ask').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    form.requestSubmit()
  })
  $('cancel').addEventListener('click', () => under?.abort())
}

async function send(kind) {
  const said = $('ask').value.trim()
  if (!said || under) return
  under = new AbortController()
  write($('ask-fault'), '')
  busy(true)
  try {
    const [path, body] =
      kind === 'act'
        ? ['/lutra/act', { text: said }]
        : ['/v1/chat/completions', { model, messages: [{ role: 'user', content: said }] }]
    const answer = await call('POST', path, { body, signal: under.signal })
    // An instruction that was understood but came to a bad end is answered too.
    if (answer?.error) throw new Error(text(answer.error.message))
    // What has been typed meanwhile stays.
    if ($('ask').value.trim() === said) $('ask').value = ''
  } catch (fault) {
    if (!under.signal.aborted) write($('ask-fault'), `Not done: ${text(fault.message)}`)
  } finally {
    under = undefined
    busy(false)
  }
}

/** The button says so, and stays in the order of focus: a focused button that vanishes throws its user out. */
function busy(is) {
  $('send').setAttribute('aria-disabled', String(is))
  $('cancel').hidden = !is
  if (!is && document.activeElement === document.body) $('ask').focus()
}
