/**
 * The page: asks for the status, follows the events, and hands both to the panels. A panel is { status?, event?, clear? }.
 * STOP listens before anything else is asked for.
 */
import { actionPanel } from './actions.mjs'
import { call } from './api.mjs'
import { askPanel, listen as listenToAsk } from './ask.mjs'
import { chartPanel } from './charts.mjs'
import { $, write } from './dom.mjs'
import { mapPanel } from './map.mjs'
import { planPanel } from './plan.mjs'
import { listen as listenToStop, stopPanel } from './stop.mjs'
import { follow } from './stream.mjs'
import { talkPanel } from './talk.mjs'

const panels = [stopPanel, planPanel, askPanel, talkPanel, actionPanel, mapPanel, chartPanel]
let lostAt
/** Which loading of the status is the newest: an answer that was overtaken says nothing. */
let loading = 0

listenToStop()
listenToAsk()
setInterval(sayHowLong, 1000)
await follow('/lutra/events', { event, state })

function event(one) {
  if (one.type === 'hello') {
    if (one.resumed) return
    for (const panel of panels) panel.clear?.()
    void load()
    return
  }
  for (const panel of panels) each(panel, 'event', one)
}

async function load() {
  const mine = ++loading
  try {
    const status = await call('GET', '/lutra/status', { timeout: 15_000 })
    if (mine === loading) for (const panel of panels) each(panel, 'status', status)
  } catch (fault) {
    if (mine === loading) write($('alarm'), `The status could not be loaded: ${fault.message}`)
  }
}

/** A panel that stumbles over an event takes no other down with it, least of all STOP. */
function each(panel, what, value) {
  try {
    panel[what]?.(value)
  } catch (fault) {
    console.warn(what, fault)
  }
}

function state(name) {
  if (name === 'live') lostAt = undefined
  else if (name === 'lost') lostAt ??= Date.now()
  // What is shown is stale from the first failure until the stream is back.
  document.body.dataset.connection = lostAt === undefined ? name : 'lost'
  sayHowLong()
}

function sayHowLong() {
  const name = document.body.dataset.connection
  const seconds = lostAt === undefined ? 0 : Math.round((Date.now() - lostAt) / 1000)
  // Spoken once, so the seconds stay out of the live text.
  write($('connection-text'), name === 'lost' ? 'connection lost, trying again' : name)
  $('connection').dataset.for = name === 'lost' ? ` ${seconds} s` : ''
}
