/** Parts of the board apps on bad input: a recognizer's messages, IIO files, the words for readings. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explain } from '../../examples/boards/explain.js'
import { hear } from '../../examples/boards/hearing.js'
import { readIio } from '../../examples/boards/iio.js'
import { sentenceOf } from '../../examples/boards/sentence.js'
import type { Reader } from '../../hal/index.js'
import type { Stats } from '../../sdk/iot/index.js'

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

describe('hear', () => {
  it.each([
    [{ text: 'rover turn left', confidence: 0.9 }, 'command', 'turn left'],
    [{ text: 'Hey Rover,  turn left' }, 'command', 'turn left'],
    ['rover turn left', 'command', 'turn left'],
    [{ text: 'rovers turn left' }, 'nothing', 'rovers turn left'],
    [{ text: 'turn left' }, 'nothing', 'turn left'],
    [{ text: 'rover' }, 'nothing', 'rover'],
    [{ text: 'rover turn left', confidence: 0.2 }, 'unsure', 'rover turn left'],
    [{ text: 'rover turn left', final: false }, 'nothing', 'rover turn left'],
    [{ partial: 'rover turn left' }, 'nothing', 'rover turn left'],
    [{ text: 'rover go on' }, 'go on', 'rover go on'],
    [{ partial: 'oh STOP', confidence: 0 }, 'stop', 'oh STOP'],
    [{ text: 'rover drive until you stop' }, 'stop', 'rover drive until you stop'],
    [{ text: 'a nonstop flight' }, 'nothing', 'a nonstop flight'],
    ['', 'nothing', ''],
  ])('%j is %s', (payload, kind, text) => {
    expect(hear(bytes(payload), 'rover')).toEqual({ kind, text })
  })

  it.each(['{', '[]', '[1]', '{"text":1}', '{"text":"a","confidence":"1"}', '{"final":true}', '{"partial":null}'])(
    '%s is garbage',
    (payload) => {
      expect(hear(bytes(payload), 'rover').kind).toBe('garbage')
    },
  )

  it('takes any bytes, and no more of them than a sentence has', () => {
    expect(hear(new Uint8Array(1e6), 'rover').kind).toBe('garbage')
    fc.assert(fc.property(fc.uint8Array(), (any) => void hear(any, 'rover')))
    fc.assert(fc.property(fc.json(), (any) => void hear(bytes(any), 'rover')))
  })
})

it('sentences are made of news alone, whatever comes', () => {
  expect(sentenceOf({ payload: bytes({ type: 'report', state: 'started', action: { skill: 'stop' } }) })).toBe(
    'Now: stop.',
  )
  expect(sentenceOf({ payload: bytes('{') })).toBeUndefined()
  expect(sentenceOf({ payload: bytes('null') })).toBeUndefined()
  fc.assert(fc.property(fc.json(), (any) => void sentenceOf({ payload: bytes(any) })))
})

describe('readIio', () => {
  const at = '/sys/bus/iio/devices'
  const readerOf = (files: Readonly<Record<string, string>>): Reader => ({
    os: 'linux',
    arch: 'arm64',
    read: (path) => (files[path] === undefined ? undefined : bytes(files[path])),
    list: (path) => [
      ...new Set(
        Object.keys(files)
          .filter((each) => each.startsWith(`${path}/`))
          .map((each) => each.slice(path.length + 1).split('/')[0]),
      ),
    ],
  })

  it('gives plain units, of processed values and of raw ones', () => {
    const found = readIio(
      readerOf({
        [`${at}/iio:device0/name`]: 'bme280\n',
        [`${at}/iio:device0/in_temp_input`]: '21500\n',
        [`${at}/iio:device0/in_temp_raw`]: '1',
        [`${at}/iio:device0/in_pressure_input`]: '101.325',
        [`${at}/iio:device0/in_humidityrelative_input`]: '45123',
        [`${at}/iio:device1/in_voltage1_raw`]: '1000',
        [`${at}/iio:device1/in_voltage_scale`]: '0.8',
        [`${at}/iio:device2/in_temp_raw`]: '100',
        [`${at}/iio:device2/in_temp_offset`]: '-50',
        [`${at}/iio:device2/in_temp_scale`]: '10',
        [`${at}/trigger0/in_temp_input`]: '1',
      }),
    )
    expect(found.map(({ sensor, value, unit }) => [sensor, Number(value.toFixed(3)), unit])).toEqual([
      ['temperature', 21.5, '°C'],
      ['pressure', 1013.25, 'hPa'],
      ['humidity', 45.123, '%'],
      ['voltage1', 0.8, 'V'],
      ['temperature', 0.5, '°C'],
    ])
    expect(found[0].device).toBe('bme280')
  })

  it('leaves out what is no number, and never throws', () => {
    expect(readIio(readerOf({ [`${at}/iio:device0/in_temp_input`]: 'broken' }))).toEqual([])
    expect(readIio(readerOf({ [`${at}/iio:device0/in_temp_raw`]: '1e400' }))).toEqual([])
    const file = fc.constantFrom(
      'name',
      'in_temp_raw',
      'in_temp_scale',
      'in_temp_input',
      'in_constructor_raw',
      'in__raw',
    )
    fc.assert(
      fc.property(fc.dictionary(file, fc.string()), (files) => {
        const found = readIio(
          readerOf(
            Object.fromEntries(Object.entries(files).map(([name, text]) => [`${at}/iio:device7/${name}`, text])),
          ),
        )
        for (const { value } of found) expect(Number.isFinite(value)).toBe(true)
      }),
    )
  })
})

describe('explain', () => {
  const stats = (last: number, more: Partial<Stats> = {}) =>
    ({
      ...{ kind: 'number', count: 9, min: last, mean: last, max: last, last, trend: 0, outliers: 0, bad: 0 },
      ...more,
    }) as Stats

  it('says how much, whether it moves, and whether to believe it', () => {
    expect(explain('light', stats(400, { unit: 'lx' }))).toBe('light 400 lx: as in a well lit room, steady')
    expect(explain('temperature', stats(24, { trend: 2, min: 20 } as Partial<Stats>))).toBe(
      'temperature 24: comfortable, rising (20 to 24)',
    )
    expect(explain('humidity', stats(120))).toMatch(/cannot be; look at the sensor/)
    expect(explain('voltage3', stats(3.3, { unit: 'V' }))).toBe('voltage3 3.3 V, steady')
    expect(explain('constructor', stats(3))).toBe('constructor 3, steady')
    expect(explain('door', { kind: 'word', count: 1, last: 'open', values: {}, bad: 0 })).toMatch(/no.* number/)
  })
})
