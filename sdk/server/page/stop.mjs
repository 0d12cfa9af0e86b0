/**
 * The emergency stop and the way back. It needs no stream and no status: a press sends a request, again and again until
 * the board has confirmed, and says so loudly while it has not.
 * Keys: Escape, anywhere on the page. Reset asks first.
 */
import { call } from './api.mjs'
import { $, fixed, text, write } from './dom.mjs'
import { letGo } from './stream.mjs'

/** Milliseconds that an answer may take before the next try goes out beside it, and the longest pause between two. */
const patience = 1200
const longest = 2000

let press = 0
let unconfirmed = false
let robot = 'unknown'

export const stopPanel = {
  status({ robot: found }) {
    robot = found ? 'here' : 'none'
    if (!found) show('no robot', '')
  },

  event({ type, mode, latched }) {
    if (type !== 'robot') return
    robot = 'here'
    show(latched && mode !== 'lost' ? 'stopped' : mode, mode === 'lost' ? 'stopped, not confirmed by the board' : '')
    $('reset').disabled = !latched
    // Only the answer to the request confirms a stop: an event may be an old one, sent again after a pause.
    if (!latched && document.body.dataset.stop === 'confirmed') settle()
  },

  clear() {
    robot = 'unknown'
    show('unknown', '')
    $('reset').disabled = true
  },
}

export function listen() {
  $('stop').addEventListener('click', stop)
  // In the capture phase, so that no dialog or field keeps it; a held key is one press.
  addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape' && !event.isComposing && !event.repeat && robot !== 'none') stop()
    },
    { capture: true },
  )
  $('reset').addEventListener('click', () => {
    $('reset-dialog').returnValue = 'no'
    $('reset-dialog').showModal()
  })
  $('reset-dialog').addEventListener('close', () => {
    if ($('reset-dialog').returnValue === 'yes') void reset()
  })
}

async function stop() {
  const mine = ++press
  unconfirmed = true
  document.body.dataset.stop = 'sending'
  write($('alarm'), '')
  for (let _n = 1, pause = 200; mine === press && unconfirmed; _n++, pause = Math.min(longest, pause * 2)) {
    let why
    try {
      const answer = await call('POST', '/lutra/stop', { timeout: patience, once: true })
      if (answer?.confirmed === true)
        return confirmed(`Stopped. The board confirmed it after ${fixed(answer.ms, 0)} ms.`)
      why = 'the board has not answered'
    } catch (fault) {
      if (fault.status === 404) return none(text(fault.message))
      why = fault.name === 'TimeoutError' ? 'the server has not answered' : text(fault.message)
      // A browser opens few connections to one server; if others hold them all, ours makes room.
      letGo()
    }
    if (mine !== press || !unconfirmed) return
    document.body.dataset.stop = 'unconfirmed'
    // The same words stay: an alert that changes at every try would drown everything else.
    write($('alarm'), `STOP NOT CONFIRMED: ${why}. Use the switch on the robot. This page keeps trying.`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

function confirmed(sentence) {
  if (!unconfirmed) return
  unconfirmed = false
  document.body.dataset.stop = 'confirmed'
  write($('alarm'), sentence)
  $('reset').disabled = false
}

function settle() {
  delete document.body.dataset.stop
  write($('alarm'), '')
}

function none(why) {
  unconfirmed = false
  delete document.body.dataset.stop
  write($('alarm'), `Nothing to stop: ${why}`)
}

async function reset() {
  try {
    await call('POST', '/lutra/reset', { timeout: 8000 })
    press++
    unconfirmed = false
    settle()
  } catch (fault) {
    write($('alarm'), `Reset failed: ${text(fault.message)}`)
  }
}

function show(mode, note) {
  document.body.dataset.mode = mode
  write($('mode'), mode)
  write($('mode-note'), note)
  const word = mode === 'unknown' || mode === 'no robot' ? '' : `${mode} · `
  if (document.title !== `${word}Lutra`) document.title = `${word}Lutra`
}
