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
  /** The processor as macOS names it, e.g. `Apple M2 Pro`. */
  readonly brand?: string
}

const TREES = ['/proc/device-tree', '/sys/firmware/devicetree/base']

/** Real trees have a handful; a name is shorter than that. */
const MOST_WORDS = 64
const MOST_LETTERS = 200

export function readIdentity(reader: Reader): Identity {
  const tree = treeOf(reader)
  const dmi = ['sys_vendor', 'product_name'].map((name) => readText(reader, `/sys/class/dmi/id/${name}`) ?? '')
  const model = readText(reader, `${tree}/model`) || dmi.join(' ').trim() || reader.sysctl?.('hw.model')
  const brand = reader.os === 'darwin' ? reader.sysctl?.('machdep.cpu.brand_string') : undefined
  return {
    compatible: readCompatible(reader, tree),
    model: model ? printable(model) : undefined,
    sku: printable(readText(reader, '/sys/class/dmi/id/product_sku') ?? '') || undefined,
    ...(brand ? { brand: printable(brand) } : {}),
    ...readEnvironment(reader),
  }
}

/** Device tree `compatible`, most specific first. */
export function readCompatible(reader: Reader, tree = treeOf(reader)): readonly string[] {
  const words = (readText(reader, `${tree}/compatible`) ?? '').split('\0').filter(Boolean)
  return words.slice(0, MOST_WORDS).map(printable)
}

function treeOf(reader: Reader): string {
  return TREES.find((path) => reader.read(`${path}/compatible`) || reader.read(`${path}/model`)) ?? TREES[0]
}

/** Firmware writes these names, and they end up on terminals and in reports. */
function printable(name: string): string {
  return name
    .slice(0, MOST_LETTERS)
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
}
