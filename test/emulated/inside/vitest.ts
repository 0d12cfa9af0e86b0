/**
 * What test files import as `vitest` where vitest itself does not run: its own runner and matchers, without the bundler.
 * gives  describe, it and hooks of @vitest/runner · expect of @vitest/expect
 * The tree that ../tree.ts makes has this module as node_modules/vitest, so that its test files are the very same ones.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  type ExpectStatic,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, suite, test } from '@vitest/runner'

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin)

const shared = globalThis as Record<symbol, unknown>
const plain = (value: unknown, message?: string) => chai.expect(value, message)

/** `expect` as tests know it; soft and polled expectations and snapshots, which belong to vitest, are not here. */
export const expect = Object.assign(plain, chai.expect, shared[ASYMMETRIC_MATCHERS_OBJECT]) as unknown as ExpectStatic
setState({ assertionCalls: 0, currentTestName: '' }, expect)
shared[GLOBAL_EXPECT] = expect
const asserting = chai.expect as unknown as { extend(expect: ExpectStatic, matchers: object): void }
asserting.extend(expect, customMatchers)
