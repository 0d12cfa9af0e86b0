/** The kernel's CPU list: `0-3,8` → [0, 1, 2, 3, 8]. What is malformed is left out; nothing beyond 4095 is believed. */
export function cpuList(text: string | undefined): readonly number[] {
  const found = new Set<number>()
  for (const part of text?.trim().split(',') ?? []) {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim())
    if (!match) continue
    const last = Math.min(Number(match[2] ?? match[1]), 4095)
    for (let cpu = Number(match[1]); cpu <= last; cpu++) found.add(cpu)
  }
  return [...found].sort((a, b) => a - b)
}
