/**
 * Starts the simulated rover on the best line this machine has: a real pseudo-terminal, else a pair in memory.
 * takes  { speed, faults } · gives  { port } for robot(), the firmware, and a note that says which line it is
 * board  none: runs everywhere
 */
import { memoryPair, type Transport } from '../../sdk/robot/index.js'
import { Firmware, type FirmwareOptions } from '../../sdk/robot/simulated-rover/firmware.js'
import { openPty } from './pty.js'

export interface SimulatedRover {
  /** Hand this to robot(). */
  readonly port: string | Transport
  readonly firmware: Firmware
  readonly note: string
  off(): Promise<void>
}

export function startRover(options: FirmwareOptions = {}): SimulatedRover {
  const pty = openPty()
  if (pty.path === undefined) {
    const { host, board } = memoryPair()
    return rover(host, board, options, `simulated rover, joined in memory: ${pty.reason}`)
  }
  return rover(pty.path, pty.board, options, `simulated rover, joined by a real pseudo-terminal (${pty.path})`)
}

function rover(port: string | Transport, board: Transport, options: FirmwareOptions, note: string): SimulatedRover {
  const firmware = new Firmware(board, options)
  const off = async () => {
    firmware.off()
    await board.close()
  }
  return { port, firmware, note, off }
}
