/**
 * What the machine calls itself: device tree, DMI, and whether it is a container, WSL or a virtual machine.
 * takes  a reader · gives  names for ../identify to match, as found
 */
import { type Reader, readText } from '../reader.js'
import { type Environment, readEnvironment } from './environment.js'

export interface Identity extends Environment {
  /** Device tree `compatible`, most specific first. */
  readonly compatible: readonly string[]
  /** Device tree `model`, DMI vendor and product, or macOS hw.model. */
  readonly model?: string
  /** DMI product SKU, which vendors keep apart where product names are alike. */
  readonly sku?: string
}

const TREES = ['/proc/device-tree', '/sys/firmware/devicetree/base']

export function readIdentity(reader: Reader): Identity {
  const tree = TREES.find((path) => reader.read(`${path}/compatible`) || reader.read(`${path}/model`)) ?? TREES[0]
  const compatible = (readText(reader, `${tree}/compatible`) ?? '').split('\0').filter(Boolean)
  const dmi = ['sys_vendor', 'product_name'].map((name) => readText(reader, `/sys/class/dmi/id/${name}`) ?? '')
  const model = readText(reader, `${tree}/model`) || dmi.join(' ').trim() || reader.sysctl?.('hw.model')
  return {
    compatible,
    model: model || undefined,
    sku: readText(reader, '/sys/class/dmi/id/product_sku') || undefined,
    ...readEnvironment(reader),
  }
}
