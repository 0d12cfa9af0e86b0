import { describe, expect, it } from 'vitest'
import { boards } from '../../boards/index.js'
import { resolveWire, type Wire } from '../../hal/index.js'
import { fakeNames, fakeRoot } from '../fakes/root.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const board = (name: string) => boards.find((each) => each.name === name)!
const wire = (boardName: string, name: string) =>
  [...board(boardName).uarts, ...board(boardName).gpio].find((each) => each.name === name)!
const uevent = (node: string, ...more: string[]) => bytes(`OF_FULLNAME=${node}\n${more.join('\n')}\n`)

/** Where each board's page has its wires; undefined: the page's kernel shows no such device. */
const expected: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  'beaglebone-ai-64': {
    console: '/dev/ttyS2',
    main_gpio0: '/dev/gpiochip1',
    main_gpio1: '/dev/gpiochip2',
    wkup_gpio0: '/dev/gpiochip0',
  },
  beagleplay: {
    mikroBUS: '/dev/ttyS0',
    console: '/dev/ttyS2',
    main_gpio0: '/dev/gpiochip2',
    main_gpio1: '/dev/gpiochip3',
  },
  'beagley-ai': {
    console: '/dev/ttyS2',
    main_gpio0: '/dev/gpiochip2',
    main_gpio1: '/dev/gpiochip3',
    mcu_gpio0: '/dev/gpiochip1',
  },
  'jetson-agx-orin': {
    uart1: '/dev/ttyTHS0',
    'tegra234-gpio': '/dev/gpiochip0',
    'tegra234-gpio-aon': '/dev/gpiochip1',
  },
  'jetson-nano': { uart1: '/dev/ttyTHS1', console: '/dev/ttyS0', 'tegra-gpio': '/dev/gpiochip0' },
  'jetson-orin-nano': {
    uart1: '/dev/ttyTHS1',
    'tegra234-gpio': '/dev/gpiochip0',
    'tegra234-gpio-aon': '/dev/gpiochip1',
  },
  'jetson-orin-nx': { uart1: '/dev/ttyTHS1', 'tegra234-gpio': '/dev/gpiochip0', 'tegra234-gpio-aon': '/dev/gpiochip1' },
  'jetson-thor': {
    console: '/dev/ttyUTC0',
    gpio_main: '/dev/gpiochip1',
    gpio_uphy: '/dev/gpiochip0',
    gpio_aon: '/dev/gpiochip2',
  },
  'orange-pi-5': { console: undefined, gpio0: '/dev/gpiochip0', gpio4: '/dev/gpiochip4' },
  'orange-pi-5-plus': { console: undefined, gpio1: '/dev/gpiochip1', gpio3: '/dev/gpiochip3' },
  'radxa-dragon-q6a': { console: '/dev/ttyMSM0', tlmm: '/dev/gpiochip3' },
  'raspberry-pi-3b-plus': { serial0: '/dev/ttyS0', 'pinctrl-bcm2835': '/dev/gpiochip0' },
  'raspberry-pi-4b': { serial0: '/dev/ttyS0', 'pinctrl-bcm2711': '/dev/gpiochip0' },
  'raspberry-pi-5': { uart0: '/dev/ttyAMA0', debug: '/dev/ttyAMA10', 'pinctrl-rp1': '/dev/gpiochip0' },
  'raspberry-pi-cm4': { serial0: '/dev/ttyS0', 'pinctrl-bcm2711': '/dev/gpiochip0' },
  'raspberry-pi-cm5': { uart0: '/dev/ttyAMA0', debug: '/dev/ttyAMA10', 'pinctrl-rp1': '/dev/gpiochip0' },
  'raspberry-pi-zero-2w': { serial0: '/dev/ttyAMA0', 'pinctrl-bcm2835': '/dev/gpiochip0' },
  'rock-5b': { console: '/dev/ttyS2', 'uart7-m2': '/dev/ttyS7', gpio2: '/dev/gpiochip2' },
}

it('every board with wires to be found has an expectation', () => {
  const wired = boards.filter(({ uarts, gpio }) => [...uarts, ...gpio].some(({ find }) => find))
  expect(wired.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort())
})

it.each(Object.keys(expected))('finds the wires of %s where its kernel has them', (name) => {
  expect(fakeNames).toContain(name)
  const reader = fakeRoot(name, () => {})
  for (const [each, path] of Object.entries(expected[name])) {
    const found = resolveWire(reader, wire(name, each))
    expect([each, found.path]).toEqual([each, path])
    expect(found.why).toMatch(path === undefined ? /no device here with node/ : /^(node|alias|label) /)
  }
})

