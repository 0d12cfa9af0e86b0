/** What Home Assistant would find: checked against the rules of its device discovery. */
import { expect, it } from 'vitest'
import { MemoryBroker, mqttService } from '../../../sdk/iot/index.js'
import { Listener } from './listener.js'
import { simulatedModel } from './simulated-model.js'

/** What a component of each platform must have besides platform and unique_id. */
const REQUIRED: Record<string, string[]> = {
  text: ['command_topic'],
  button: ['command_topic'],
  sensor: ['state_topic'],
  binary_sensor: ['state_topic'],
}

it('finds one device with all its entities, speaks with it, and loses it on request', async () => {
  const broker = new MemoryBroker()
  const service = await mqttService(simulatedModel(), {
    connect: (will) => broker.connect(will),
    prefix: 'lutra/house',
    homeAssistant: { name: 'Butler' },
    temperature: () => 50,
  })
  const home = await broker.connect()
  const heard = new Listener(home)
  await home.subscribe('homeassistant/#')
  const { topic, json, message } = await heard.wait(() => true)
  expect(topic).toBe('homeassistant/device/lutra_lutra_house/config')
  expect(message.retain).toBe(true)
  expect(json.device).toMatchObject({ identifiers: ['lutra_lutra_house'], name: 'Butler', model: 'simulated model' })
  expect(json.origin.name).toBe('lutra')
  const components = Object.values<Record<string, string>>(json.components)
  for (const one of components)
    for (const key of ['unique_id', ...(REQUIRED[one.platform] ?? [`a known platform, not ${one.platform}`])])
      expect(one[key], key).toEqual(expect.any(String))
  expect(new Set(components.map(({ unique_id }) => unique_id)).size).toBe(components.length)
  expect(Object.keys(json.components).sort()).toEqual(
    ['answer', 'online', 'prompt', 'state', 'stop', 'temperature', 'tokensPerSecond'].sort(),
  )
  // A person writes into the text entity, and presses the button.
  await home.subscribe('lutra/house/#')
  await home.publish(json.components.prompt.command_topic, 'good morning')
  const last = await heard.wait(({ topic }) => topic === json.components.answer.state_topic)
  expect(last.json.text).toBe('good morning')
  const pressed = new Promise((done) => service.stops.subscribe(done))
  await home.publish(json.components.stop.command_topic, json.components.stop.payload_press)
  expect(await pressed).toContain('home assistant')
  await service.forget()
  await heard.wait(({ topic, text }) => topic.startsWith('homeassistant/') && text === '')
  await service.close()
  await home.close()
})
