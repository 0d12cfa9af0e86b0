/** The ground floor: what a device is, what a back end is, and the choice between them. */
export * from './backend.js'
export * from './device.js'
export * from './dtype.js'
export * from './dtypes/index.js'
export * from './error.js'
export * from './half.js'
export * from './tensor.js'
export * from './worker-file.js'
