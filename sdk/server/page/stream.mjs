/**
 * The server's events, kept flowing: server-sent events read with fetch (EventSource cannot send a token), resumed where
 * they broke off, begun anew where that is not possible.
 * takes  a path, { event(one), state(name) } · gives nothing; it goes on until the page is closed
 */
import { askToken, headers } from './api.mjs'

/** Milliseconds of silence after which a stream is given up; the server says something every 2 s. */
const silence = 6000
/** Milliseconds before the next try: the first, and the longest. */
const first = 250
const longest = 4000

let broken = new AbortController()

/** Ends the connection that is open now; it comes back by itself. */
export function letGo() {
  broken.abort()
}

export async function follow(path, { event, state }) {
  // A hidden page follows nothing: browsers open six connections to a server, for all pages together, and STOP needs one.
  document.addEventListener('visibilitychange', () => document.hidden && letGo())
  let last
  let pause = first
  for (;;) {
    if (document.hidden) {
      state('paused')
      await wakeAfter(2 ** 31 - 1)
      continue
    }
    state('connecting')
    try {
      await read(path, last, (one, id) => {
        if (id !== undefined) last = id
        pause = first
        state('live')
        event(one)
      })
    } catch (fault) {
      if (fault.status === 401) {
        await askToken()
        continue
      }
    }
    if (document.hidden) continue
    state('lost')
    await wakeAfter(pause * (0.75 + Math.random() / 2))
    pause = Math.min(longest, pause * 2)
  }
}

async function read(path, last, hear) {
  broken = new AbortController()
  const { signal } = broken
  let timer
  const alive = () => {
    clearTimeout(timer)
    timer = setTimeout(letGo, silence)
  }
  alive()
  try {
    const response = await fetch(path, {
      headers: { ...headers(), accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) },
      signal,
      cache: 'no-store',
    })
    if (!response.ok)
      throw Object.assign(new Error(`the server answered ${response.status}`), { status: response.status })
    const decoder = new TextDecoder()
    const reader = response.body.getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      alive()
      rest += decoder.decode(value, { stream: true })
      const frames = rest.split('\n\n')
      rest = frames.pop()
      for (const frame of frames) parse(frame, hear)
    }
  } finally {
    clearTimeout(timer)
    letGo()
  }
}

/** One frame: `id:` and `data:` lines; comments are signs of life. */
function parse(frame, hear) {
  let id
  const data = []
  for (const line of frame.split('\n')) {
    if (line.startsWith('id: ')) id = line.slice(4)
    else if (line.startsWith('data: ')) data.push(line.slice(6))
  }
  if (data.length === 0) return
  let one
  try {
    one = JSON.parse(data.join('\n'))
  } catch {
    return
  }
  if (one !== null && typeof one === 'object') hear(one, id)
}

/** A while, or until the network or the person comes back. */
function wakeAfter(ms) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      document.removeEventListener('visibilitychange', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    document.addEventListener('visibilitychange', done)
  })
}
