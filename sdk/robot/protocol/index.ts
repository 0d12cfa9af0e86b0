/** The rover protocol, for both ends of the line: the host in ../link, simulated boards in examples. */
export * from './cobs.js'
export * from './commands.js'
export * from './crc.js'
export * from './frame.js'
export * from './messages.js'
