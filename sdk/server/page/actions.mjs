/**
 * What became of each action: its verdict with the reason, its state, how far it is. Grouped by request, newest on top.
 * takes  verdict, report
 */
import { $, element, fixed, table, text, write } from './dom.mjs'
import { promptOf } from './talk.mjs'

/** Groups on the page, and actions of one. */
const shown = 12
const most = 200
const last = ['done', 'refused', 'rejected', 'stopped', 'failed']

const groups = new Map()
let skills = {}

export const actionPanel = {
  status({ robot }) {
    skills = robot?.skills ?? {}
  },

  event(one) {
    if (one.type === 'verdict') judge(one)
    else if (one.type === 'report') report(one)
  },

  clear() {
    groups.clear()
    $('actions').replaceChildren(element('p', { class: 'none' }, 'No action yet.'))
  },
}

function judge({ request, action, verdict, why }) {
  const row = add(request, action)
  if (!row) return
  const word = ['allowed', 'clamped', 'refused'].includes(verdict) ? verdict : 'refused'
  row.verdict.replaceChildren(element('span', { class: `verdict ${word}` }, word))
  if (why) row.what.append(element('span', { class: 'why' }, text(why)))
  if (word === 'refused') over(row, '–')
}

function report({ request, action, state, percent, error }) {
  const group = groups.get(request ?? '')
  const same = text(action, 2000)
  // Equal actions come one after the other, so it is about the first that has not ended.
  const row = group?.rows.find((each) => !each.over && each.same === same) ?? add(request, action)
  if (!row) return
  if (last.includes(state)) {
    over(row, state)
    // What stands behind an action that did not end well is never begun.
    if (state !== 'done' && group) for (const rest of group.rows) if (!rest.over) over(rest, 'not begun')
  } else {
    write(row.word, `${text(state, 20)} ${fixed(percent, 0)} %`)
    row.bar.hidden = false
    row.bar.value = Number.isFinite(percent) ? percent : 0
  }
  row.state.dataset.state = text(state, 20)
  if (error) row.what.append(element('span', { class: 'why bad' }, text(error)))
}

function over(row, word) {
  row.over = true
  row.bar.hidden = true
  write(row.word, word)
}

function add(request = '', action) {
  const group = groups.get(request) ?? begin(request)
  if (group.rows.length >= most) return undefined
  const word = element('span', {}, 'waits')
  const bar = element('progress', {
    max: 100,
    value: 0,
    hidden: '',
    'aria-label': `progress of ${text(action?.skill, 40)}`,
  })
  const state = element('span', { class: 'state' }, word, bar)
  const verdict = element('span', {}, '–')
  const what = describe(action)
  const row = { over: false, same: text(action, 2000), what, word, bar, state, verdict }
  group.rows.push(row)
  group.table.body.append(group.table.row([what, verdict, state]))
  return row
}

function begin(request) {
  const prompt = promptOf(request) ?? (request === '' ? 'without a request' : text(request, 60))
  const made = table(`Actions of: ${prompt}`, ['action', 'verdict', 'state'])
  const group = {
    rows: [],
    table: made,
    block: element('article', {}, element('p', { class: 'prompt' }, prompt), made.root),
  }
  groups.set(request, group)
  $('actions').querySelector('.none')?.remove()
  $('actions').prepend(group.block)
  if (groups.size > shown) {
    const [oldest] = groups.keys()
    groups.get(oldest).block.remove()
    groups.delete(oldest)
  }
  return group
}

/** `drive metres 2 m`: the skill, then its arguments with the units that the robot declares. */
function describe(action) {
  const { skill, ...given } = action !== null && typeof action === 'object' ? action : { skill: text(action, 60) }
  const properties = Object.hasOwn(skills, skill) ? (skills[skill].parameters?.properties ?? {}) : {}
  const rest = Object.entries(given).map(([name, value]) => {
    const unit = Object.hasOwn(properties, name) ? properties[name].unit : undefined
    return ` ${text(name, 40)} ${text(value, 160)}${typeof unit === 'string' ? ` ${text(unit, 8)}` : ''}`
  })
  return element('span', {}, element('b', {}, text(skill ?? '?', 60)), rest.join(','))
}
