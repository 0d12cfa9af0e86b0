/**
 * Node-RED node: a prompt in; tokens as they come on the first output, the whole text on the second.
 * msg.payload text · msg.options generation options (maxTokens, temperature, schema …) · msg.cancel true ends what runs
 */
const { borrow } = require('./models.js')

module.exports = (RED) => {
  function LutraPrompt(config) {
    RED.nodes.createNode(this, config)
    const node = this
    const { ready, release } = borrow(RED, config.model || 'pilot')
    /** What runs, and how many messages have come: the last one counts. */
    let running
    let count = 0
    ready.then(
      () => node.status({ fill: 'green', shape: 'dot', text: 'ready' }),
      (error) => node.status({ fill: 'red', shape: 'ring', text: error.message }),
    )
    const leave = () => {
      count++
      if (running && !running.writing.closed) {
        running.writing.unsubscribe()
        running.done()
      }
      running = undefined
    }

    node.on('input', async (msg, send, done) => {
      leave()
      const mine = count
      if (msg.cancel) {
        node.status({ fill: 'green', shape: 'dot', text: 'ready' })
        return done()
      }
      try {
        const { model } = await ready
        if (mine !== count) return done()
        if (typeof msg.payload !== 'string') throw new TypeError('Expected msg.payload to be text')
        let text = ''
        node.status({ fill: 'blue', shape: 'dot', text: 'writing' })
        const options = { maxTokens: Number(config.maxTokens) || 256, ...msg.options }
        const writing = model.tokens(msg.payload, options).subscribe({
          next: (token) => {
            text += token.text
            send([{ ...msg, payload: token.text, token }, null])
          },
          error: (error) => {
            node.status({ fill: 'red', shape: 'ring', text: error.message })
            done(error)
          },
          complete: () => {
            node.status({ fill: 'green', shape: 'dot', text: 'ready' })
            send([null, { ...msg, payload: text }])
            done()
          },
        })
        running = { writing, done }
      } catch (error) {
        done(error)
      }
    })
    node.on('close', (done) => {
      leave()
      release().then(done, done)
    })
  }
  RED.nodes.registerType('lutra-prompt', LutraPrompt)
}
