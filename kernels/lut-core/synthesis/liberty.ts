/**
 * Reads liberty text: groups `name (args) { … }`, attributes `name : value;` and `name (values);`.
 * takes  text from outside · gives  the tree of groups · after  ./cells
 */
import { LutraError } from '../../../hal/error.js'

export interface Group {
  readonly name: string
  readonly args: readonly string[]
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly groups: readonly Group[]
}

/** A file of standard cells has some 10,000 groups, three or four deep. */
const limits = { characters: 64 << 20, groups: 1_000_000, depth: 16 }

/** LutraError format: not liberty; limit: larger than any library of cells. */
export function parseLiberty(text: string): Group {
  if (text.length > limits.characters)
    throw new LutraError(
      'limit',
      `Expected at most ${limits.characters} characters of liberty but found ${text.length}`,
    )
  const next = tokens(text)
  let token = next()
  let made = 0

  function statement(groups: Group[], values: Map<string, readonly string[]>, depth: number): void {
    const name = word()
    if (token.text === ':' && !token.quoted) {
      take()
      const value: string[] = []
      while (!is(';') && !is('}')) value.push(word())
      values.set(name, [value.join(' ')])
      if (is(';')) take()
      return
    }
    const args = list()
    if (!is('{')) {
      values.set(name, args)
      if (is(';')) take()
      return
    }
    take()
    if (++made > limits.groups || depth > limits.depth)
      throw new LutraError('limit', `Expected at most ${limits.groups} groups, ${limits.depth} deep, but found more`)
    const group = { name, args, values: new Map<string, readonly string[]>(), groups: [] as Group[] }
    while (!is('}')) statement(group.groups, group.values, depth + 1)
    take()
    if (is(';')) take()
    groups.push(group)
  }

  function list(): string[] {
    expect('(')
    const args: string[] = []
    while (!is(')')) {
      if (is(',')) take()
      else args.push(word())
    }
    take()
    return args
  }

  const is = (text: string) => !token.quoted && token.text === text
  const take = () => {
    if (token.text === '' && !token.quoted) fail('more')
    token = next()
  }
  const expect = (text: string) => {
    if (!is(text)) fail(`"${text}"`)
    take()
  }
  function word(): string {
    if (!token.quoted && (token.text === '' || marks.has(token.text))) fail('a name')
    const { text } = token
    take()
    return text
  }
  function fail(wanted: string): never {
    const found = token.text === '' ? 'the end' : `"${token.text.slice(0, 40)}"`
    throw new LutraError('format', `Expected ${wanted} in line ${token.line} of the liberty file but found ${found}`)
  }

  const groups: Group[] = []
  statement(groups, new Map(), 0)
  if (groups[0]?.name !== 'library')
    throw new LutraError('format', 'Expected a liberty file to begin with library (…) {')
  return groups[0]
}

const marks = new Set('(){}:;,')

function tokens(text: string): () => { text: string; quoted: boolean; line: number } {
  const pattern =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|\\?\n|[ \t\r\f\\]+|"((?:[^"\\]|\\[\s\S])*)"|([(){}:;,])|([^\s(){}:;,"\\]+)/y
  let line = 1
  return () => {
    for (;;) {
      const at = pattern.lastIndex
      const found = pattern.exec(text)
      if (!found) {
        if (at >= text.length) return { text: '', quoted: false, line }
        throw new LutraError('format', `Expected liberty in line ${line} but found "${text.slice(at, at + 20)}"`)
      }
      for (let i = found[0].indexOf('\n'); i >= 0; i = found[0].indexOf('\n', i + 1)) line++
      if (found[1] !== undefined) return { text: found[1], quoted: true, line }
      const plain = found[2] ?? found[3]
      if (plain !== undefined) return { text: plain, quoted: false, line }
    }
  }
}
