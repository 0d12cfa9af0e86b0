/**
 * Which points no other point beats: nothing is at most as large in both and smaller in one.
 * after  ./sweep
 */
export function paretoFront<T>(items: readonly T[], x: (item: T) => number, y: (item: T) => number): T[] {
  const sorted = [...items].sort((a, b) => x(a) - x(b) || y(a) - y(b))
  const front: T[] = []
  for (const item of sorted) {
    const last = front.at(-1)
    if (last === undefined || y(item) < y(last)) front.push(item)
  }
  return front
}
