/** The allocator: apart, aligned, with slack; what is freed is used again; what cannot fit says so. */
import { describe, expect, it } from 'vitest'
import { Arena, reserveMemory } from '../../../kernels/wasm/memory.js'
import { random } from '../random.js'

describe('the allocator', () => {
  it('gives aligned places, apart from each other, and never 0', () => {
    const arena = new Arena(reserveMemory())
    const places = [1, 16, 17, 100_000, 3].map((bytes) => ({ at: arena.allocate(bytes), bytes }))
    for (const [i, { at, bytes }] of places.entries()) {
      expect(at % 16).toBe(0)
      expect(at).toBeGreaterThan(0)
      for (const other of places.slice(i + 1))
        expect(other.at >= at + bytes + 64 || other.at + other.bytes + 64 <= at).toBe(true)
    }
  })

  it('uses again what was freed, and holds nothing in the end', () => {
    const arena = new Arena(reserveMemory())
    const next = random(1)
    const held: number[] = []
    for (let i = 0; i < 2000; i++) {
      if (held.length > 20 || (held.length > 0 && next() < 0.4)) {
        const [at] = held.splice(Math.floor(next() * held.length), 1)
        arena.free(at)
        arena.free(at) // twice is no harm
      } else {
        const bytes = Math.floor(next() * 50_000)
        const at = arena.allocate(bytes)
        arena.bytes(at, bytes).fill(held.length)
        held.push(at)
      }
    }
    expect(new Set(held).size).toBe(held.length)
    for (const at of held) arena.free(at)
    expect(arena.residentBytes).toBe(0)
    // Never more than 21 of 50 kB at a time, so all fits in little more than that.
    expect(arena.memory.buffer.byteLength).toBeLessThan(3_000_000)
    expect(arena.allocate(10)).toBe(64)
  })

  it('says what to do where a model does not fit', () => {
    const arena = new Arena(reserveMemory())
    expect(() => arena.allocate(2 ** 32)).toThrow(
      expect.objectContaining({ kind: 'limit', message: expect.stringContaining('fewer bits per weight') }),
    )
    expect(arena.allocate(100)).toBe(64)
  })
})
