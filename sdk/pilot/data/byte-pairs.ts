/**
 * Byte-pair encoding, learned: the pairs of pieces that stand together most often become pieces, one by one.
 * takes  words (`▁forward`) with their counts · gives  the merged pieces, most frequent first
 * Only letters merge: digits and marks stay single, so that numbers are read digit by digit.
 */

interface Word {
  readonly pieces: string[]
  readonly count: number
}

const MERGED = /^▁?[a-z']+$/

export function learnMerges(counts: ReadonlyMap<string, number>, wanted: number): string[] {
  const words: Word[] = [...counts].map(([word, count]) => ({ pieces: [...word], count }))
  const merges: string[] = []
  const known = new Set<string>()
  while (merges.length < wanted) {
    const best = mostFrequent(words)
    if (best === undefined) break
    const [left, right] = best
    const piece = left + right
    if (!known.has(piece)) merges.push(piece)
    known.add(piece)
    for (const word of words) join(word.pieces, left, right)
  }
  return merges
}

function mostFrequent(words: readonly Word[]): [string, string] | undefined {
  const sums = new Map<string, number>()
  for (const { pieces, count } of words) {
    for (let i = 1; i < pieces.length; i++) {
      const pair = `${pieces[i - 1]} ${pieces[i]}`
      sums.set(pair, (sums.get(pair) ?? 0) + count)
    }
  }
  let best: string | undefined
  for (const [pair, sum] of sums) {
    if (!MERGED.test(pair.replace(' ', ''))) continue
    const top = best === undefined ? 1 : sums.get(best)!
    if (sum > top || (sum === top && best !== undefined && pair < best)) best = pair
  }
  return best?.split(' ') as [string, string] | undefined
}

function join(pieces: string[], left: string, right: string): void {
  for (let i = 1; i < pieces.length; i++) {
    if (pieces[i - 1] === left && pieces[i] === right) pieces.splice(i - 1, 2, left + right)
  }
}
