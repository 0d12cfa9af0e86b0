/**
 * The service as a device of Home Assistant: one retained message under its discovery prefix.
 * takes  the service's topics and names · gives  { topic, payload }; an empty payload there removes the device
 * source home-assistant.io/integrations/mqtt, "Device discovery payload" (Home Assistant 2024.11 and later)
 */
export interface HomeAssistantOptions {
  /** Default homeassistant. */
  readonly discoveryPrefix?: string
  /** What the device is called there. Default: the model's name. */
  readonly name?: string
  readonly suggestedArea?: string
}

export interface Discovered {
  readonly prefix: string
  readonly model: string
  readonly board?: string
  /** The board has a thermometer. */
  readonly hot: boolean
  /** Longest prompt, in characters; Home Assistant itself takes at most 255. */
  readonly promptCharacters: number
}

/** Home Assistant's own limit of a text or a state. */
const MAX_TEXT = 255

export function discovery(
  { prefix, model, board, hot, promptCharacters }: Discovered,
  { discoveryPrefix = 'homeassistant', name = model, suggestedArea }: HomeAssistantOptions = {},
): { readonly topic: string; readonly payload: string } {
  const id = `lutra_${prefix.replace(/[^A-Za-z0-9_-]/g, '_')}`
  const status = `${prefix}/status`
  const available = {
    availability_topic: status,
    availability_template: "{{ 'online' if value_json.online else 'offline' }}",
  }
  const sensor = (key: string, more: Readonly<Record<string, unknown>>) => ({
    platform: 'sensor',
    unique_id: `${id}_${key}`,
    state_topic: status,
    value_template: `{{ value_json.${key} }}`,
    entity_category: 'diagnostic',
    ...available,
    ...more,
  })
  const payload = {
    device: {
      identifiers: [id],
      name,
      manufacturer: 'Lutra',
      model,
      ...(board && { hw_version: board }),
      ...(suggestedArea && { suggested_area: suggestedArea }),
    },
    origin: { name: 'lutra' },
    qos: 1,
    components: {
      prompt: {
        platform: 'text',
        unique_id: `${id}_prompt`,
        name: 'Prompt',
        command_topic: `${prefix}/prompt`,
        max: Math.min(MAX_TEXT, promptCharacters),
        // An old prompt must never be found again by a service that starts.
        retain: false,
        ...available,
      },
      answer: {
        platform: 'sensor',
        unique_id: `${id}_answer`,
        name: 'Last answer',
        state_topic: `${prefix}/last`,
        value_template: `{{ value_json.text[:${MAX_TEXT}] }}`,
        json_attributes_topic: `${prefix}/last`,
        icon: 'mdi:robot-outline',
        ...available,
      },
      stop: {
        platform: 'button',
        unique_id: `${id}_stop`,
        name: 'Stop',
        command_topic: `${prefix}/stop`,
        payload_press: 'home assistant',
        icon: 'mdi:stop-circle',
        retain: false,
        ...available,
      },
      // Without availability: that would hide the very state that it tells.
      online: {
        platform: 'binary_sensor',
        unique_id: `${id}_online`,
        name: 'Online',
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        state_topic: status,
        value_template: "{{ 'ON' if value_json.online else 'OFF' }}",
      },
      state: sensor('state', { name: 'State', device_class: 'enum', options: ['offline', 'idle', 'busy', 'stopped'] }),
      tokensPerSecond: sensor('tokensPerSecond', {
        name: 'Tokens per second',
        unit_of_measurement: 'tok/s',
        state_class: 'measurement',
        suggested_display_precision: 1,
      }),
      ...(hot && {
        temperature: sensor('temperature', {
          name: 'Temperature',
          unit_of_measurement: '°C',
          device_class: 'temperature',
          state_class: 'measurement',
        }),
      }),
    },
  }
  return { topic: `${discoveryPrefix}/device/${id}/config`, payload: JSON.stringify(payload) }
}
