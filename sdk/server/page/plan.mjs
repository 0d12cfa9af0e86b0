/**
 * What runs where and why: the model's ops with their kernels, the engines that lost and their reasons, the machine.
 * takes  Status
 */
import { $, bytes, element, fixed, pairs, table, text } from './dom.mjs'

export const planPanel = {
  status(status) {
    const { plan, backend, model, device, board } = status
    $('facts').replaceChildren(
      ...facts(status).map(([name, value, simulated]) =>
        element('span', {}, `${name} `, element('b', {}, value), simulated ? element('em', {}, ' simulated') : ''),
      ),
    )
    const ops = plan.ops.map((op) => [
      op.op,
      op.rows ? `${op.rows} × ${op.cols}` : '–',
      op.dtype ?? '–',
      String(op.count),
      op.bytes ? bytes(op.bytes * op.count) : '–',
      op.engine,
      op.kernel,
      op.why,
    ])
    const columns = ['op', 'shape', 'type', '#times', '#bytes', 'engine', 'kernel', 'why']
    const lines = [
      ['engine', `${plan.engine}${plan.accelerator ? ` with ${plan.accelerator.name}` : ''}, ${backend.isa}`],
      ['threads', `${plan.threads}: ${plan.threadsWhy}`],
      [
        'model',
        `${model.architecture}, ${model.layers} layers, ${(model.parameters / 1e6).toFixed(1)} M weights, context ${model.context}`,
      ],
      ['resident', bytes(model.residentBytes)],
      ['ceiling', ceiling(plan.ceiling)],
      ['device', `${device.cpu}, ${device.cpus} CPUs, ${bytes(device.memory.total)}`],
      ['board', `${board.title}${board.simulated ? ' (simulated)' : ''}`],
      ...(status.robot?.watchdog ? [['robot', watch(status.robot)]] : []),
    ]
    $('plan').replaceChildren(
      element('dl', { class: 'pairs' }, ...pairs(lines)),
      table('Ops of the model and their kernels', columns, ops).root,
      disclosure(`Why not another engine (${plan.candidates.filter(({ chosen }) => !chosen).length})`, losers(plan)),
      disclosure('Back ends that open here', backends(status.backends)),
      disclosure(
        'Features of this processor',
        element('p', { class: 'figures' }, text(device.features.join('  '), 2000) || 'none found'),
      ),
    )
  },
}

function facts({ board, model, backend, version, robot }) {
  return [
    ['board', text(board.title, 60), board.simulated],
    ['model', text(model.name, 60), false],
    ['back end', `${text(backend.name, 20)} ${text(backend.isa, 20)} × ${backend.threads}`, backend.simulated],
    ...(robot ? [['robot', text(robot.name, 40), robot.simulated && !/simulated/.test(robot.name)]] : []),
    ['lutra', text(version, 20), false],
  ]
}

function watch({ watchdog, stopAfter }) {
  return watchdog === 'board'
    ? `its board stops it ${fixed(stopAfter, 0)} ms after our last word`
    : 'its board stops nothing by itself; only this process watches over it'
}

function ceiling(found) {
  if (!found) return 'not known: no bandwidth was measured'
  return `${fixed(found.tokensPerSecond, 0)} tokens/s, computed from ${bytes(found.bytesPerToken)} a token and the ${found.bandwidthIs} bandwidth`
}

function losers({ candidates }) {
  const rows = candidates.map(({ chosen, why, ...engine }) => [named(engine), chosen ? 'chosen' : 'lost', why])
  return table('Engines in the order in which they are tried', ['engine', 'result', 'why'], rows).root
}

function backends(all) {
  const rows = all.map(({ available, reason, ...each }) => [named(each), available ? 'yes' : 'no', reason ?? ''])
  return table('Back ends', ['back end', 'here', 'why'], rows).root
}

function named({ name, simulated }) {
  return `${name}${simulated ? ' (simulated)' : ''}`
}

function disclosure(summary, content) {
  return element('details', {}, element('summary', {}, summary), content)
}
