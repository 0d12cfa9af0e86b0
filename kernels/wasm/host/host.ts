/**
 * What the engine needs of its surroundings: threads, and files to read. One room for Node, one for a browser page.
 * gives  the room of the place that this runs in, loaded only there
 * after  ../engine, ../worker
 */

/** A worker, from the outside. */
export interface Thread {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void
  onMessage(take: (message: unknown) => void): void
  /** It failed, or it ended. */
  onEnd(take: (why: string) => void): void
  /** While held, it keeps the process alive. */
  hold(): void
  release(): void
  end(): Promise<void>
}

/** A worker, from the inside. */
export interface Inside {
  /** What it was started with. */
  start(): Promise<unknown>
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void
  onMessage(take: (message: unknown) => void): void
}

/** A file open for reading. */
export interface OpenFile {
  /** Fills `into` from that place. LutraError io where the file ends before. */
  read(offset: number, into: Uint8Array): void
  close(): void
}

export interface Host {
  /** Threads that may run at once. */
  readonly cpus: number
  /** Starts ../worker with plain data. */
  start(data: unknown): Thread
  readonly inside: Inside
  /** LutraError io where it cannot be opened. */
  open(path: string): OpenFile
  /** What `keep` kept under that name, by any process on this machine; undefined where nothing is kept. */
  kept(name: string): string | undefined
  keep(name: string, text: string): void
}

export async function loadHost(): Promise<Host> {
  const { versions } = (globalThis as { process?: { versions?: { node?: string } } }).process ?? {}
  return versions?.node === undefined ? (await import('./browser.js')).host : (await import('./node.js')).host
}
