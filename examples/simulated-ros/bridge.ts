/**
 * A simulated rosbridge: the web socket of rosbridge_suite, and behind it one simulated base and nothing else of a graph.
 * gives  { url, robot, publish, drop (the line), off }
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { memoryPair } from '../../sdk/robot/index.js'
import { SimulatedRosBase } from './base.js'

export async function simulatedBridge() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const pair = memoryPair()
  const robot = new SimulatedRosBase(pair.board)
  const subscribed = new Set<string>()
  const sockets = new Set<WebSocket>()
  /** What was published where nobody listened yet, for the first who does. */
  const waiting: { topic: string; msg: unknown }[] = []
  const publish = (topic: string, msg: unknown) => {
    if (!subscribed.has(topic)) return void waiting.push({ topic, msg })
    for (const socket of sockets) socket.send(JSON.stringify({ op: 'publish', topic, msg }))
  }
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('message', (data) => {
      const { op, topic, type, msg } = JSON.parse(String(data))
      if (op === 'subscribe') {
        subscribed.add(topic)
        for (const each of waiting.splice(0)) publish(each.topic, each.msg)
      }
      void pair.host.write(Buffer.from(`${JSON.stringify({ op, topic, type, message: msg })}\n`))
    })
  })
  pair.host.bytes.subscribe((bytes) => {
    for (const line of new TextDecoder().decode(bytes).trim().split('\n')) {
      const { topic, message } = JSON.parse(line)
      if (subscribed.has(topic)) publish(topic, message)
    }
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    robot,
    /** As another node of the graph would; kept until somebody listens. */
    publish,
    drop() {
      for (const socket of sockets) socket.terminate()
    },
    async off() {
      robot.off()
      for (const socket of sockets) socket.terminate()
      await new Promise((done) => server.close(done))
    },
  }
}
