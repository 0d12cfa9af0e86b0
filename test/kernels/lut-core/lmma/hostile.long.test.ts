import { expect, it } from 'vitest'
import { random } from '../../random.js'
import { assembleRandomTexts, decodeRandomWords } from './hostile.js'

it('a million words and 100,000 texts are read or refused', () => {
  const words = decodeRandomWords(random(5), 1_000_000)
  expect(words.read + words.refused).toBe(1_000_000)
  const texts = assembleRandomTexts(random(6), 100_000)
  expect(Math.min(words.read, words.refused, texts.read, texts.refused)).toBeGreaterThan(10_000)
}, 600_000)
