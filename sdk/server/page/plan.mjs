/**
 * What runs where and why: the model's ops with their kernels, the engines that lost and their reasons, the machine.
 * takes  Status
 */
import { $, bytes, element, fixed, table, text } from './dom.mjs'

export const planPanel = {
  status(status) {
    const { plan, backend, model, device, board } = status
    $('facts').replaceChildren(
      ...facts(status).map(([name, value, simulated]) =>
        element(
          'span',
          {},
          `${name} `,
          element('b', {}, value),
          simulated ? element('em', {}, ' simulated') : undefined,
        ),
      ),
    )
    const ops = table('Ops of the model and their kernels', [
      { name: 'op' },
      { name: 'shape' },
      { name: 'type' },
      { name: 'times', numeric: true },
      { name: 'bytes', numeric: true },
      { name: 'engine' },
      { name: 'kernel' },
      { name: 'why' },
    ])
    for (const op of plan.ops)
      ops.body.append(
        ops.row(
          [
            op.op,
            op.rows ? `${op.rows} × ${op.cols}` : '–',
            op.dtype ?? '–',
            String(op.count),
            op.bytes ? bytes(op.bytes * op.count) : '–',
            op.engine,
            op.kernel,
            op.why,
          ].map((cell) => text(cell, 300)),
        ),
      )
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
    ]
    $('plan').replaceChildren(
      element(
        'dl',
        { class: 'pairs' },
        ...lines.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, text(value)))),
      ),
      ops.root,
      disclosure(`Why not another engine (${plan.candidates.filter(({ chosen }) => !chosen).length})`, losers(plan)),
      disclosure('Back ends that open here', backends(status)),
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

function ceiling(found) {
  if (!found) return 'not known: no bandwidth was measured'
  return `${fixed(found.tokensPerSecond, 0)} tokens/s, computed from ${bytes(found.bytesPerToken)} a token and the ${found.bandwidthIs} bandwidth`
}

function losers({ candidates }) {
  const made = table('Engines in the order in which they are tried', [
    { name: 'engine' },
    { name: 'result' },
    { name: 'why' },
  ])
  for (const { name, chosen, why, simulated } of candidates)
    made.body.append(
      made.row([`${text(name, 40)}${simulated ? ' (simulated)' : ''}`, chosen ? 'chosen' : 'lost', text(why)]),
    )
  return made.root
}

function backends({ backends: all }) {
  const made = table('Back ends', [{ name: 'back end' }, { name: 'here' }, { name: 'why' }])
  for (const { name, simulated, available, reason } of all)
    made.body.append(
      made.row([`${text(name, 40)}${simulated ? ' (simulated)' : ''}`, available ? 'yes' : 'no', text(reason ?? '')]),
    )
  return made.root
}

function disclosure(summary, content) {
  return element('details', {}, element('summary', {}, summary), content)
}
