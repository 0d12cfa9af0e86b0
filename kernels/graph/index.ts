/** The transformer as data: its ops, its checks, its rewrites. */
export * from './check.js'
export * from './graph.js'
export * from './hidden.js'
export * from './passes.js'
export * from './rewrite.js'
export * from './slice.js'
