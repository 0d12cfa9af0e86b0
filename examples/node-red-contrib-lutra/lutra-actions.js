/**
 * Node-RED node: an instruction in; allowed actions on the first output, one a message, refused ones on the second.
 * msg.payload text. Skills: the rover's, or JSON in the node's settings. Whatever the words are, only these come out.
 */
const { borrow } = require('./models.js')

module.exports = (RED) => {
  function LutraActions(config) {
    RED.nodes.createNode(this, config)
    const node = this
    // First, for it may throw: what is borrowed must be given back.
    const own = config.skills && config.skills.trim() !== '' ? JSON.parse(config.skills) : undefined
    const { ready, release } = borrow(RED, config.model || 'pilot')
    const allow = config.allow ? config.allow.split(',').map((name) => name.trim()) : undefined
    const controller = new AbortController()
    const tools = ready.then(({ lutra, model }) => {
      const skills = own || lutra.roverSkills
      // One guard a node: its rate limit holds over all messages.
      return { model, skills, guard: lutra.createGuard(lutra.skillSet(skills), allow ? { allow } : {}) }
    })
    tools.then(
      () => node.status({ fill: 'green', shape: 'dot', text: 'ready' }),
      (error) => node.status({ fill: 'red', shape: 'ring', text: error.message }),
    )

    node.on('input', async (msg, send, done) => {
      try {
        const { model, skills, guard } = await tools
        if (typeof msg.payload !== 'string') throw new TypeError('Expected msg.payload to be text')
        const { actions } = await model.interpret(msg.payload, { skills, signal: controller.signal })
        const plan = guard.plan()
        for (const { action, verdict, why } of actions.flatMap((one) => plan.check(one))) {
          const out = { ...msg, payload: action, verdict, why }
          send(verdict === 'refused' ? [null, out] : [out, null])
        }
        done()
      } catch (error) {
        done(error)
      }
    })
    node.on('close', (done) => {
      controller.abort()
      release().then(done, done)
    })
  }
  RED.nodes.registerType('lutra-actions', LutraActions)
}
