/** The rover protocol, for both ends of the line: the host in ../link, the simulated board in ../simulated-rover. */
export * from './cobs.js'
export * from './commands.js'
export * from './crc.js'
export * from './frame.js'
export * from './messages.js'
