/** The door of the cpp emitter. It needs Node: it starts a compiler and loads what that made. */
export { type Built, build, type Compiler, findCompiler } from './compiler.js'
export { type CppIsa, cppIsa } from './isa.js'
export { type Arrays, type CppLinear, type CppWeight, emitCpp, loadCpp } from './linear.js'
export { cppTarget } from './target.js'