describe('numbers that move', () => {
  it('follows the Jetson UART from ttyTHS1 to ttyTHS0 and back under a port device', () => {
    const node = '/bus@0/serial@3100000'
    const other = '/bus@0/serial@3140000'
    const moved = fakeRoot('jetson-orin-nano', (files) => {
      for (const path of files.keys()) if (path.startsWith('/sys/class/tty/')) files.delete(path)
      files.set('/sys/class/tty/ttyTHS0/device/uevent', uevent(node))
      files.set('/sys/class/tty/ttyTHS1/device/uevent', uevent(other))
    })
    expect(resolveWire(moved, wire('jetson-orin-nano', 'uart1')).path).toBe('/dev/ttyTHS0')
    const ported = fakeRoot('jetson-orin-nano', (files) => {
      for (const path of files.keys()) if (path.startsWith('/sys/class/tty/')) files.delete(path)
      for (const [n, address, full] of [
        [5, '3100000', node],
        [1, '3140000', other],
      ] as const) {
        files.set(`/sys/class/tty/ttyTHS${n}/device/uevent`, bytes('DEVTYPE=port\nDRIVER=port\n'))
        files.set(`/sys/bus/serial-base/devices/${address}.serial:0.0/tty/ttyTHS${n}/uevent`, bytes('MAJOR=1\n'))
        files.set(`/sys/bus/platform/devices/${address}.serial/uevent`, uevent(full))
      }
    })
    expect(resolveWire(ported, wire('jetson-orin-nano', 'uart1'))).toEqual({
      path: '/dev/ttyTHS5',
      why: 'node serial@3100000 is ttyTHS5',
    })
  })

  it('follows RP1 from gpiochip0 to gpiochip4, by node, by label of either source, by compatible', () => {
    const rp1 = wire('raspberry-pi-5', 'pinctrl-rp1')
    const without = (change: (files: Map<string, Uint8Array>) => void) =>
      fakeRoot('raspberry-pi-5', (files) => {
        for (const path of [...files.keys()]) if (/\/gpio/.test(path) && path.startsWith('/sys')) files.delete(path)
        change(files)
      })
    const byNode = without((files) =>
      files.set('/sys/bus/gpio/devices/gpiochip4/uevent', uevent('/axi/rp1/gpio@d0000')),
    )
    expect(resolveWire(byNode, rp1).path).toBe('/dev/gpiochip4')
    const byClass = without((files) => {
      files.set('/sys/class/gpio/gpiochip399/label', bytes('pinctrl-rp1\n'))
      files.set('/sys/class/gpio/gpiochip399/device/gpiochip4/dev', bytes('254:4\n'))
      files.set('/sys/bus/gpio/devices/gpiochip4/uevent', bytes('DEVNAME=gpiochip4\n'))
    })
    expect(resolveWire(byClass, rp1).path).toBe('/dev/gpiochip4')
    const bare = without(() => {})
    expect(resolveWire(bare, rp1)).toMatchObject({ why: expect.stringMatching(/^no device here with node gpio@d0000/) })
    expect(resolveWire(bare, rp1, new Map([['gpiochip7', 'pinctrl-rp1']]))).toEqual({
      path: '/dev/gpiochip7',
      why: 'label pinctrl-rp1 is gpiochip7',
    })
    const byCompatible = without((files) =>
      files.set('/sys/bus/gpio/devices/gpiochip2/uevent', uevent('/a/b@1', 'OF_COMPATIBLE_0=raspberrypi,rp1-gpio')),
    )
    expect(resolveWire(byCompatible, rp1).path).toBe('/dev/gpiochip2')
  })

  it('shuffled GPIO chips of an RK3588 are told by their banks', () => {
    const shuffled = fakeRoot('rock-5b', (files) => {
      const banks = ['fd8a0000', 'fec20000', 'fec30000', 'fec40000', 'fec50000']
      banks.forEach((bank, i) => {
        files.set(`/sys/bus/gpio/devices/gpiochip${4 - i}/uevent`, uevent(`/pinctrl/gpio@${bank}`))
      })
    })
    expect(board('rock-5b').gpio.map((bank) => resolveWire(shuffled, bank).path)).toEqual(
      [4, 3, 2, 1, 0].map((n) => `/dev/gpiochip${n}`),
    )
  })

  it('serial0 of a Raspberry Pi is whichever UART the firmware says', () => {
    const serial0 = wire('raspberry-pi-4b', 'serial0')
    const pl011 = fakeRoot('raspberry-pi-4b', (files) => {
      files.set('/sys/class/tty/ttyS0/device/uevent', uevent('/soc/serial@7e215040', 'OF_ALIAS_0=serial1'))
      files.set('/sys/class/tty/ttyAMA0/device/uevent', uevent('/soc/serial@7e201000', 'OF_ALIAS_0=serial0'))
    })
    expect(resolveWire(pl011, serial0).path).toBe('/dev/ttyAMA0')
  })
})

it('no guess where several devices fit', () => {
  const wish: Wire = { name: 'any', find: { compatible: ['rockchip,gpio-bank'] }, note: '' }
  const { path, why } = resolveWire(fakeRoot('rock-5b'), wish)
  expect(path).toBeUndefined()
  expect(why).toMatch(/^compatible rockchip,gpio-bank fits gpiochip0, gpiochip1/)
})

it('a wire that is declared only stands unless /dev contradicts', () => {
  const header = wire('beagley-ai', 'header')
  expect(resolveWire(fakeRoot('beagley-ai'), header)).toEqual({
    path: '/dev/ttyAMA0',
    why: 'declared by the board; not checked',
  })
  const absent = fakeRoot('beagley-ai', (files) => files.set('/dev/ttyS2', bytes('')))
  expect(resolveWire(absent, header).path).toBeUndefined()
  const there = fakeRoot('beagley-ai', (files) => files.set('/dev/ttyAMA0', bytes('')))
  expect(resolveWire(there, header)).toEqual({ path: '/dev/ttyAMA0', why: 'declared by the board' })
  expect(resolveWire(there, wire('surface-laptop-7', 'usb'))).toEqual({ why: 'USB serial adapters only' })
})
