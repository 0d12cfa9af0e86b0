/**
 * The error of a line that has ended because somebody asked for it.
 * takes  what a person calls the robot · gives  LutraError closed
 * before ./runtime, ./link, ./reconnect, ./drivers/board
 */
import { LutraError } from '../../hal/error.js'

export function closed(name: string): LutraError {
  return new LutraError('closed', `Expected ${name} to be open but it was closed; open the robot anew`)
}
